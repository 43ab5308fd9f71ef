/** What every target can do with what it runs, and the form in which it answers. */
import type { Readable } from "node:stream";
import type { DeployOptions, KeptRelease } from "../components";
import type { TargetName } from "../components/config";
import type { BackupOperations } from "./backup/backup";
import type { OperationOptions, OperationResult } from "./engine/operations";
import type { StackPlace } from "./engine/project";
import type { OpenStack } from "./engine/stack";
import type { Stoppable } from "./stopping";

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
  /** Digest of the web image, where the target keeps images. */
  digest?: string;
}

/** Which log lines. */
export interface LogOptions {
  /** Names or roles of processes. @default all */
  processes?: readonly string[];
  /** Lines of each log to begin with. @default 20 */
  lines?: number;
  /** Go on with what is written from now on. @default false */
  follow?: boolean;
  /** Only what was written since then, and all of it. @default the last lines */
  since?: Date;
  /** Only lines that hold this text. @default all */
  filter?: string;
  /** Ends following. */
  signal?: AbortSignal;
}

/** Why a deployment does not serve. */
export interface Explanation {
  /** What is wrong, what the target knows of the reason, and what serves now; a line each. */
  lines: string[];
  /** The way back. */
  mend: string;
}

/** What a target can do with what it runs. */
export interface TargetOperations {
  status: (place: StackPlace) => Promise<Status>;
  logs: (place: StackPlace, options: LogOptions) => Readable;
  /** Runs a command in the release that serves, on the caller's terminal; returns its exit code. */
  exec: (place: StackPlace, command: readonly string[], options: Stoppable) => Promise<number>;
  releases: (place: StackPlace) => Promise<ReleaseInfo[]>;
  /** Folder of a kept release's files. */
  releaseSource: (place: StackPlace, version: string) => string | Promise<string>;
  /** A kept release as it was built, where the target keeps it so instead of its files. */
  keptRelease?: (place: StackPlace, version: string) => Promise<KeptRelease>;
  /**
   * Newest revisions of the database that a kept release knows; undefined where that was not noted. Absent where the
   * release's files tell.
   */
  schemaHeads?: (place: StackPlace, version: string) => Promise<readonly string[] | undefined>;
  /**
   * What gives a release that serves here to another stack of the same target, as it was built. Absent where the release's
   * files are what is given.
   */
  promote?: (from: StackPlace, to: StackPlace, version: string, options: OperationOptions) => Promise<Given>;
  /** Runs the application's migration now, and waits for its end; what it writes is told as messages. */
  migrate?: (place: StackPlace, options: OperationOptions) => Promise<void>;
  /** Backups of the database. */
  backups?: BackupOperations;
  /** Ends every process; what is on disk stays. Returns how many were ended. */
  stop: (place: StackPlace) => Promise<number>;
  /** Removes everything that a removed deployment left. */
  purge: (place: StackPlace) => Promise<void>;
  /**
   * Does what the engine cannot, once a plan was agreed to and before the engine changes anything. Absent where there is no
   * such thing.
   */
  prepare?: (open: OpenStack, plan: OperationResult, options: OperationOptions) => Promise<void>;
  /**
   * Waits until what was deployed is what serves; throws SlipwayError (failed) when it does not come to that. Absent where
   * the engine's own update ends no sooner.
   */
  confirm?: (open: OpenStack, outputs: Outputs, options: OperationOptions) => Promise<void>;
  /** What a deployment that the engine could not finish has come to. Absent where the engine's error says it all. */
  explain?: (open: OpenStack) => Promise<Explanation | undefined>;
}

/** What a release is given to a stack by: options of its deployment, or keys of its config with their values as YAML. */
export type Given = Pick<DeployOptions, "reuse" | "rollbackTo"> & { config?: Readonly<Record<string, string>> };

/** What the target exports. */
export type Outputs = Readonly<Record<string, unknown>>;

/** What one target exports, of all that the stack does: a stack with several has each one's under its name. */
export function outputsOf(target: TargetName, outputs: Outputs): Outputs {
  const own = outputs[target];
  return typeof own === "object" && own !== null ? (own as Outputs) : outputs;
}
