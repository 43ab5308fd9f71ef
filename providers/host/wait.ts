/** Waiting on conditions. */
import { setTimeout as delay } from "node:timers/promises";

const STEP_MS = 50;

/**
 * Asks until the answer is not undefined; returns it, or undefined once `seconds` are over.
 *
 * @throws the signal's reason when the operation is cancelled
 */
export async function until<T>(
  seconds: number,
  signal: AbortSignal,
  ask: () => Promise<T | undefined> | T | undefined,
): Promise<T | undefined> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= deadline) return undefined;
    await delay(STEP_MS, undefined, { signal });
  }
}
