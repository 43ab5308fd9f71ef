/** Load tests: visitors on an application that runs, held to limits and to the run before. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import * as path from "node:path";
import type { Settings, TargetName } from "../../components/config";
import { writeWhole } from "../../providers/host/files";
import { namedByCaller } from "../caller";
import { readSettings } from "../configuration";
import { outputs, type StackOptions } from "../deployments";
import { placeOf, slipwayFolder, type StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";
import { hasOperations, status } from "../running";
import type { Stoppable } from "../stopping";
import { runLocust } from "./locust";
import { comparable, judge, measure, type LoadReport } from "./report";
import { namedScenario, writeScenario } from "./scenario";

/** Options of {@link loadTest}; those of the config are over what the config says. */
export interface LoadOptions
  extends
    StackOptions,
    Partial<Pick<Settings["load"], "users" | "spawnRate" | "seconds" | "p95" | "failures" | "throughput" | "slower">> {
  /** Where the application answers. @default what the stack says */
  url?: string;
  /** Also where the stack is one of production, or protects its data. @default false */
  allowProtected?: boolean;
  /** JSON of a report that is compared with. @default the last run of the stack */
  baseline?: string;
}

/**
 * Runs Locust on a stack's application. The report is kept, and the next run is compared with it.
 *
 * @returns what was found, whether or not it keeps within the limits
 * @throws ConfigError; SlipwayError (usage, config, tool, state, timeout, cancelled)
 * @example
 * ```ts
 * const { limits } = await loadTest({ stack: "dev", users: 50, seconds: 30 });
 * ```
 */
export async function loadTest(options: LoadOptions): Promise<LoadReport> {
  const place = placeOf(options.stack, options.project);
  const settings = readSettings(options.stack, options.project);
  if (options.allowProtected !== true) refuseProtected(settings, options.stack);
  const wanted = { ...settings.load, ...given(options) };
  const folder = path.join(slipwayFolder(place), "load-tests");
  const own = path.join(folder, place.stack);
  await mkdir(own, { recursive: true, mode: 0o700 });
  const before = baseline(options.baseline, path.join(own, "last.json"));
  const { scenario: named } = wanted;
  const scenario =
    named === undefined ? await writeScenario(place, path.join(own, "pages.py")) : namedScenario(place, named);
  const url = options.url ?? (await urlOf(place, options));
  const startedAt = new Date().toISOString();
  const { users, seconds, spawnRate } = wanted;
  const html = path.join(own, "report.html");
  const { signal = new AbortController().signal } = options;
  options.onProgress?.({ kind: "message", message: `${users} visitors on ${url} for ${seconds} s` });
  const running = {
    root: folder,
    python: settings.local.python,
    scenario,
    url,
    users,
    spawnRate,
    seconds,
    html,
    signal,
  };
  const measured = measure(await runLocust(running));
  const known = before !== undefined && comparable(before, { scenario: scenario.name, users }) ? before : undefined;
  const report: LoadReport = {
    ...{ stack: place.stack, url, scenario: scenario.name, users, seconds, startedAt, ...measured, html },
    limits: judge(measured, wanted, known),
    ...(known !== undefined && { comparedWith: known.startedAt }),
  };
  await writeWhole(path.join(own, "last.json"), `${JSON.stringify(report, undefined, 2)}\n`);
  return report;
}

/** Writes the scenario that is made from the URL map, to be changed and kept. @returns the file */
export async function writeLoadScenario({ stack, project }: StackOptions, file: string): Promise<string> {
  const target = namedByCaller(file);
  if (existsSync(target)) throw new SlipwayError("usage", `${target} is there already.`, "another file with --write");
  return (await writeScenario(placeOf(stack, project), target)).file;
}

/** @throws SlipwayError (usage) for a stack whose visitors, or data, are real */
function refuseProtected(settings: Settings, stack: string): void {
  const { environment } = settings;
  if (environment !== "prod" && !protects(settings)) return;
  const why = environment === "prod" ? "is an environment of production" : "protects what it holds";
  throw new SlipwayError(
    "usage",
    `The stack ${stack} ${why}: a load test takes room from its visitors, and may write.`,
    `slipway load --stack ${stack} --allow-protected`,
  );
}

/** Whether a target of the stack protects what it holds. */
function protects({ targets, ecs, beanstalk, heroku }: Settings): boolean {
  const parts: Readonly<Record<TargetName, readonly object[]>> = {
    local: [],
    ecs: [ecs.database, ecs.loadBalancer],
    beanstalk: [beanstalk.database],
    heroku: [heroku.database],
  };
  return targets.flatMap((target) => parts[target]).some((part) => "protect" in part && part.protect === true);
}

function given(options: LoadOptions): Partial<Settings["load"]> {
  const { users, spawnRate, seconds, p95, failures, throughput, slower } = options;
  const all = Object.entries({ users, spawnRate, seconds, p95, failures, throughput, slower });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/** @throws SlipwayError (usage) for a file that is named, and is none of a load test's */
function baseline(named: string | undefined, last: string): LoadReport | undefined {
  const file = named === undefined ? last : namedByCaller(named);
  if (named === undefined && !existsSync(file)) return undefined;
  try {
    const report = JSON.parse(readFileSync(file, "utf8")) as Partial<LoadReport>;
    if (typeof report.p95 === "number" && typeof report.users === "number") return report as LoadReport;
  } catch (error) {
    if (named === undefined) return undefined;
    throw new SlipwayError("usage", `${file} cannot be compared with: ${String(error)}`);
  }
  throw new SlipwayError("usage", `${file} is no report of slipway load --json.`);
}

async function urlOf({ stack, project }: StackPlace, { signal }: Stoppable): Promise<string> {
  const query = { stack, project, ...(signal && { signal }) };
  const url = hasOperations(query) ? (await status(query)).url : (await outputs(query))["url"];
  if (typeof url === "string" && url !== "") return url;
  throw new SlipwayError("state", `The stack ${stack} does not say where it answers.`, "name the address with --url");
}
