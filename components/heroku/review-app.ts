/** What an app needs in its repository so that Heroku makes one of every pull request: it is built from there. */
import { listSource, type Workload } from "../app";
import type { Settings } from "../config";
import { givenUrls, plainVariables } from "./environment";
import { ATTACHED } from "./names";
import { commandLine } from "./command";
import { renderedFiles, type SourceBuild } from "./render";

type Heroku = Settings["heroku"];

/** Plans of an app that lives for days: the smallest, which are there within seconds. */
const PLANS = { postgres: "heroku-postgresql:essential-0", cloudamqp: "cloudamqp:lemur", redis: "heroku-redis:mini" };
/** Size of its dynos: one of each process. */
const SIZE = "basic";
/** Stands for the version of whatever is built. */
const LASTING = "review";

/**
 * Path in the repository -> text: what a bundle has beside the application's own files, and `app.json`, by which Heroku
 * makes the app (https://devcenter.heroku.com/articles/app-json-schema).
 *
 * @param secretNames names of the application's secrets, which are set in the pipeline's settings at Heroku
 */
export async function reviewAppFiles(
  workload: Workload,
  heroku: Heroku,
  secretNames: readonly string[],
): Promise<Record<string, string>> {
  const { kind } = heroku.build;
  const build: SourceBuild =
    kind === "buildpack" || kind === "image" ? heroku.build : { kind: "buildpack", buildpacks: ["heroku/python"] };
  const listed = await listSource(workload.release.source);
  // What is committed must not change with every commit.
  const lasting = { ...workload, release: { ...workload.release, version: LASTING } };
  return {
    ...renderedFiles(lasting, build, new Set(listed.map((file) => file.path))),
    "app.json": `${JSON.stringify(manifest(workload, heroku, build, secretNames), undefined, 2)}\n`,
  };
}

function manifest(workload: Workload, heroku: Heroku, build: SourceBuild, secretNames: readonly string[]): object {
  const { name, processes, jobs, variables } = workload;
  const given = Object.entries(plainVariables(workload, heroku));
  const asked = [...secretNames, ...Object.keys(givenUrls(workload, heroku))];
  return {
    name,
    stack: build.kind === "image" ? "container" : heroku.stack,
    ...(build.kind === "buildpack" && { buildpacks: build.buildpacks.map((url) => ({ url })) }),
    addons: addonsOf(workload, heroku),
    env: {
      ...Object.fromEntries(given.map(([key, value]) => [key, { value }])),
      ...Object.fromEntries(asked.map((key) => [key, { required: true }])),
      [variables.secretKey]: { generator: "secret" },
    },
    formation: Object.fromEntries(processes.map(({ role }) => [role, { quantity: 1, size: SIZE }])),
    ...(jobs.seed !== undefined && { scripts: { postdeploy: commandLine(jobs.seed) } }),
  };
}

function addonsOf({ needs }: Workload, { database, broker, cache }: Heroku): object[] {
  return [
    ...(database.kind === "postgres" ? [{ plan: PLANS.postgres, as: ATTACHED.database }] : []),
    ...(needs.broker && broker.kind === "cloudamqp" ? [{ plan: PLANS.cloudamqp }] : []),
    ...(needs.broker && broker.kind === "redis" ? [{ plan: PLANS.redis, as: ATTACHED.broker }] : []),
    ...(cache.kind === "redis" ? [{ plan: PLANS.redis, as: ATTACHED.cache }] : []),
  ];
}
