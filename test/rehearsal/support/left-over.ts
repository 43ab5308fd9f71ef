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
export async function orphansOf(account: Account, stack: AccountStack): Promise<Existing[]> {
  const known = new Set((await stack.deployed()).map(({ type, id, outputs }) => keyOf(type, id, outputs)));
  return account.made().filter(({ type, id, outputs }) => !known.has(keyOf(type, id, outputs)));
}

/** Revisions of a family have one id; the ARN tells them apart. */
function keyOf(type: string, id: string | undefined, outputs: Readonly<Record<string, unknown>>): string {
  const arn = outputs["arn"];
  return `${type} ${typeof arn === "string" ? arn : (id ?? "")}`;
}

/** Entries that are there more than once. */
export function twice(values: readonly string[]): string[] {
  return values.filter((value, at) => values.indexOf(value) !== at);
}

/** URNs of what was being made when the engine ended, by the state on disk. */
export function pendingOf(stack: AccountStack): string[] {
  const { checkpoint } = JSON.parse(stack.stateText()) as {
    checkpoint: { latest: { pending_operations?: { type: string; resource: { urn: string } }[] } };
  };
  const pending = checkpoint.latest.pending_operations ?? [];
  return pending.filter(({ type }) => type === "creating").map(({ resource }) => resource.urn);
}
