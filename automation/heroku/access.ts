/** How Heroku's APIs are reached and asked. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { SlipwayError } from "../errors";

const PLATFORM = "https://api.heroku.com";
const DATA = "https://api.data.heroku.com";
/** How long one answer may take. */
export const TIMEOUT_MS = 30_000;

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** One question. */
export interface Question {
  method: Method;
  /** Path with its query. */
  path: string;
  /** What it is about, for the message when it is refused. */
  about: string;
  /** Which of the two APIs is asked. @default platform */
  api?: "platform" | "data";
  body?: object;
  headers?: Readonly<Record<string, string>>;
  /** @default half a minute */
  signal?: AbortSignal;
}

/** How Heroku is reached. */
export interface Access {
  /** Of the Platform API. @default https://api.heroku.com */
  url?: string;
  /** Of the API of the databases. @default https://api.data.heroku.com */
  dataUrl?: string;
  key: string;
}

/**
 * The caller's access: `heroku:apiKey` and `heroku:url` of the config, else HEROKU_API_KEY and HEROKU_API_URL, and at last
 * the key that `heroku login` wrote to ~/.netrc. HEROKU_DATA_HOST names another API of the databases.
 *
 * @param config `heroku:<key>` -> text
 * @throws SlipwayError (config) when there is none
 */
export function accessOf(
  environment: NodeJS.ProcessEnv,
  netrc = path.join(homedir(), ".netrc"),
  config: Readonly<Record<string, string>> = {},
): Access {
  const [given, url] = [
    ["heroku:apiKey", "HEROKU_API_KEY"],
    ["heroku:url", "HEROKU_API_URL"],
  ].map(([key = "", variable = ""]) => config[key] ?? environment[variable]);
  const key = given === undefined || given === "" ? keyIn(netrc) : given;
  if (key === undefined) {
    throw new SlipwayError("config", "There is no key for Heroku's API.", "export HEROKU_API_KEY=…, or `heroku login`");
  }
  const { HEROKU_DATA_HOST: host } = environment;
  return {
    key,
    ...(url !== undefined && url !== "" && { url }),
    ...(host !== undefined && host !== "" && { dataUrl: /^https?:/.test(host) ? host : `https://${host}` }),
  };
}

function keyIn(netrc: string): string | undefined {
  try {
    const words = readFileSync(netrc, "utf8").split(/\s+/);
    const machine = words.findIndex((word, index) => word === "machine" && words[index + 1] === "api.heroku.com");
    const password = machine < 0 ? -1 : words.indexOf("password", machine);
    return password < 0 ? undefined : words[password + 1];
  } catch {
    return undefined;
  }
}

/** @throws SlipwayError (config) for a key that is not taken, (failed) with what the API says is wrong */
export async function askHeroku<Answer>(
  { key, url = PLATFORM, dataUrl = DATA }: Access,
  { method, path: where, about, api = "platform", body, headers, signal }: Question,
): Promise<Answer> {
  const response = await fetch(`${api === "data" ? dataUrl : url}${where}`, {
    method,
    headers: {
      Accept: "application/vnd.heroku+json; version=3",
      Authorization: `Bearer ${key}`,
      ...(body && { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw unreachable(error);
  });
  const answer = (await response.json().catch(() => ({}))) as Answer & { message?: string };
  if (!response.ok) throw refusal(response.status, answer.message ?? response.statusText, about);
  return answer;
}

function refusal(status: number, message: string, about: string): SlipwayError {
  if (status === 401) {
    return new SlipwayError(
      "config",
      `Heroku does not take the key: ${message}`,
      "export HEROKU_API_KEY=…, or `heroku login`",
    );
  }
  const problem = `Heroku refused a question about ${about} (${status}): ${message}`;
  return new SlipwayError("failed", problem, undefined, { cause: status });
}

/** True for the refusal of a question about something that is not there. */
export function isNotThere(error: unknown): boolean {
  return error instanceof SlipwayError && error.cause === 404;
}

/** What a question ends with that Heroku never got. */
export function unreachable(error: unknown): SlipwayError {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = reason instanceof Error ? reason.message : String(reason);
  return new SlipwayError("failed", `Heroku cannot be reached: ${text}.`, undefined, { cause: error });
}
