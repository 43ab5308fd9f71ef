/** A migration that AWS runs, apart from a deployment. */
import { createWaiter, WaiterState } from "@smithy/util-waiter";
import { SlipwayError } from "../errors";
import { waiting, type Patience } from "../patience";
import { stopped, type Stoppable } from "../stopping";

/**
 * Waits for the end of a migration, which goes on when nobody waits any more.
 *
 * @param client asks about it
 * @param ended whether it has come to its end
 * @param onward where it can be followed then
 * @throws SlipwayError (timeout, cancelled) by the signal, (failed) when it takes longer than it may
 */
export async function migrationEnded(
  client: object,
  options: Stoppable,
  patience: Patience,
  ended: () => Promise<boolean>,
  onward: string,
): Promise<void> {
  const { state } = await createWaiter(waiting(client, options, patience), undefined, async () => ({
    state: (await ended()) ? WaiterState.SUCCESS : WaiterState.RETRY,
  }));
  if (state === WaiterState.SUCCESS) return;
  const { signal } = options;
  throw signal?.aborted === true ? stopped(signal, onward) : new SlipwayError("failed", "It takes too long.", onward);
}
