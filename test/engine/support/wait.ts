import { setTimeout } from "node:timers/promises";

/**
 * Asks again and again until the answer is true.
 *
 * @param what what is waited for, as a clause, for the error when it does not come within `seconds`
 */
export async function until(what: string, ask: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`Not within ${seconds} s: ${what}.`);
    await setTimeout(50);
  }
}
