import type { Workload } from "../app";
import type { Settings } from "../config";
import type { ImageRole } from "../image";

/** What the files for Docker Compose are made from. */
export interface ComposeArgs {
  /** The application, as `describeWorkload` returns it. */
  workload: Workload;
  /** What the stack's config says of Compose. */
  compose: Settings["compose"];
  /** Operating system processes that each web process starts. */
  serverProcesses: number;
  /** Names of the application's secret environment variables. */
  secretNames: readonly string[];
  /** Longest ETA of a task, in seconds. */
  longestEta: number;
  /**
   * Build context of each image, relative to the folder of the Compose file, as `<folder>/<role>-<digest>`; the worker's
   * is there where the application has a broker.
   */
  contexts: Readonly<Partial<Record<ImageRole, string>>>;
}

/** A service, in the words of the Compose specification. */
export type Service = Record<string, unknown>;

/** Where a service is found by the others. */
export type Network = "data" | "default";
