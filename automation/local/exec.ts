import type { StdioOptions } from "node:child_process";
import { runOnTerminal, runProgram } from "../child";
import { SlipwayError } from "../errors";
import type { StackPlace } from "../engine/project";
import { migrationOf } from "../migration";
import type { Stoppable } from "../stopping";
import { deployedRoot, runningSpec } from "./deployed";

/** Runs a command in the folder and environment of the release that serves, on the caller's terminal. */
export function exec(place: StackPlace, command: readonly string[], options: Stoppable): Promise<number> {
  return inRelease(place, command, (launch) => runOnTerminal(command, { ...launch, ...options }));
}

/**
 * Runs the application's migration in the release that serves; what it writes goes to standard error.
 *
 * @throws SlipwayError (usage) when it has none, (failed) when it fails
 */
export async function migrate(place: StackPlace, options: Stoppable): Promise<void> {
  const toErrors: StdioOptions = ["ignore", process.stderr, process.stderr];
  const command = migrationOf(place);
  const run = (launch: Launch): Promise<number> => runProgram(command, { ...launch, ...options, stdio: toErrors });
  const code = await inRelease(place, command, run);
  if (code !== 0) throw new SlipwayError("failed", `The migration of ${place.stack} ended with exit code ${code}.`);
}

/** How a command of the release is started. */
interface Launch {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

async function inRelease(
  place: StackPlace,
  [program]: readonly string[],
  run: (launch: Launch) => Promise<number>,
): Promise<number> {
  const spec = runningSpec(deployedRoot(place));
  if (spec === undefined || program === undefined) {
    throw new SlipwayError(
      "state",
      `The stack ${place.stack} has no release that serves.`,
      `slipway up --stack ${place.stack}`,
    );
  }
  const terminal = { TERM: process.env["TERM"] ?? "dumb" };
  return run({ cwd: spec.cwd, env: { ...terminal, ...spec.environment } }).catch((error: unknown) => {
    if (error instanceof SlipwayError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SlipwayError("usage", `${program} cannot be run: ${reason}.`);
  });
}
