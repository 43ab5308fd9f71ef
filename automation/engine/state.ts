/** What the engine's state says of a stack. */
import type { StateResource } from "../../providers/rehearsal/rollout";
import { stateError } from "./failures";
import type { OpenStack } from "./stack";

/** A resource as the state has it. Each secret value is in an envelope, or its ciphertext. */
export interface StateEntry extends StateResource {
  type: string;
  id?: string;
  protect?: boolean;
  retainOnDelete?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** A stack as the last operation on it left it. */
export interface StackState {
  resources: readonly StateEntry[];
  /** What was begun and not ended, as when the engine was killed. */
  pending: readonly { type: string; resource: StateEntry }[];
}

interface Exported {
  resources?: StateEntry[];
  pending_operations?: StackState["pending"] | null;
}

/** The state of a stack; the engine decrypts secrets for it. @throws SlipwayError (state) when it cannot be read */
export async function stateOf({ place, stack }: OpenStack): Promise<StackState> {
  const exported = await stack.exportStack().catch((error: unknown) => {
    throw stateError(place, error);
  });
  const { resources, pending_operations: pending } = (exported.deployment ?? {}) as Exported;
  return { resources: resources ?? [], pending: pending ?? [] };
}
