/** What runs of a stack, and what can be done with it without a deployment: the same functions for every target. */
import type { Readable } from "node:stream";
import type { OperationOptions } from "./engine/operations";
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
 * Runs the application's migration now, apart from a deployment, and waits for its end.
 *
 * @throws SlipwayError (usage) when it has none, (locked) while one runs, (failed) when it fails; as {@link status}
 */
export function migrate({ stack, project, ...options }: StackRef & OperationOptions): Promise<void> {
  const ref = { stack, ...(project !== undefined && { project }) };
  return operationOf(ref, "migrate")(placeOf(stack, project), options);
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
