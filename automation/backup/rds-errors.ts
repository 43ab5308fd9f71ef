import { SlipwayError } from "../errors";
import { stopped, type Stoppable } from "../stopping";

/**
 * Waits for something at AWS, and says what became of it otherwise.
 *
 * @param what what is waited for, as the beginning of a sentence
 * @param onward what becomes of it when nobody waits any more; @default what is made is removed then
 * @throws SlipwayError (timeout, cancelled, failed)
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
    if (!(error instanceof Error)) throw error;
    const options = { cause: error };
    if (signal?.aborted === true) throw stopped(signal, onward);
    if (error.name === "TimeoutError") {
      throw new SlipwayError("failed", `${what} is not there in time; AWS goes on with it.`, undefined, options);
    }
    throw error;
  }
}
