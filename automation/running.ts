/** What runs of a stack, and what can be done with it without a deployment: the same functions for every target. */
import type { Readable } from "node:stream";
import { ConfigError } from "../components/config";
import type { TargetName } from "../components/config";
import { readSettings } from "./configuration";
import { SlipwayError } from "./errors";
import { placeOf, type StackPlace } from "./engine/project";
import { localOperations } from "./local";

/** Which stack. */
export interface StackRef {
  stack: string;
  /** Folder of Pulumi.yaml. @default SLIPWAY_PROJECT, else Slipway's own */
  project?: string;
}

/** One process of the application, or one that serves it. */
export interface ProcessStatus {
  /** Name such as `web-0`. */
  name: string;
  /** Role such as `web`, `worker`, `beat`, `broker`. */
  role: string;
  /** State in the target's own word, such as `RUNNING`. */
  state: string;
  running: boolean;
  pid?: number;
  /** Seconds since it was started. */
  uptime?: number;
  /** Version of the release that it runs; absent for what is no part of the application. */
  release?: string;
}

/** What runs on one target. */
export interface Status {
  stack: string;
  target: TargetName;
  /** Where the application answers. */
  url: string;
  /** What the ready path answered: a status code, or why there was no answer. */
  health: string;
  /** True when every process runs and the application is ready. */
  healthy: boolean;
  processes: ProcessStatus[];
}

/** A release that is kept and can be put back. */
export interface ReleaseInfo {
  version: string;
  /** Git commit that it was made from. */
  commit?: string;
  /** When it was first deployed; ISO 8601. */
  createdAt: string;
  /** True for the release that serves. */
  current: boolean;
}

/** Which log lines. */
export interface LogOptions {
  /** Names or roles of processes. @default all */
  processes?: readonly string[];
  /** Lines of each log to begin with. @default 20 */
  lines?: number;
  /** Go on with what is written from now on. @default false */
  follow?: boolean;
  /** Ends following. */
  signal?: AbortSignal;
}

/** What a target can do with what it runs. */
export interface TargetOperations {
  status: (place: StackPlace) => Promise<Status>;
  logs: (place: StackPlace, options: LogOptions) => Readable;
  /** Runs a command in the release that serves, on the caller's terminal; returns its exit code. */
  exec: (place: StackPlace, command: readonly string[]) => Promise<number>;
  releases: (place: StackPlace) => Promise<ReleaseInfo[]>;
  /** Folder of a kept release's files. */
  releaseSource: (place: StackPlace, version: string) => string;
  /** Ends every process; what is on disk stays. Returns how many were ended. */
  stop: (place: StackPlace) => Promise<number>;
  /** Removes everything that a removed deployment left. */
  purge: (place: StackPlace) => Promise<void>;
}

const OPERATIONS: Readonly<Partial<Record<TargetName, TargetOperations>>> = { local: localOperations };

/**
 * What runs of a stack, and how it is.
 *
 * @throws SlipwayError (config, state) when there is no such stack or nothing was deployed
 */
export function status(ref: StackRef): Promise<Status> {
  return operationsOf(ref).status(placeOf(ref.stack, ref.project));
}

/** Log lines, each after the name of its process, as a stream of text. @throws as {@link status} */
export function logs({ stack, project, ...options }: StackRef & LogOptions): Readable {
  return operationsOf({ stack, ...(project !== undefined && { project }) }).logs(placeOf(stack, project), options);
}

/** Runs a command in the environment of the release that serves. @returns its exit code @throws as {@link status} */
export function exec(ref: StackRef, command: readonly string[]): Promise<number> {
  return operationsOf(ref).exec(placeOf(ref.stack, ref.project), command);
}

/** Releases that are kept, newest first. @throws as {@link status} */
export function releases(ref: StackRef): Promise<ReleaseInfo[]> {
  return operationsOf(ref).releases(placeOf(ref.stack, ref.project));
}

/**
 * Where the files of a kept release are, for `up({ rollbackTo })`.
 *
 * @param version version or its beginning; @default the newest release that does not serve
 * @throws SlipwayError (usage) when there is no such release
 */
export async function releaseToPutBack(ref: StackRef, version?: string): Promise<{ version: string; source: string }> {
  const kept = await releases(ref);
  const candidates = kept.filter((release) =>
    version === undefined ? !release.current : release.version.startsWith(version),
  );
  const [chosen] = candidates;
  if (chosen === undefined || (version !== undefined && candidates.length > 1)) {
    const names = kept.map((release) => `${release.version}${release.current ? " (serves now)" : ""}`).join(", ");
    const problem =
      version === undefined
        ? "There is no other release to go back to"
        : `${JSON.stringify(version)} is not one release`;
    throw new SlipwayError(
      "usage",
      `${problem}; kept are ${names || "none"}.`,
      `slipway releases --stack ${ref.stack}`,
    );
  }
  return {
    version: chosen.version,
    source: operationsOf(ref).releaseSource(placeOf(ref.stack, ref.project), chosen.version),
  };
}

/** Ends every process of a stack and keeps everything else. @returns how many were ended @throws as {@link status} */
export function stop(ref: StackRef): Promise<number> {
  return operationsOf(ref).stop(placeOf(ref.stack, ref.project));
}

/** Removes what a destroyed stack left: databases, queues, backups. @throws as {@link status} */
export function purge(ref: StackRef): Promise<void> {
  return operationsOf(ref).purge(placeOf(ref.stack, ref.project));
}

/** Operations of the stack's target; the first one where there are several. */
function operationsOf({ stack, project }: StackRef): TargetOperations {
  const [target] = targetsOf(stack, project);
  const operations = target === undefined ? undefined : OPERATIONS[target];
  if (operations === undefined) throw new SlipwayError("config", `No target of stack ${stack} can do this.`);
  return operations;
}

function targetsOf(stack: string, project: string | undefined): readonly TargetName[] {
  try {
    return readSettings(stack, project).targets;
  } catch (error) {
    // What runs can be seen and stopped while the config is being edited, or is wrong.
    if (error instanceof ConfigError) return ["local"];
    throw error;
  }
}
