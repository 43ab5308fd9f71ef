/** The command line: parses, runs, and turns failures into messages and exit codes. */
import tab from "@bomb.sh/tab/commander";
import { Command, CommanderError } from "commander";
import { pc } from "./terminal/colors";
import manifest from "../package.json";
import { ConfigError } from "../components/config/faults";
import { addBackupCommands } from "./commands/backup";
import { addCommentCommand } from "./commands/comment";
import { addConfigCommands } from "./commands/config";
import { addDeployCommands } from "./commands/deploy";
import { addLoadCommand } from "./commands/load";
import { addGraphCommand } from "./commands/graph";
import { addPromoteCommand } from "./commands/promote";
import { addRehearseCommand } from "./commands/rehearse";
import { addRenderCommands } from "./commands/render";
import { addRunCommands } from "./commands/run";
import { addScanCommand } from "./commands/scan";
import { addSetupCommands } from "./commands/setup";
import { EXIT, SlipwayError } from "./errors";
import { stackNames } from "./stacks";
import { isStopped } from "./stopping";

const EXIT_HELP = `
Exit codes:
  ${EXIT.ok}    done, or nothing to do
  ${EXIT.unexpected}    something unforeseen
  ${EXIT.usage}    a command or option that does not exist or does not fit
  ${EXIT.config}    the stack's config or its application is wrong; nothing was changed
  ${EXIT.failed}    the deployment failed, or what it deployed does not serve
  ${EXIT.tool}    a tool is missing or too old, or doctor has something to mend
  ${EXIT.locked}    another operation on the stack is under way
  ${EXIT.state}    the stack's state cannot be used, or there is no such stack
  ${EXIT.declined}    you said no, or could not be asked
  ${EXIT.changes}    there are changes (only with --exit-code)
  ${EXIT.limits}   a load test missed a limit, or an image has a severe flaw
  ${EXIT.incompatible}   an older release does not know what the database has been brought to; nothing was changed
  ${EXIT.timeout}  not finished within its time limit
  ${EXIT.cancelled}  interrupted`;

/** The whole command line. */
export function commandLine(): Command {
  const program = new Command("slipway")
    .description("Takes a Flask + Celery application from a folder on disk to running.")
    .version(manifest.version)
    .showSuggestionAfterError()
    // What stands after a command is its own, and so with the commands below it.
    .enablePositionalOptions()
    .showHelpAfterError("(slipway <command> --help explains)")
    .addHelpText("after", EXIT_HELP)
    .exitOverride();
  addDeployCommands(program);
  addRehearseCommand(program);
  addCommentCommand(program);
  addRenderCommands(program);
  addLoadCommand(program);
  addGraphCommand(program);
  addRunCommands(program);
  addScanCommand(program);
  addBackupCommands(program);
  addPromoteCommand(program);
  addSetupCommands(program);
  addConfigCommands(program);
  completeStacks(tab(program, { completionCommandName: "completion" }));
  return program;
}

/** Lets a shell complete the names of the project's stacks. */
function completeStacks({ commands }: ReturnType<typeof tab>): void {
  const complete = (add: (name: string, description: string) => void): void => {
    for (const name of stackNames()) add(name, "stack");
  };
  for (const { options } of commands.values()) {
    const stack = options.get("stack");
    if (stack !== undefined) stack.handler = complete;
  }
  for (const argument of commands.get("promote")?.arguments.values() ?? []) argument.handler = complete;
}

/** Runs the command line and sets the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  outliveReaders();
  try {
    await commandLine().parseAsync([...argv], { from: "user" });
  } catch (error) {
    process.exitCode = report(error);
    if (isStopped(error)) leaveBehind();
  }
}

/** Longest time that a command which was stopped waits for questions that a cloud has not answered yet. */
const UNANSWERED_MS = 5000;

/** Ends the process when nobody waits any more for what still goes on in it, but not before its output is read. */
function leaveBehind(): void {
  const leave = (): void => (process.stdout.writableLength > 0 ? leaveBehind() : process.exit());
  setTimeout(leave, UNANSWERED_MS).unref();
}

/** Whoever reads the output may leave, such as a terminal that is closed: what is under way goes on to its end all the same. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}

/** Says what went wrong on standard error. @returns the exit code */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof ConfigError) {
    process.stderr.write(`${pc.red("✖")} ${error.message}\n`);
    return EXIT.config;
  }
  if (error instanceof SlipwayError) {
    const mend = error.mend === undefined ? "" : `\n  ${pc.dim("mend:")} ${error.mend}`;
    process.stderr.write(`${pc.red("✖")} ${error.message}${mend}\n`);
    return error.exitCode;
  }
  process.stderr.write(
    `${pc.red("✖")} unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return EXIT.unexpected;
}
