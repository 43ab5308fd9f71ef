/** Whether the release that was deployed is what Heroku runs, with all of its dynos. */
import type { OperationOptions } from "../engine/operations";
import type { Patience } from "../patience";
import { allServe, unreadable, untilServing, wayBack, type Verdict, type Verdicts } from "../serving";
import type { Explanation } from "../target";
import { visibleLog } from "../visible";
import { linesAt, type AppApi, type Dyno, type Formation, type HerokuRelease } from "./api";
import { isProcess } from "./status";

/** Preboot keeps old web dynos for three minutes. */
const PATIENCE: Patience = { maxWaitTime: 600, minDelay: 2, maxDelay: 15 };
/** Releases of Heroku that are looked through for the one that was deployed: each change of a config var is one. */
const LOOKED_THROUGH = 50;
/** Milliseconds after which Heroku does not start a process that has crashed again at once. */
const GIVEN_UP = 60_000;
const LOG_LINES = 15;

/** Name of the verdict on the release itself; the others are on process types. */
const RELEASE = "release";

/** An app, and what was deployed to it. */
export interface Wanted {
  stack: string;
  api: AppApi;
  /** UUID of Heroku's release; undefined where the deployment did not get as far: then it is the newest one. */
  releaseId?: string;
}

/** What Heroku says of an app. */
interface Seen {
  /** Newest first. */
  releases: readonly HerokuRelease[];
  dynos: readonly Dyno[];
  formation: readonly Formation[];
}

async function look(api: AppApi): Promise<Seen> {
  const [releases, dynos, formation] = await Promise.all([api.releases(LOOKED_THROUGH), api.dynos(), api.formation()]);
  return { releases, dynos: dynos.filter(isProcess), formation };
}

/** Judges the release, and each process type that dynos are wanted of. */
export function judge({ releases, dynos, formation }: Seen, releaseId?: string): Map<string, Verdict> {
  const verdict = judgeRelease(releases, releaseId);
  const current = releases.find((release) => release.current);
  if (verdict.state !== "serves" || current === undefined) return new Map([[RELEASE, verdict]]);
  const web: Formation[] = formation.some(({ type }) => type === "web") ? [] : [{ type: "web", quantity: 0 }];
  const types = [...web, ...formation].filter(({ type, quantity }) => type === "web" || quantity > 0);
  return new Map([
    [RELEASE, verdict],
    ...types.map((type): [string, Verdict] => [type.type, judgeDynos(type, dynos, current.version)]),
  ]);
}

function judgeRelease(releases: readonly HerokuRelease[], releaseId: string | undefined): Verdict {
  const [newest] = releases;
  const current = releases.find((release) => release.current);
  if (newest === undefined) return { state: "failed", why: "there is none" };
  const name = `v${newest.version}`;
  if (newest.status === "pending") return { state: "waits", why: `Heroku prepares ${name}` };
  if (newest.status === "failed") return { state: "failed", why: `${name} failed: its release phase did not end well` };
  if (current === undefined) return { state: "failed", why: "Heroku runs none" };
  const wanted = releases.find(({ id }) => id === releaseId);
  // Later releases of the same slug, such as of a config var, are the same code. Images have no slug.
  if (wanted !== undefined && (wanted.slug?.id !== current.slug?.id || current.version < wanted.version)) {
    return { state: "failed", why: `v${current.version} runs instead of v${wanted.version}` };
  }
  return { state: "serves", why: "" };
}

function judgeDynos({ type, quantity }: Formation, dynos: readonly Dyno[], version: number): Verdict {
  if (quantity === 0) return { state: "failed", why: `no dyno is wanted of it: heroku ps:scale ${type}=1` };
  const all = dynos.filter((dyno) => dyno.type === type);
  const own = all.filter(({ release }) => release.version === version);
  const well = own.filter(({ state }) => state === "up" || state === "idle");
  const old = all.length - own.length;
  const others = [...new Set(own.filter((dyno) => !well.includes(dyno)).map(({ state }) => state))];
  const is = others.length === 0 ? "" : `: ${others.join(", ")}`;
  const behind = old === 0 ? "" : `, ${old} of an older release`;
  const why = `${well.length} of ${quantity} dynos are up in v${version}${is}${behind}`;
  if (well.length >= quantity && old === 0) return { state: "serves", why: "" };
  const crashed = own.some(
    ({ state, updated_at: at }) => state === "crashed" && Date.now() - Date.parse(at) > GIVEN_UP,
  );
  return { state: crashed ? "failed" : "waits", why };
}

/**
 * Waits until Heroku runs the release that was deployed, with all of its dynos.
 *
 * @throws SlipwayError (failed) saying why not, what serves now, and how to go back; (cancelled) by the signal
 */
export function confirmRelease(
  wanted: Wanted,
  options: OperationOptions = {},
  patience: Patience = PATIENCE,
): Promise<void> {
  return untilServing(
    {
      stack: wanted.stack,
      by: "Heroku",
      judge: async () => judge(await look(wanted.api), wanted.releaseId),
      explain: (verdicts) => findings(wanted, verdicts),
    },
    options,
    patience,
  );
}

/** Why a deployment that failed does not serve, what does, and the way back; nothing when all is as it should be. */
export async function explainFailure(wanted: Wanted): Promise<Explanation | undefined> {
  const verdicts = judge(await look(wanted.api));
  return allServe(verdicts) ? undefined : findings(wanted, verdicts);
}

async function findings({ stack, api }: Wanted, verdicts: Verdicts): Promise<Explanation> {
  const seen = await look(api);
  const lines: string[] = [];
  for (const [part, { state, why }] of verdicts) {
    if (state === "serves") continue;
    lines.push(`${part}: ${why}`);
    const evidence = part === RELEASE ? releaseOutput(seen.releases[0]) : processLog(api, part);
    lines.push(...(await evidence.catch(unreadable)));
  }
  const current = seen.releases.find((release) => release.current);
  const serves = await versionOf(api, current).catch(() => undefined);
  lines.push("serves now:", `  ${servesNow(seen, current, serves)}`);
  // What serves already needs no way back to it, unless its own dynos are what is wrong.
  return { lines, mend: wayBack(stack, verdicts.get(RELEASE)?.state === "serves" ? undefined : serves) };
}

/** The end of what the release phase wrote. */
async function releaseOutput(release: HerokuRelease | undefined): Promise<string[]> {
  const url = release?.output_stream_url;
  if (release?.status !== "failed" || url === undefined || url === null) return [];
  return ending(await linesAt(url));
}

/** The end of the log of a process type. */
async function processLog(api: AppApi, type: string): Promise<string[]> {
  return ending(await linesAt(await api.logSession({ source: "app", lines: LOG_LINES, tail: false, dyno: type })));
}

function ending(lines: readonly string[]): string[] {
  return lines.slice(-LOG_LINES).map((line) => `  | ${visibleLog(line)}`);
}

function servesNow({ dynos }: Seen, current: HerokuRelease | undefined, version: string | undefined): string {
  if (current === undefined) return "nothing";
  const up = dynos.filter(({ state, release }) => state === "up" && release.version === current.version);
  const named = version === undefined ? "" : ` (release ${version})`;
  return `v${current.version}${named}, ${up.map(({ name }) => name).join(", ") || "no dyno up"}`;
}

/** Version of the source that a release was built of; undefined without a slug. */
async function versionOf(api: AppApi, release: HerokuRelease | undefined): Promise<string | undefined> {
  const slug = release?.slug ?? undefined;
  return slug && ((await api.slug(slug.id)).commit ?? undefined);
}
