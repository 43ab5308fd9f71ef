/** How what is under way is stopped: by an AbortSignal, whose reason says whether it was a time limit. */
import { SlipwayError } from "./errors";

/** Something that can be stopped before its end. */
export interface Stoppable {
  /**
   * Stops it, with an error of kind `timeout` where the signal is one of `AbortSignal.timeout()`, else of kind `cancelled`.
   *
   * @default it works until its end
   */
  signal?: AbortSignal;
}

/**
 * What something that its signal has stopped ends with; the signal's own reason where that is a SlipwayError.
 *
 * @param mend how it goes on
 */
export function stopped({ reason }: AbortSignal, mend?: string): SlipwayError {
  if (reason instanceof SlipwayError) return new SlipwayError(reason.kind, reason.message, mend, { cause: reason });
  return reason instanceof DOMException && reason.name === "TimeoutError"
    ? new SlipwayError("timeout", "Not finished within the time limit.", mend, { cause: reason })
    : new SlipwayError("cancelled", "Interrupted.", mend, { cause: reason });
}

/** True for an error that no fault has led to, but a signal. */
export function isStopped(error: unknown): boolean {
  return error instanceof SlipwayError && (error.kind === "cancelled" || error.kind === "timeout");
}

/**
 * Waits for `work` until the signal says otherwise; what cannot be stopped itself then goes on to its end unattended.
 *
 * @throws SlipwayError (timeout, cancelled)
 */
export async function unlessStopped<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal === undefined) return work();
  if (signal.aborted) throw stopped(signal);
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(stopped(signal));
    signal.addEventListener("abort", stop, { once: true });
    void work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}

/** What is under way outside of this process: engines, which count themselves, and programs with what ends them by force. */
const underWay = { engines: 0, programs: new Set<() => void>() };

/**
 * Notes a program that this process runs.
 *
 * @param end ends it by force, at once
 * @returns what is called when it has ended
 */
export function runsProgram(end: () => void): () => void {
  underWay.programs.add(end);
  return () => underWay.programs.delete(end);
}

/**
 * Ends every program by force, for a process that leaves at once. An engine is left alone: whoever is told twice in a terminal
 * tells the engine so, too, which then leaves by itself.
 *
 * @returns false when an engine works
 */
export function endPrograms(): boolean {
  if (underWay.engines > 0) return false;
  for (const end of underWay.programs) end();
  return true;
}

/** Reason of an interruption that the terminal tells every process of the command, the engine too. */
export class TerminalInterruption extends SlipwayError {
  constructor() {
    super("cancelled", "Interrupted.");
  }
}

/**
 * Runs an engine with a signal that follows `signal` and ends with the engine, and with it all that listens to it. It says
 * nothing that the engine has heard from the terminal: being told twice, an engine drops what is under way.
 */
export async function withSignalForEngine<T>(
  signal: AbortSignal | undefined,
  run: (own: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (!(signal?.reason instanceof TerminalInterruption)) controller.abort(signal?.reason);
  };
  signal?.addEventListener("abort", stop);
  underWay.engines += 1;
  try {
    return await run(controller.signal);
  } finally {
    underWay.engines -= 1;
    signal?.removeEventListener("abort", stop);
  }
}
