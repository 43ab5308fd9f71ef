import type { ProcessStatus, Status } from "../target";
import type { Dyno, Formation } from "./api";
import type { DeployedApp } from "./deployed";
import { answerOf } from "../health";

/** Types of dynos that are no processes of the application: a command, the preparation of a release. */
const PASSING: ReadonlySet<string> = new Set(["run", "release"]);

/** What runs of an app, as Heroku and the application themselves say. */
export async function statusOf(
  { api, url }: Pick<DeployedApp, "api" | "url">,
  stack: string,
  readyPath: string,
): Promise<Status> {
  const [dynos, formation, health] = await Promise.all([api.dynos(), api.formation(), answerOf(`${url}${readyPath}`)]);
  const processes = dynos.filter(isProcess).map(describe);
  const wanted = formation.filter(({ quantity }) => quantity > 0);
  const complete = wanted.length > 0 && wanted.every((each) => runningOf(each, processes) >= each.quantity);
  const healthy = complete && processes.every(({ running }) => running) && /^[23]\d\d$/.test(health);
  return { stack, target: "heroku", url, health, healthy, processes };
}

/** True for a dyno that runs a process of the application. */
export function isProcess({ type }: Dyno): boolean {
  return !PASSING.has(type);
}

function runningOf({ type }: Formation, processes: readonly ProcessStatus[]): number {
  return processes.filter(({ role, running }) => role === type && running).length;
}

function describe({ name, type, state, updated_at: since, release }: Dyno): ProcessStatus {
  const running = state === "up";
  return {
    name,
    role: type,
    state,
    running,
    ...(running && { uptime: Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000)) }),
    release: `v${release.version}`,
  };
}
