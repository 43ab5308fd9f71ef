/** Waiting until what was deployed is what serves, whatever it is that a target runs. */
import { createWaiter, WaiterState } from "@smithy/util-waiter";
import type { OperationOptions } from "./engine/operations";
import { SlipwayError } from "./errors";
import { waiting, type Patience } from "./patience";
import { stopped } from "./stopping";
import type { Explanation } from "./target";

/** How a part of a deployment, such as a process, stands to what it is to run. */
export interface Verdict {
  state: "serves" | "waits" | "failed";
  /** What it does instead of serving. */
  why: string;
}

/** Part of a deployment -> how it stands. */
export type Verdicts = ReadonlyMap<string, Verdict>;

/** A deployment, and who can tell how it stands. */
export interface Rollout {
  stack: string;
  /** Who goes on with it when nobody waits any more, such as `ECS`. */
  by: string;
  judge: () => Promise<Verdicts>;
  /** Why not all serves, and the way back. */
  explain: (verdicts: Verdicts) => Promise<Explanation>;
}

/**
 * Waits until every part of a deployment serves.
 *
 * @throws SlipwayError (failed) saying why not, what serves now, and how to go back; (timeout, cancelled) by the signal
 */
export async function untilServing(
  { stack, by, judge, explain }: Rollout,
  options: OperationOptions,
  patience: Patience,
): Promise<void> {
  const { signal, onProgress } = options;
  let verdicts = await judge();
  const pending = [...verdicts].filter(([, { state }]) => state === "waits").map(([part]) => part);
  if (pending.length > 0) {
    onProgress?.({ kind: "message", message: `Waiting until ${pending.join(", ")} of ${stack} run as deployed.` });
  }
  let first: Verdicts | undefined = verdicts;
  const { state } = await createWaiter(waiting(by, options, patience), stack, async () => {
    verdicts = first ?? (await judge());
    first = undefined;
    return { state: stateOf(verdicts) };
  });
  if (state === WaiterState.SUCCESS) return;
  if (signal?.aborted === true) {
    throw stopped(signal, `${by} goes on with the rollout: slipway status --stack ${stack} shows how`);
  }
  const late = state === WaiterState.TIMEOUT ? `, after ${patience.maxWaitTime} s` : "";
  const { lines, mend } = await explain(verdicts);
  const text = [`What was deployed to ${stack} does not serve${late}:`, ...lines].join("\n  ");
  throw new SlipwayError("failed", text, mend);
}

/** True when every part serves. */
export function allServe(verdicts: Verdicts): boolean {
  return [...verdicts.values()].every(({ state }) => state === "serves");
}

function stateOf(verdicts: Verdicts): WaiterState {
  if ([...verdicts.values()].some(({ state }) => state === "failed")) return WaiterState.FAILURE;
  return allServe(verdicts) ? WaiterState.SUCCESS : WaiterState.RETRY;
}

/** What cannot be read does not hide what is known. */
export function unreadable(error: unknown): string[] {
  return [`  more could not be read: ${error instanceof Error ? error.message : String(error)}`];
}

/** The way back to a release; without one that is known, to any. */
export function wayBack(stack: string, version: string | undefined): string {
  const again = `mend the application and run slipway up --stack ${stack} again`;
  return version === undefined
    ? `slipway rollback --stack ${stack} puts an older release back; or ${again}`
    : `slipway rollback ${version} --stack ${stack} puts every process back to that release; or ${again}`;
}
