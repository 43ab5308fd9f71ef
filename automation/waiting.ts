/** Waiting for another operation on the same stack. */
import { setTimeout } from "node:timers/promises";
import type { OperationOptions } from "./engine/operations";
import { SlipwayError } from "./errors";
import { unlessStopped } from "./stopping";

/** Something that waits for others. */
export interface Patient {
  /** Seconds to wait for another operation that holds the stack. @default 0: it is refused at once, as `locked` */
  waitForLock?: number;
}

const LOOK_EVERY_MS = 1000;

/**
 * Runs an operation, from its beginning again and again while another one holds the stack: what that one changes is planned
 * for.
 *
 * @param options.waitForLock seconds after which it is not tried once more
 */
export async function patiently<T>(
  { waitForLock = 0, signal, onProgress }: OperationOptions & Patient,
  run: () => Promise<T>,
): Promise<T> {
  const end = performance.now() + waitForLock * 1000;
  let left = 0;
  for (let told = false; ; told = true) {
    try {
      return await run();
    } catch (error) {
      left = end - performance.now();
      if (!(error instanceof SlipwayError) || error.kind !== "locked" || left <= 0) throw error;
      if (!told) onProgress?.({ kind: "message", message: `${error.message} Waiting for its end.` });
    }
    await unlessStopped(signal, () => setTimeout(Math.min(left, LOOK_EVERY_MS)));
  }
}
