/** What a deployment that did not end well has left. */
import { SlipwayError } from "../../../automation/errors";
import type { Existing } from "../../../providers/rehearsal/start";
import type { Account, AccountStack } from "./account";

/** The failure that `run` ends with, if it does. */
export async function failed(run: Promise<unknown>): Promise<SlipwayError | undefined> {
  try {
    await run;
    return undefined;
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
}

/** Message of the failure that `run` has to end with. */
export async function failureOf(run: Promise<unknown>): Promise<string> {
  const error = await failed(run);
  if (error === undefined) throw new Error("It did not fail.");
  return error.message;
}

/** What was made and the state does not know. */
export function orphansOf(account: Account, stack: AccountStack): Existing[] {
  const known = new Set((latestOf(stack).resources ?? []).map(({ type, id, outputs }) => keyOf(type, id, outputs)));
  return account.made().filter(({ type, id, outputs }) => !known.has(keyOf(type, id, outputs)));
}

/** Revisions of a family have one id; the ARN tells them apart. */
function keyOf(type: string, id: string | undefined, outputs: Readonly<Record<string, unknown>> | undefined): string {
  const arn = outputs?.["arn"];
  return `${type} ${typeof arn === "string" ? arn : (id ?? "")}`;
}

/** Entries that are there more than once. */
export function twice(values: readonly string[]): string[] {
  return values.filter((value, at) => values.indexOf(value) !== at);
}

/** URNs of what was being made when the engine ended, by the state on disk. */
export function pendingOf(stack: AccountStack): string[] {
  const pending = latestOf(stack).pending_operations ?? [];
  return pending.filter(({ type }) => type === "creating").map(({ resource }) => resource.urn);
}

export interface Latest {
  resources?: { type: string; id?: string; outputs?: Record<string, unknown> }[];
  pending_operations?: { type: string; resource: { urn: string } }[];
}

/** The state as it is on disk: asking the engine costs a process. */
export function latestOf(stack: AccountStack): Latest {
  return (JSON.parse(stack.stateText()) as { checkpoint: { latest: Latest } }).checkpoint.latest;
}
