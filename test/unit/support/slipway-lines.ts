/** Lines of `slipway`, judged by the real tree of commands. */
import { CommanderError, type Command } from "commander";
import { commandLine } from "../../../automation/cli";

/** What is wrong with a command line, as the real tree of commands says, with nothing done. */
export function fault(words: readonly string[]): string | undefined {
  const program = commandLine();
  const muted = (command: Command): void => {
    command.action(() => undefined).configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    command.commands.forEach(muted);
  };
  program.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  program.commands.forEach(muted);
  try {
    program.parse([...words], { from: "user" });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? undefined : error.message;
  }
}
