/** The config vars of an app: what the application is told, but for what add-ons say. */
import { supportsSoftShutdown, type Workload } from "../app";
import type { Settings } from "../config";

/** Seconds that running tasks get before they are handed back; Heroku kills ten seconds later. */
const SOFT_SHUTDOWN = 20;

/** The plain config vars. */
export function plainVariables(workload: Workload, { database }: Settings["heroku"]): Record<string, string> {
  // Where modules are is the bundle's to say, and the buildpack has modules of its own to find.
  const environment = Object.entries(workload.environment).filter(([name]) => name !== "PYTHONPATH");
  return {
    ...softShutdown(workload),
    // Requests come from Heroku's router alone, by its private network.
    SLIPWAY_TRUSTED: "private",
    ...Object.fromEntries(environment),
    // Heroku Postgres takes no other connections; drivers on libpq, and asyncpg, ask for one by this.
    ...(database.kind === "postgres" && { PGSSLMODE: "require" }),
  };
}

/** URLs of what is there already, under the names that the application expects. */
export function givenUrls(
  { variables, needs }: Workload,
  { database, broker }: Settings["heroku"],
): Record<string, string> {
  const urls: Record<string, string> = {};
  if (database.kind === "url") urls[variables.database] = database.url;
  if (needs.broker && broker.kind === "url") {
    urls[variables.broker] = broker.url;
    if (variables.resultBackend !== undefined) {
      urls[variables.resultBackend] = /^(rediss?|sentinel)[+:]/.test(broker.url) ? broker.url : "rpc://";
    }
  }
  return urls;
}

/** A worker that is stopped has 30 s: it hands back what it cannot finish, instead of losing it. */
function softShutdown({ processes, release }: Workload): Record<string, string> {
  const worker = processes.find(({ role }) => role === "worker");
  if (worker === undefined || !supportsSoftShutdown(release.requirements)) return {};
  const seconds = Math.min(SOFT_SHUTDOWN, worker.stopTimeout - 1);
  return seconds < 1 ? {} : { REMAP_SIGTERM: "SIGQUIT", SLIPWAY_SOFT_SHUTDOWN: String(seconds) };
}
