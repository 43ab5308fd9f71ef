/** Programs that are run to their end, also when they are stopped. */
import { spawn, type SpawnOptions } from "node:child_process";
import { constants } from "node:os";
import { runsProgram, stopped, type Stoppable } from "./stopping";

/**
 * Runs a program. Its signal sends it SIGTERM; it is waited for all the same, and what it starts is its own.
 *
 * @param onInterrupt what becomes of a SIGINT that this process gets; @default this process's own way
 * @returns its exit code; 128 and the number of the signal that ended it
 * @throws SlipwayError (timeout, cancelled) when its signal has stopped it; Node's error when it cannot be started
 */
export async function runProgram(
  [command = "", ...words]: readonly string[],
  { signal, ...options }: SpawnOptions & Stoppable,
  onInterrupt?: (program: { kill: (by: NodeJS.Signals) => boolean }) => void,
): Promise<number> {
  if (signal?.aborted === true) throw stopped(signal);
  const child = spawn(command, words, options);
  const stop = (): boolean => child.kill("SIGTERM");
  const hasEnded = runsProgram(() => child.kill("SIGKILL"));
  const interrupt = (): void => onInterrupt?.(child);
  signal?.addEventListener("abort", stop, { once: true });
  if (onInterrupt !== undefined) process.on("SIGINT", interrupt);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, by) => {
        if (signal?.aborted === true) reject(stopped(signal));
        else resolve(code ?? 128 + constants.signals[by ?? "SIGKILL"]);
      });
    });
  } finally {
    signal?.removeEventListener("abort", stop);
    process.off("SIGINT", interrupt);
    hasEnded();
  }
}

/** Runs a program on the caller's terminal: keys such as Ctrl-C are for it alone. @throws as {@link runProgram} */
export function runOnTerminal(command: readonly string[], options: SpawnOptions & Stoppable): Promise<number> {
  return runProgram(command, { ...options, stdio: "inherit" }, (program) => {
    // A terminal tells it to everything in the foreground by itself.
    if (!process.stdin.isTTY) program.kill("SIGINT");
  });
}
