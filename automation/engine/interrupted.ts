/** What an engine that was killed has left unfinished, by the state that it kept. */
import { isDeepStrictEqual } from "node:util";
import { nameOf } from "./changes";
import type { OpenStack } from "./stack";
import { stateOf, type StackState, type StateEntry } from "./state";

/**
 * Names of the resources that were being made when an engine ended, however many have run since: each may exist without the
 * state knowing it. One that was made as it was meant to be is known. None where the state cannot be read.
 *
 * The engine hands what it began to make on from one state to the next, and does so even after it was made (pulumi,
 * pkg/backend/snapshot.go, `Snap`).
 */
export async function interruptedCreates(open: OpenStack): Promise<string[]> {
  const { resources, pending } = await stateOf(open).catch((): StackState => ({ resources: [], pending: [] }));
  const begun = pending.flatMap(({ type, resource }) => (type === "creating" ? [resource] : []));
  const unknown = begun.filter((one) => !resources.some((known) => isSame(known, one)));
  return [...new Set(unknown.map(({ urn }) => nameOf(urn)))];
}

/** What is to be replaced has the URN of what replaces it, but not its inputs. */
function isSame(one: StateEntry, other: StateEntry): boolean {
  return one.urn === other.urn && isDeepStrictEqual(one.inputs, other.inputs);
}
