/** What runs of a stack, and what can be done with it without a deployment: the same functions for every target. */
import type { Readable } from "node:stream";
import type { DeployOptions } from "../components";
import { SlipwayError } from "./errors";
import type { OperationOptions } from "./engine/operations";
import { placeOf } from "./engine/project";
import { operationOf, operationsOf, type Operation, type StackRef } from "./operations";
import { unlessStopped, type Stoppable } from "./stopping";
import type { LogOptions, ReleaseInfo, Status } from "./target";

export type { StackRef } from "./operations";

/** Which stack is asked about, and how long. */
export interface StackQuery extends StackRef, Stoppable {}

/**
 * What runs of a stack, and how it is.
 *
 * @throws SlipwayError (config, state) when there is no such stack or nothing was deployed
 */
export function status(ref: StackQuery): Promise<Status> {
  return unlessStopped(ref.signal, () => operationOf(ref, "status")(placeOf(ref.stack, ref.project)));
}

/** Log lines, each after the name of its process, as a stream of text. @throws as {@link status} */
export function logs({ stack, project, ...options }: StackRef & LogOptions): Readable {
  const ref = { stack, ...(project !== undefined && { project }) };
  return operationOf(ref, "logs")(placeOf(stack, project), options);
}

/**
 * Runs a command in the environment of the release that serves. Its signal sends the command SIGTERM.
 *
 * @returns its exit code
 * @throws as {@link status}
 */
export function exec({ signal, ...ref }: StackQuery, command: readonly string[]): Promise<number> {
  const options = { ...(signal && { signal }) };
  return unlessStopped(signal, () => operationOf(ref, "exec")(placeOf(ref.stack, ref.project), command, options));
}

/** Releases that are kept, newest first. @throws as {@link status} */
export function releases(ref: StackQuery): Promise<ReleaseInfo[]> {
  return unlessStopped(ref.signal, () => operationOf(ref, "releases")(placeOf(ref.stack, ref.project)));
}

/** What puts an older release back, as options of `up`: its files, or its images, by what the target keeps. */
export type OlderRelease = Required<Pick<DeployOptions, "rollbackTo">> | Required<Pick<DeployOptions, "reuse">>;

/**
 * A kept release as options of `up`: `up({ stack, ...release })` puts it back.
 *
 * @param version version or its beginning; @default the newest release that does not serve
 * @throws SlipwayError (usage) when there is no such release
 */
export async function releaseToPutBack(
  ref: StackQuery,
  version?: string,
): Promise<{ version: string; release: OlderRelease }> {
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
  const place = placeOf(ref.stack, ref.project);
  const release = hasOperations(ref, "keptImages")
    ? { reuse: await operationOf(ref, "keptImages")(place, chosen.version) }
    : { rollbackTo: await operationOf(ref, "releaseSource")(place, chosen.version) };
  return { version: chosen.version, release };
}

/**
 * Runs the application's migration now, apart from a deployment, and waits for its end.
 *
 * @throws SlipwayError (usage) when it has none, (locked) while one runs, (failed) when it fails; as {@link status}
 */
export function migrate({ stack, project, ...options }: StackRef & OperationOptions): Promise<void> {
  const ref = { stack, ...(project !== undefined && { project }) };
  return operationOf(ref, "migrate")(placeOf(stack, project), options);
}

/** Ends every process of a stack and keeps everything else. @returns how many were ended @throws as {@link status} */
export function stop(ref: StackQuery): Promise<number> {
  return unlessStopped(ref.signal, () => operationOf(ref, "stop")(placeOf(ref.stack, ref.project)));
}

/** Removes what a destroyed stack left: databases, queues, backups. @throws as {@link status} */
export function purge(ref: StackQuery): Promise<void> {
  return unlessStopped(ref.signal, () => operationOf(ref, "purge")(placeOf(ref.stack, ref.project)));
}

/**
 * True when something can be done with what runs of the stack.
 *
 * @param operation such as `purge`; @default "status"
 */
export function hasOperations(ref: StackRef, operation: Operation = "status"): boolean {
  return operationsOf(ref, operation).length > 0;
}
