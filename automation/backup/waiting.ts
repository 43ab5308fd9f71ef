/** Waiting for clouds, which take minutes. */
import { SlipwayError } from "../errors";
import type { Patience } from "../patience";
import { stopped, type Stoppable } from "../stopping";

/** Copying takes as long as the data are large. */
export const PATIENCE: Patience = { maxWaitTime: 6 * 3600, minDelay: 5, maxDelay: 30 };

/**
 * Waits for something at AWS, and says what became of it otherwise.
 *
 * @param what what is waited for, as the beginning of a sentence
 * @param onward what becomes of it when nobody waits any more; @default what is made is removed then
 * @throws SlipwayError (timeout, cancelled) by the signal, (failed) when it takes longer than anybody would wait
 */
export async function told<T>(
  what: string,
  { signal }: Stoppable,
  wait: () => Promise<T>,
  onward?: string,
): Promise<T> {
  try {
    return await wait();
  } catch (error) {
    if (signal?.aborted === true) throw stopped(signal, onward);
    if (!(error instanceof Error) || error.name !== "TimeoutError") throw error;
    const problem = `${what} is not there in time; AWS goes on with it.`;
    throw new SlipwayError("failed", problem, undefined, { cause: error });
  }
}
