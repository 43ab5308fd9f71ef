/** What every command of the line shares: which stack, how it answers, how it asks. */
import { confirm, isCancel } from "@clack/prompts";
import type { Command } from "commander";
import { callersFolder } from "../caller";
import { defaultStack } from "../stacks";
import { EXIT, SlipwayError, type ExitName } from "../errors";
import { isStopped, stopped } from "../stopping";
import type { EventStream } from "./events";
import { interruptible, timeLimited, type TimeFlags } from "./interruption";
import { progressView } from "./progress";
import type { OperationOptions } from "../engine/operations";

/** Options that commands of a stack have in common. */
export interface StackFlags {
  stack?: string;
  json?: boolean;
  yes?: boolean;
}

const DEFAULT_STACK = "SLIPWAY_STACK, the stack of this folder's app, or dev";

/** Adds a command that works on one stack; `usual` says which one where none is named. */
export function stackCommand(program: Command, name: string, summary: string, usual = DEFAULT_STACK): Command {
  return program
    .command(name)
    .summary(summary)
    .description(summary)
    .option("-s, --stack <name>", `stack to work on (default: ${usual})`)
    .option("--json", "print the result as JSON on standard output");
}

/** The stack that the flags mean. */
export function stackOf(flags: StackFlags): string {
  return flags.stack ?? process.env["SLIPWAY_STACK"] ?? defaultStack(callersFolder());
}

/** Prints a result: as text for people, or as JSON for programs. */
export function answer(flags: StackFlags, value: unknown, text: () => string): void {
  process.stdout.write(`${flags.json === true ? JSON.stringify(value, undefined, 2) : text()}\n`);
}

/** Options of commands that run an operation on a stack. */
export interface OperationFlags extends StackFlags, TimeFlags {
  events?: boolean;
}

/** Adds a command that runs an operation on one stack, to be performed with {@link perform}. */
export function operationCommand(program: Command, name: string, summary: string): Command {
  return operationOptions(stackCommand(program, name, summary));
}

/** Adds how an operation tells what happens, and how long it may take. */
export function operationOptions(command: Command): Command {
  return timeLimited(command).option(
    "--events",
    "print what happens as it happens, a JSON object a line; the last line is the result",
  );
}

/** What a command came to. */
export interface Outcome {
  value: unknown;
  /** The value for people. */
  text: () => string;
  /** @default ok */
  ended?: ExitName;
}

/**
 * Runs an operation to its end, shows its progress and prints what it came to, in the form that the flags ask for.
 *
 * @param name of the command
 * @param shown which progress is shown to people: of every resource, only of those that fail, or none
 */
export async function perform(
  name: string,
  flags: OperationFlags,
  run: (options: OperationOptions) => Promise<Outcome>,
  shown: "all" | "failures" | "nothing" = "all",
): Promise<void> {
  const events = flags.events === true ? await openEvents(name, flags) : undefined;
  try {
    const quiet = flags.json === true || shown === "nothing";
    const followed = (options: OperationOptions): Promise<Outcome> =>
      run({ ...options, ...(events && { onProgress: events.take }) });
    const {
      value,
      text,
      ended = "ok",
    } = await withProgress(
      { ...flags, json: quiet || events !== undefined },
      followed,
      shown === "failures",
      events?.fail,
    );
    if (events === undefined) answer(flags, value, text);
    else events.end(ended, value);
    process.exitCode = EXIT[ended];
  } catch (error) {
    events?.fail(error);
    throw error;
  }
}

async function openEvents(name: string, flags: OperationFlags): Promise<EventStream> {
  const { eventStream } = await import("./events");
  return eventStream(process.stdout, name, stackOf(flags));
}

/**
 * Runs an operation with its progress shown and its interruption handled: the first Ctrl-C, or the end of its time, lets
 * what is under way end.
 *
 * @param brief true when only what fails is told resource by resource
 * @param leave is told when this process ends at once, as it was interrupted twice
 */
export async function withProgress<T>(
  flags: OperationFlags,
  run: (options: OperationOptions & { signal: AbortSignal }) => Promise<T>,
  brief = false,
  leave?: (error: SlipwayError) => void,
): Promise<T> {
  const view = progressView(process.stderr, brief);
  const watched = async (signal: AbortSignal): Promise<T> => {
    try {
      return await run({ ...(flags.json !== true && { onProgress: view.take }), signal });
    } catch (error) {
      if (!signal.aborted || !(error instanceof SlipwayError) || isStopped(error)) throw error;
      throw stopped(signal, "the same command goes on from here");
    }
  };
  try {
    const tell = (message: string): void => view.take({ kind: "message", message });
    return await interruptible(flags, watched, ["SIGINT", "SIGTERM"], tell, leave);
  } finally {
    view.close();
  }
}

/**
 * Asks a yes-or-no question; `--yes` answers it.
 *
 * @throws SlipwayError (declined) when there is no terminal to ask on
 */
export async function agreed(flags: StackFlags, question: string): Promise<boolean> {
  if (flags.yes === true) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new SlipwayError("declined", `${question} There is no terminal to ask on.`, "say so with --yes");
  }
  const said = await confirm({ message: question, output: process.stderr });
  return !isCancel(said) && said;
}
