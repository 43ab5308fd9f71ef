/** What runs of a stack, and what can be done with it without a deployment: the same functions for every target. */
import type { Readable } from "node:stream";
import { ConfigError, type TargetName } from "../components/config";
import { readSettings } from "./configuration";
import { SlipwayError } from "./errors";
import { placeOf } from "./engine/project";
import { herokuOperations } from "./heroku";
import { isDeployedHere, localOperations } from "./local";
import type { LogOptions, ReleaseInfo, Status, TargetOperations } from "./target";

/** Which stack. */
export interface StackRef {
  stack: string;
  /** Folder of Pulumi.yaml. @default SLIPWAY_PROJECT, else Slipway's own */
  project?: string;
}

const OPERATIONS: Readonly<Partial<Record<TargetName, TargetOperations>>> = {
  local: localOperations,
  heroku: herokuOperations,
};

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
    source: await operationsOf(ref).releaseSource(placeOf(ref.stack, ref.project), chosen.version),
  };
}

/** Ends every process of a stack and keeps everything else. @returns how many were ended @throws as {@link status} */
export function stop(ref: StackRef): Promise<number> {
  return operationsOf(ref).stop(placeOf(ref.stack, ref.project));
}

/** Removes what a destroyed stack left: databases, queues, backups. @throws as {@link status} */
export async function purge(ref: StackRef): Promise<void> {
  await operationsOf(ref).purge?.(placeOf(ref.stack, ref.project));
}

/** True when a stack keeps data by itself after it is destroyed, until it is purged. */
export function keepsData({ stack, project }: StackRef): boolean {
  const [target] = targetsOf(stack, project);
  return target !== undefined && OPERATIONS[target]?.purge !== undefined;
}

/** True when what runs of the stack can be asked how it is. */
export function hasOperations({ stack, project }: StackRef): boolean {
  const [target] = targetsOf(stack, project);
  return target !== undefined && OPERATIONS[target] !== undefined;
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
    if (error instanceof ConfigError || (error instanceof SlipwayError && isDeployedHere(stack, project)))
      return ["local"];
    throw error;
  }
}
