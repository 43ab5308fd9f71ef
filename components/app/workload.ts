/**
 * The application as it is deployed: one description that every target binds and runs in its own way. Plain data; no
 * target, no cloud and no path of a machine is in it, apart from where the source lies.
 */
import * as path from "node:path";
import parseArguments from "string-argv";
import { awsSections, rdsDialect, type ServerKind, type Settings } from "../config";
import { gitCommit } from "./commit";
import { inspectSource, type Layout } from "./inspect";
import type { Database } from "./requirements";
import { authorityFiles, runtimeFiles } from "./runtime";
import { readSchema, type Revision } from "./schema";
import { contentVersion } from "./source";

const BEAT_STOP_TIMEOUT = 10;
/** Seconds that a server gives up running requests before its own kill, so that it can say so. */
const GRACE_MARGIN = 5;

/** What is shipped. */
export interface Release {
  /** Content version: changes with any shipped file and with nothing else. */
  version: string;
  /** Git commit that last touched the source, `+` after it when there are changes since; absent outside git. */
  commit?: string;
  /** Folder that the application's files come from. */
  source: string;
  /** Files that Slipway ships beside them: path in the release -> text. */
  files: Record<string, string>;
  /** What the application and its server need from PyPI, in pip's requirements format. */
  requirements: string;
  /** Packages among them that are known to be there for Slipway alone. */
  added: string[];
  /** What its migrations make of the database, each behind those that it comes after; none where nothing migrates. */
  revisions: Revision[];
}

export type Role = "web" | "worker" | "beat";

/** A long-running process of the application. */
export interface Process {
  role: Role;
  /**
   * Words of the command line. `{instance}` stands for the process's own name and `{data}` for a folder that
   * outlives a release; the target replaces both.
   */
  command: string[];
  /** How many run: at least, and at most where the target scales them. */
  count: { min: number; max: number };
  /** Seconds between the request to stop and the kill. */
  stopTimeout: number;
  /** CPU units of each, where it runs in a container; 1024 are one processor. */
  cpu: number;
  /** Memory of each in MiB, where it runs in a container. */
  memory: number;
}

/** Commands that run once around a release. */
export interface Jobs {
  /** Before the release is switched to. */
  migrate?: string[];
  /** Once, after the first migration. */
  seed?: string[];
}

/** What an application needs from its surroundings; a target decides what provides it. */
export interface Needs {
  database: boolean;
  broker: boolean;
}

export interface Workload {
  /** Name of the application. */
  name: string;
  /** Which environment this is. */
  stage: Settings["environment"];
  release: Release;
  /** Server that runs the web process. */
  server: ServerKind;
  /** In the order in which a rollout replaces them: whoever takes tasks before whoever sends them. */
  processes: Process[];
  jobs: Jobs;
  needs: Needs;
  health: Settings["app"]["health"];
  /** Commands that prove that a release can be loaded. */
  checks: string[][];
  /** Plain environment variables that are the same on every target. */
  environment: Record<string, string>;
  /** Names under which the application expects what its needs are met with. */
  variables: Settings["app"]["variables"];
}

/**
 * Describes the application that `settings` name.
 *
 * @param folder absolute path that `app.source` is relative to
 * @param stack name of the stack, for the commands in faults
 * @param server what serves the web process where the settings name none; each target has one that it is made for
 * @param database database that is made for it outside the targets, whose driver is added where it has none
 * @throws ConfigError when the folder, its requirements, or the modules that hold the entry are not there
 */
export async function describeWorkload(
  settings: Settings,
  folder: string,
  stack: string,
  server: ServerKind = "gevent",
  database?: Database,
): Promise<Workload> {
  const { app } = settings;
  const kind = settings.server.kind ?? server;
  const source = path.resolve(folder, app.source);
  const { listed, layout, requirements } = await inspectSource(settings, source, stack, kind, database);
  const files = { ...runtimeFiles(kind), ...(onRds(settings) && authorityFiles()) };
  const [commit, revisions] = await Promise.all([
    gitCommit(source),
    app.migrate === undefined ? [] : readSchema(source, listed),
  ]);
  const version = contentVersion(listed, files);
  return {
    name: app.name,
    stage: settings.environment,
    release: {
      version,
      ...(commit && { commit }),
      source,
      files,
      requirements: requirements.text,
      added: requirements.added,
      revisions,
    },
    server: kind,
    processes: processesOf(settings, kind),
    jobs: {
      ...(app.migrate !== undefined && { migrate: parseArguments(app.migrate) }),
      ...(app.seed !== undefined && { seed: parseArguments(app.seed) }),
    },
    needs: { database: true, broker: app.celery !== undefined },
    health: app.health,
    checks: ["web", ...(app.celery === undefined ? [] : ["celery"])].map((part) => [
      "python",
      ".slipway/slipway_check.py",
      part,
    ]),
    environment: environmentOf(settings, layout, kind),
    variables: app.variables,
  };
}

/** Whether a target makes the database at RDS. */
function onRds(settings: Settings): boolean {
  return awsSections(settings).some(({ database }) => rdsDialect(database) !== undefined);
}

/** Processes in the order in which a rollout replaces them: whoever takes tasks before whoever sends them. */
function processesOf({ processes: { web, worker, beat } }: Settings, server: ServerKind): Process[] {
  const celery = ["celery", "--app", "slipway_celery"];
  const all: Process[] = [
    {
      role: "web",
      command: ["python", `.slipway/serve_${server}.py`],
      ...sizeOf(web),
      stopTimeout: web.stopTimeout,
    },
  ];
  if (worker !== undefined) {
    const options = ["--hostname", "{instance}@%h", "--concurrency", String(worker.concurrency), "--loglevel", "INFO"];
    const { stopTimeout } = worker;
    all.unshift({ role: "worker", command: [...celery, "worker", ...options], ...sizeOf(worker), stopTimeout });
  }
  if (beat !== undefined) {
    const options = ["--schedule", "{data}/beat-schedule", "--loglevel", "INFO"];
    const size = sizeOf({ ...beat, count: { min: 1, max: 1 } });
    all.push({ role: "beat", command: [...celery, "beat", ...options], ...size, stopTimeout: BEAT_STOP_TIMEOUT });
  }
  return all;
}

function sizeOf({
  count,
  cpu,
  memory,
}: Pick<Process, "count" | "cpu" | "memory">): Pick<Process, "count" | "cpu" | "memory"> {
  return { count, cpu, memory };
}

/** What every process of the application is told, wherever it runs; relative paths start at the release's folder. */
function environmentOf(settings: Settings, layout: Layout, kind: ServerKind): Record<string, string> {
  const { app, env, environment, server, processes } = settings;
  return {
    ...env,
    [app.variables.environment]: environment,
    FLASK_APP: app.entry,
    PYTHONPATH: [...(layout === "src" ? ["src"] : []), ".", ".slipway"].join(":"),
    PYTHONUNBUFFERED: "1",
    SLIPWAY_ENTRY: app.entry,
    ...(app.celery !== undefined && { SLIPWAY_CELERY: app.celery }),
    SLIPWAY_PROCESSES: String(server.processes),
    ...(kind !== "gevent" && { SLIPWAY_THREADS: String(server.threads) }),
    SLIPWAY_TIMEOUT: String(server.timeout),
    SLIPWAY_MAX_BODY: String(server.maxBody),
    ...(server.trustedProxies && { SLIPWAY_TRUSTED: server.trustedProxies.join(",") }),
    SLIPWAY_ACCESS_LOG: server.accessLog ? "1" : "0",
    ...(!server.static && { SLIPWAY_STATIC: "0" }),
    // Celery's soft shutdown is how it begins to quit, not to terminate: workers are asked to terminate.
    ...(processes.worker?.softShutdown !== undefined && {
      REMAP_SIGTERM: "SIGQUIT",
      SLIPWAY_SOFT_SHUTDOWN: String(processes.worker.softShutdown),
    }),
    SLIPWAY_GRACE: String(Math.max(1, processes.web.stopTimeout - GRACE_MARGIN)),
  };
}

/** What a target provides for the needs of an application. */
export interface Provided {
  /** SQLAlchemy URL. */
  database: string;
  /** Celery broker URL; absent when the application has no Celery. */
  broker?: string;
  secretKey: string;
}

/** The whole environment of the application's processes, secrets included. */
export function bindEnvironment(
  workload: Workload,
  provided: Provided,
  secrets: Record<string, string>,
): Record<string, string> {
  const { variables } = workload;
  return {
    ...workload.environment,
    ...secrets,
    [variables.database]: provided.database,
    ...(provided.broker !== undefined && brokerVariables(variables, provided.broker)),
    [variables.secretKey]: provided.secretKey,
    // For whoever shows what a process printed.
    SLIPWAY_SECRETS: [variables.secretKey, ...Object.keys(secrets)].join(","),
  };
}

/** A Redis keeps results as well as tasks; any other broker sends them back as messages. */
function brokerVariables({ broker, resultBackend }: Workload["variables"], url: string): Record<string, string> {
  const results = /^(rediss?|sentinel)[+:]/.test(url) ? url : "rpc://";
  return { [broker]: url, ...(resultBackend !== undefined && { [resultBackend]: results }) };
}

/** The words of a process's command on a target whose lasting folder is `data`. */
export function placeCommand(command: readonly string[], data: string): string[] {
  return command.map((word) => word.replaceAll("{data}", data));
}
