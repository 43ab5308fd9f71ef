/** What every target can do with what it runs, and the form in which it answers. */
import type { Readable } from "node:stream";
import type { TargetName } from "../components/config";
import type { StackPlace } from "./engine/project";

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
  releaseSource: (place: StackPlace, version: string) => string | Promise<string>;
  /** Ends every process; what is on disk stays. Returns how many were ended. */
  stop: (place: StackPlace) => Promise<number>;
  /** Removes everything that a removed deployment left; absent where nothing is left but what is protected. */
  purge?: (place: StackPlace) => Promise<void>;
}
