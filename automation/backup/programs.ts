/** Runs the client programs of databases. What is secret goes to them by their environment, which nobody else can read. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { pipeline } from "node:stream/promises";
import type { Readable, Writable } from "node:stream";
import { SlipwayError } from "../errors";
import { runsProgram, stopped } from "../stopping";
import { visibleLines } from "../visible";

/** A program to run. */
export interface Run {
  command: string;
  words: readonly string[];
  /** Packages that have the program, for whoever lacks it. */
  packages: string;
  /** The whole of it. */
  environment: NodeJS.ProcessEnv;
  cwd?: string;
  /** What it reads. @default nothing */
  input?: Readable | string;
  /** Where what it writes goes. @default it is returned */
  output?: Writable;
  /** Ends it. */
  signal?: AbortSignal | undefined;
}

/** As much of what a program says of its failure as is told. */
const SAID_LINES = 6;
/** How long a program may take to end once it was interrupted. */
const INTERRUPTED_MS = 3000;

/**
 * Runs a program to its end. Its signal interrupts it, which the programs of databases pass on to the server that works for
 * them, and ends it by force when that takes long.
 *
 * @returns what it wrote, where that goes nowhere else
 * @throws SlipwayError (tool) when it is not installed, (failed) with what it says, (timeout, cancelled) when its signal
 *   has ended it
 */
export async function run(program: Run): Promise<string> {
  const { command, words, environment, cwd, input, output, signal } = program;
  if (isInterrupted(signal)) throw stopped(signal);
  const child = spawn(command, words, { env: environment, stdio: "pipe", ...(cwd !== undefined && { cwd }) });
  const released = interruptedBy(signal, child);
  const hasEnded = runsProgram(() => child.kill("SIGKILL"));
  const text = { written: "", said: "" };
  child.stderr.setEncoding("utf8").on("data", (data: string) => (text.said = `${text.said}${data}`.slice(-8192)));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const fed = feed(child.stdin, input);
  const read = output === undefined ? collect(child.stdout, text) : pipeline(child.stdout, output);
  try {
    const [code] = await Promise.all([ended, read, fed]);
    if (code !== 0) throw failure(program, `exit code ${code ?? "of a signal"}`, text.said);
    return text.written;
  } catch (error) {
    if (!isInterrupted(signal)) child.kill("SIGKILL");
    await Promise.allSettled([ended, read, fed]);
    throw explained(error, program, text.said);
  } finally {
    released();
    hasEnded();
  }
}

function isInterrupted(signal: AbortSignal | undefined): signal is AbortSignal {
  return signal?.aborted === true;
}

/** @returns what lets the program go */
function interruptedBy(signal: AbortSignal | undefined, child: ChildProcessWithoutNullStreams): () => void {
  let late: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    child.kill("SIGINT");
    late = setTimeout(() => child.kill("SIGKILL"), INTERRUPTED_MS);
  };
  // What it has started may hold its output open for longer than it lives.
  const close = (code: number | null): void => {
    if (!isInterrupted(signal) || code === 0) return;
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  };
  signal?.addEventListener("abort", interrupt, { once: true });
  child.once("exit", close);
  return () => {
    signal?.removeEventListener("abort", interrupt);
    clearTimeout(late);
  };
}

/** A program that has failed reads no more: that is told by its exit code. */
async function feed(to: Writable, input: Readable | string | undefined): Promise<void> {
  const closed = (error: unknown): void => {
    if (!["EPIPE", "ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw error;
  };
  if (typeof input === "object") return pipeline(input, to).catch(closed);
  to.on("error", () => undefined);
  to.end(input ?? "");
}

async function collect(from: Readable, text: { written: string }): Promise<void> {
  from.setEncoding("utf8");
  for await (const data of from) text.written += data as string;
}

function explained(error: unknown, { command, packages, signal }: Run, said: string): unknown {
  if (isInterrupted(signal)) return stopped(signal);
  if (error instanceof SlipwayError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    return new SlipwayError("tool", `${command} is not installed on this machine.`, `install ${packages}`);
  }
  return failure({ command }, message, said);
}

function failure({ command }: Pick<Run, "command">, how: string, said: string): SlipwayError {
  const lines = visibleLines(said).trim().split("\n").slice(-SAID_LINES);
  return new SlipwayError("failed", [`${command} failed (${how}).`, ...lines].join("\n  ").trimEnd());
}
