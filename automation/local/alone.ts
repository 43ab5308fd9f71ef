import { RootHeld, withRootLock } from "../../providers/host/lock";
import { SlipwayError } from "../errors";

const never = new AbortController().signal;

/**
 * Runs an action while no deployment works in the stack's folder.
 *
 * @throws SlipwayError (locked) while one does
 */
export function alone<T>(root: string, action: () => Promise<T>): Promise<T> {
  return withRootLock(root, never, action).catch((error: unknown) => {
    throw error instanceof RootHeld ? new SlipwayError("locked", error.message, undefined, { cause: error }) : error;
  });
}
