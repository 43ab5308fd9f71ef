/** What runs of a stack, and what can be done with it without a deployment: the same functions for every target. */
import type { Readable } from "node:stream";
import { SlipwayError } from "./errors";
import { placeOf } from "./engine/project";
import { operationOf, operationsOf, type Operation, type StackRef } from "./operations";
import type { LogOptions, ReleaseInfo, Status } from "./target";

export type { StackRef } from "./operations";

/**
 * What runs of a stack, and how it is.
 *
 * @throws SlipwayError (config, state) when there is no such stack or nothing was deployed
 */
export function status(ref: StackRef): Promise<Status> {
  return operationOf(ref, "status")(placeOf(ref.stack, ref.project));
}

/** Log lines, each after the name of its process, as a stream of text. @throws as {@link status} */
export function logs({ stack, project, ...options }: StackRef & LogOptions): Readable {
  const ref = { stack, ...(project !== undefined && { project }) };
  return operationOf(ref, "logs")(placeOf(stack, project), options);
}

/** Runs a command in the environment of the release that serves. @returns its exit code @throws as {@link status} */
export function exec(ref: StackRef, command: readonly string[]): Promise<number> {
  return operationOf(ref, "exec")(placeOf(ref.stack, ref.project), command);
}

/** Releases that are kept, newest first. @throws as {@link status} */
export function releases(ref: StackRef): Promise<ReleaseInfo[]> {
  return operationOf(ref, "releases")(placeOf(ref.stack, ref.project));
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
    source: await operationOf(ref, "releaseSource")(placeOf(ref.stack, ref.project), chosen.version),
  };
}

/** Ends every process of a stack and keeps everything else. @returns how many were ended @throws as {@link status} */
export function stop(ref: StackRef): Promise<number> {
  return operationOf(ref, "stop")(placeOf(ref.stack, ref.project));
}

/** Removes what a destroyed stack left: databases, queues, backups. @throws as {@link status} */
export function purge(ref: StackRef): Promise<void> {
  return operationOf(ref, "purge")(placeOf(ref.stack, ref.project));
}

/**
 * True when something can be done with what runs of the stack.
 *
 * @param operation such as `purge`; @default "status"
 */
export function hasOperations(ref: StackRef, operation: Operation = "status"): boolean {
  return operationsOf(ref, operation).length > 0;
}
