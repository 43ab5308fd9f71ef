/** What every command of the line shares: which stack, how it answers, how it asks. */
import { confirm, isCancel } from "@clack/prompts";
import type { Command } from "commander";
import { defaultStack } from "../stacks";
import { SlipwayError } from "../errors";
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
  return flags.stack ?? process.env["SLIPWAY_STACK"] ?? defaultStack(process.env["INIT_CWD"] ?? process.cwd());
}

/** Prints a result: as text for people, or as JSON for programs. */
export function answer(flags: StackFlags, value: unknown, text: () => string): void {
  process.stdout.write(`${flags.json === true ? JSON.stringify(value, undefined, 2) : text()}\n`);
}

/**
 * Runs an operation with its progress shown and its interruption handled: the first Ctrl-C lets what is under way end.
 *
 * @param brief true when only what fails is told resource by resource
 */
export async function withProgress<T>(
  flags: StackFlags,
  run: (options: OperationOptions) => Promise<T>,
  brief = false,
): Promise<T> {
  const view = progressView(process.stderr, brief);
  const controller = new AbortController();
  const interruption = { seen: false };
  const interrupt = (signal: NodeJS.Signals): void => {
    if (interruption.seen) return;
    interruption.seen = true;
    view.take({
      kind: "message",
      message: "Interrupted: what is under way is ended first. Once more to stop at once.",
    });
    // In a terminal the engine is interrupted by the same key; a second signal would make it drop everything.
    if (signal !== "SIGINT" || !process.stdin.isTTY) controller.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    return await run({ ...(flags.json !== true && { onProgress: view.take }), signal: controller.signal });
  } catch (error) {
    if (!interruption.seen || !(error instanceof SlipwayError) || error.kind === "cancelled") throw error;
    throw new SlipwayError("cancelled", "Interrupted.", "the same command goes on from here", { cause: error });
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
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
