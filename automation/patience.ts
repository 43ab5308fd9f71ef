/** How long something is waited for that goes on elsewhere. */
import type { Stoppable } from "./stopping";

/** Seconds that it may take, and between two looks at it. */
export interface Patience {
  maxWaitTime: number;
  minDelay: number;
  maxDelay: number;
}

/** What a waiter of the AWS SDK is made with. */
export function waiting<Client>(
  client: Client,
  { signal }: Stoppable,
  patience: Patience,
): Patience & { client: Client; abortSignal?: AbortSignal } {
  return { client, ...patience, ...(signal && { abortSignal: signal }) };
}
