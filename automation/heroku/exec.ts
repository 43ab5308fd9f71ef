import { commandLine } from "../../components/heroku/command";
import { runOnTerminal } from "../child";
import { SlipwayError } from "../errors";
import type { Stoppable } from "../stopping";

/** Runs a command of the application on a dyno of its own, by Heroku's command line. @returns its exit code */
export function execIn(app: string, command: readonly string[], options: Stoppable): Promise<number> {
  const words = ["heroku", "run", "--exit-code", "--app", app, "--", commandLine(command)];
  return runOnTerminal(words, options).catch((error: unknown) => {
    if (error instanceof SlipwayError) throw error;
    const mend = "install it (https://devcenter.heroku.com/articles/heroku-cli), then run the same command again";
    throw new SlipwayError("tool", "A command on a dyno is run by Heroku's command line.", mend, { cause: error });
  });
}
