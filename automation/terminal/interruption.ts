/** What ends a command before its end: Ctrl-C, SIGTERM, or that its time is over. */
import type { Command } from "commander";
import { SlipwayError } from "../errors";
import { endPrograms, TerminalInterruption } from "../stopping";
import { seconds } from "./numbers";

/** How long a command may take. */
export interface TimeFlags {
  /** Seconds. */
  timeout?: number;
}

/** Adds how long a command may take. */
export function timeLimited(command: Command): Command {
  return command.option("--timeout <seconds>", "end as Ctrl-C does when it takes longer", seconds);
}

/** npm tells its program what the terminal has told it already: that is no second time. */
const SAME_MS = 300;

/**
 * Runs something with a signal that says when it is to end.
 *
 * @param on what this process is told to end by
 * @param tell is told when that has come
 * @param leave is told when this process ends at once, as it was told twice
 */
export async function interruptible<T>(
  { timeout }: TimeFlags,
  run: (signal: AbortSignal) => Promise<T>,
  on: readonly NodeJS.Signals[],
  tell: (message: string) => void = () => undefined,
  leave: (error: SlipwayError) => void = () => undefined,
): Promise<T> {
  const controller = new AbortController();
  let since = Infinity;
  const end = (reason: SlipwayError, message: string): void => {
    if (controller.signal.aborted) return;
    since = performance.now();
    tell(message);
    controller.abort(reason);
  };
  const again = (): void => {
    if (performance.now() - since < SAME_MS || !endPrograms()) return;
    const error = new SlipwayError("cancelled", "Stopped at once: what was under way may be left half-done.");
    tell(error.message);
    leave(error);
    process.exit(error.exitCode);
  };
  const interrupt = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) again();
    const told = signal === "SIGINT" && process.stdin.isTTY;
    const reason = told ? new TerminalInterruption() : new SlipwayError("cancelled", "Interrupted.");
    end(reason, "Interrupted: what is under way is ended first. Once more to stop at once.");
  };
  const late = (): void => {
    const reason = new SlipwayError("timeout", `Not finished within ${timeout ?? 0} s.`);
    end(reason, `${reason.message} What is under way is ended first.`);
  };
  const limit = timeout === undefined ? undefined : setTimeout(late, timeout * 1000);
  for (const signal of on) process.on(signal, interrupt);
  try {
    return await run(controller.signal);
  } finally {
    for (const signal of on) process.off(signal, interrupt);
    clearTimeout(limit);
  }
}
