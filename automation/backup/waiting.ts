/** Waiting for clouds, which take minutes. */
import type { OperationOptions } from "../engine/operations";

/** How long a cloud may take, in seconds, and how often it is asked. */
export interface Patience {
  maxWaitTime: number;
  minDelay: number;
  maxDelay: number;
}

/** Copying takes as long as the data are large. */
export const PATIENCE: Patience = { maxWaitTime: 6 * 3600, minDelay: 5, maxDelay: 30 };

/** What a waiter of the AWS SDK is made with. */
export function waiting<Client>(
  client: Client,
  { signal }: OperationOptions,
  patience: Patience,
): Patience & { client: Client; abortSignal?: AbortSignal } {
  return { client, ...patience, ...(signal && { abortSignal: signal }) };
}
