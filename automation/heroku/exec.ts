import { spawn } from "node:child_process";
import { constants } from "node:os";
import { commandLine } from "../../components/heroku/command";
import { SlipwayError } from "../errors";
import type { Stoppable } from "../stopping";

/** Runs a command of the application on a dyno of its own, by Heroku's command line. @returns its exit code */
export function execIn(app: string, command: readonly string[], { signal }: Stoppable): Promise<number> {
  const words = ["run", "--exit-code", "--app", app, "--", commandLine(command)];
  return new Promise((resolve, reject) => {
    const child = spawn("heroku", words, { stdio: "inherit", ...(signal && { signal }) });
    child.once("error", (error) => {
      const mend = "install it (https://devcenter.heroku.com/articles/heroku-cli), then run the same command again";
      reject(new SlipwayError("tool", "A command on a dyno is run by Heroku's command line.", mend, { cause: error }));
    });
    child.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"]));
  });
}
