import { SlipwayError } from "../errors";

/**
 * Waits for something at AWS, and says what became of it otherwise.
 *
 * @param what what is waited for, as the beginning of a sentence
 */
export async function told<T>(what: string, wait: () => Promise<T>): Promise<T> {
  try {
    return await wait();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const options = { cause: error };
    if (error.name === "AbortError") {
      throw new SlipwayError("cancelled", `${what} is still under way at AWS.`, undefined, options);
    }
    if (error.name === "TimeoutError") {
      throw new SlipwayError("failed", `${what} is not there in time; AWS goes on with it.`, undefined, options);
    }
    throw error;
  }
}
