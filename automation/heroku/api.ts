/** As much of Heroku's Platform API as what runs is looked at with (https://devcenter.heroku.com/articles/platform-api-reference). */
import { SlipwayError } from "../errors";
import { askHeroku, TIMEOUT_MS, unreachable, type Access, type Method } from "./access";

export { accessOf, type Access } from "./access";

/** A dyno, as far as it is told. */
export interface Dyno {
  name: string;
  type: string;
  /** `up`, `starting`, `crashed`, `down` or `idle`. */
  state: string;
  updated_at: string;
  /** Line of a shell's that it was started with. */
  command: string;
  release: { version: number };
}

export interface Formation {
  type: string;
  quantity: number;
}

export interface HerokuRelease {
  id: string;
  version: number;
  created_at: string;
  current: boolean;
  status: "failed" | "pending" | "succeeded";
  slug: { id: string } | null;
  /** Where the output of its release phase can be read; null without one. */
  output_stream_url?: string | null;
}

/** A text that the API has an address for, such as a log; whoever has that address can read it, and so nobody is told it. */
export async function textAt(address: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(address, signal && { signal }).catch((error: unknown) => {
    throw signal?.aborted === true ? error : unreachable(error);
  });
  if (response.ok) return response;
  throw new SlipwayError("failed", `Heroku does not give the text that it has: ${response.status}.`);
}

/** Lines of such a text. */
export async function linesAt(address: string): Promise<string[]> {
  const text = await (await textAt(address, AbortSignal.timeout(TIMEOUT_MS))).text();
  return text.split("\n").filter((line) => line !== "");
}

/** What becomes of the dynos of a process type. */
export interface FormationUpdate {
  type: string;
  /** @default as they are */
  size?: string;
  /** @default as many as there are */
  quantity?: number;
}

/** Which part of the log. */
export interface LogSession {
  /** Lines to begin with. */
  lines: number;
  /** Goes on with what is written from now on. */
  tail: boolean;
  /** `app` for what processes write, `heroku` for what becomes of them. @default both, and what add-ons write */
  source?: "app" | "heroku";
  /** Name or process type. @default all */
  dyno?: string;
}

/** Calls for one app. */
export class AppApi {
  constructor(
    private readonly access: Access,
    /** Name or UUID. */
    private readonly app: string,
  ) {}

  /**
   * Generation of Heroku's platform that it is on: `cedar` or `fir`.
   *
   * @source heroku/cli, packages/cli/src/lib/apps/generation.ts: told in the variant `sdk` of the API alone
   */
  async generation(): Promise<string> {
    const headers = { Accept: "application/vnd.heroku+json; version=3.sdk" };
    const { generation } = await this.call<{ generation: { name: string } }>("GET", "", undefined, headers);
    return generation.name;
  }

  dynos(): Promise<Dyno[]> {
    return this.call("GET", "/dynos");
  }

  formation(): Promise<readonly Formation[]> {
    return this.call("GET", "/formation");
  }

  /** Releases, newest first. */
  releases(count: number): Promise<HerokuRelease[]> {
    return this.call("GET", "/releases", undefined, { Range: `version ..; order=desc,max=${count}` });
  }

  /** What a slug was built from, and the command lines of its process types. */
  slug(id: string): Promise<{ commit: string | null; process_types?: Record<string, string> | null }> {
    return this.call("GET", `/slugs/${encodeURIComponent(id)}`);
  }

  /** Changes the dynos of several process types at once. */
  scale(updates: readonly FormationUpdate[]): Promise<Formation[]> {
    return this.call("PATCH", "/formation", { updates });
  }

  /** Starts a dyno of the release that serves, for one command; what it writes goes to the log. */
  run(command: string): Promise<Dyno> {
    return this.call("POST", "/dynos", { type: "run", command, attach: false });
  }

  /** Where a stream of the log can be read. */
  async logSession(options: LogSession): Promise<string> {
    const session = await this.call<{ logplex_url: string }>("POST", "/log-sessions", options);
    return session.logplex_url;
  }

  private call<Answer>(
    method: Method,
    what: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const path = `/apps/${encodeURIComponent(this.app)}${what}`;
    return askHeroku(this.access, { method, path, about: `the app ${this.app}`, headers, ...(body && { body }) });
  }
}

/** The account that a key is of. */
export interface HerokuAccount {
  email: string;
  /** False where Heroku knows no way to be paid. */
  verified: boolean;
}

/** Whose access it is. @throws SlipwayError (config) when the key is not taken, (failed) with what else is wrong */
export function accountOf(access: Access, signal?: AbortSignal): Promise<HerokuAccount> {
  return askHeroku(access, { method: "GET", path: "/account", about: "the account", ...(signal && { signal }) });
}
