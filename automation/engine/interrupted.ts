/** What an engine that was killed has left unfinished, by the state that it kept. */
import { isDeepStrictEqual } from "node:util";
import { nameOf } from "./changes";
import type { OpenStack } from "./stack";

interface StateResource {
  urn: string;
  inputs?: unknown;
}

interface Deployment {
  resources?: StateResource[];
  pending_operations?: { type: string; resource: StateResource }[] | null;
}

/**
 * Names of the resources that were being made when an engine ended, however many have run since: each may exist without the
 * state knowing it. One that was made as it was meant to be is known. None where the state cannot be read.
 *
 * The engine hands what it began to make on from one state to the next, and does so even after it was made (pulumi,
 * pkg/backend/snapshot.go, `Snap`).
 */
export async function interruptedCreates({ stack }: OpenStack): Promise<string[]> {
  const exported = await stack.exportStack().catch(() => undefined);
  const { resources = [], pending_operations: pending } = (exported?.deployment ?? {}) as Deployment;
  const begun = (pending ?? []).flatMap(({ type, resource }) => (type === "creating" ? [resource] : []));
  const unknown = begun.filter((one) => !resources.some((known) => isSame(known, one)));
  return [...new Set(unknown.map(({ urn }) => nameOf(urn)))];
}

/** What is to be replaced has the URN of what replaces it, but not its inputs. */
function isSame(one: StateResource, other: StateResource): boolean {
  return one.urn === other.urn && isDeepStrictEqual(one.inputs, other.inputs);
}
