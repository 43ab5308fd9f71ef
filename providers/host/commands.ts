/** Commands of a release that the provider runs itself. */
import { type Child, run, start } from "./children";
import { logPath, prepare } from "./paths";
import type { ReleaseCommand } from "./resources";
import { releaseEnvironment } from "./specs";

const LOG_LINES = 15;

/** A command of a release, with the name of its log. */
export interface Task {
  of: ReleaseCommand;
  name: string;
  argv: readonly string[];
  /** Variables beside, or instead of, the release's own. */
  extra?: Readonly<Record<string, string>>;
}

function commandOf({ of, name, argv, extra = {} }: Task) {
  const environment = { ...releaseEnvironment(of), ...extra };
  const named = Object.entries(environment).map(([key, value]) => [key, value.replaceAll("{instance}", name)] as const);
  return {
    root: of.root,
    argv: argv.map((word) => word.replaceAll("{instance}", name)),
    cwd: of.release,
    environment: Object.fromEntries(named),
    log: logPath(prepare(of.root), name),
  };
}

/**
 * Runs a command to its end.
 *
 * @param consequence what it means that it failed, as a sentence
 * @throws Error with its last lines when it does not end well in time
 */
export async function runTask(task: Task, timeout: number, signal: AbortSignal, consequence: string): Promise<void> {
  const { code, how, lines } = await run(commandOf(task), timeout, signal);
  if (code !== 0) throw await taskFailure(task, how, { lines }, consequence);
}

export async function startTask(task: Task): Promise<Child> {
  return start(commandOf(task));
}

export async function taskFailure(
  { of, name, argv }: Task,
  how: string,
  { lines }: Pick<Child, "lines">,
  consequence: string,
): Promise<Error> {
  const written = await lines(LOG_LINES);
  const shown =
    written.length === 0 ? ["It wrote nothing."] : ["Its last lines:", ...written.map((line) => `    ${line}`)];
  const log = logPath(prepare(of.root), name);
  return new Error(
    [`\`${argv.join(" ")}\` failed: ${how}. ${consequence}`, ...shown, `The whole log: ${log}`].join("\n"),
  );
}
