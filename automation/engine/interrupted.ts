/** What an engine that was killed has left unfinished, by the state that it kept. */
import { nameOf } from "./changes";
import type { OpenStack } from "./stack";

interface Deployment {
  pending_operations?: { type: string; resource: { urn: string } }[] | null;
}

/**
 * Names of the resources that were being made when an engine ended: each may exist without the state knowing it. None
 * where the state cannot be read.
 */
export async function interruptedCreates({ stack }: OpenStack): Promise<string[]> {
  const exported = await stack.exportStack().catch(() => undefined);
  const pending = (exported?.deployment as Deployment | undefined)?.pending_operations ?? [];
  return pending.filter(({ type }) => type === "creating").map(({ resource }) => nameOf(resource.urn));
}
