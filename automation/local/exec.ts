import { spawn, type StdioOptions } from "node:child_process";
import { constants } from "node:os";
import { SlipwayError } from "../errors";
import type { StackPlace } from "../engine/project";
import { migrationOf } from "../migration";
import { stopped, type Stoppable } from "../stopping";
import { deployedRoot, runningSpec } from "./deployed";

/** Runs a command in the folder and environment of the release that serves, on the caller's terminal. */
export function exec(place: StackPlace, command: readonly string[], options: Stoppable): Promise<number> {
  return runInRelease(place, command, "inherit", options);
}

/**
 * Runs the application's migration in the release that serves; what it writes goes to standard error.
 *
 * @throws SlipwayError (usage) when it has none, (failed) when it fails
 */
export async function migrate(place: StackPlace, options: Stoppable): Promise<void> {
  const toErrors: StdioOptions = ["ignore", process.stderr, process.stderr];
  const code = await runInRelease(place, migrationOf(place), toErrors, options);
  if (code !== 0) throw new SlipwayError("failed", `The migration of ${place.stack} ended with exit code ${code}.`);
}

function runInRelease(
  place: StackPlace,
  command: readonly string[],
  stdio: StdioOptions,
  { signal }: Stoppable,
): Promise<number> {
  const spec = runningSpec(deployedRoot(place));
  const [program, ...args] = command;
  if (spec === undefined || program === undefined) {
    throw new SlipwayError(
      "state",
      `The stack ${place.stack} has no release that serves.`,
      `slipway up --stack ${place.stack}`,
    );
  }
  const terminal = { TERM: process.env["TERM"] ?? "dumb" };
  const env = { ...terminal, ...spec.environment };
  const child = spawn(program, args, { cwd: spec.cwd, env, stdio, ...(signal && { signal }) });
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      const cannot = `${program} cannot be run: ${error.message}.`;
      reject(signal?.aborted === true ? stopped(signal) : new SlipwayError("usage", cannot));
    });
    child.once("exit", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
