/** What runs of a stack, and what can be done with it without a deployment: the same functions for every target. */
import type { Readable } from "node:stream";
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
 * Runs a command in the environment of the release that serves. Its signal sends the command SIGTERM, and waits for its end.
 *
 * @returns its exit code
 * @throws as {@link status}
 */
export async function exec({ signal, ...ref }: StackQuery, command: readonly string[]): Promise<number> {
  const options = { ...(signal && { signal }) };
  return operationOf(ref, "exec")(placeOf(ref.stack, ref.project), command, options);
}

/** Releases that are kept, newest first. @throws as {@link status} */
export function releases(ref: StackQuery): Promise<ReleaseInfo[]> {
  return unlessStopped(ref.signal, () => operationOf(ref, "releases")(placeOf(ref.stack, ref.project)));
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
