import { spawn } from "node:child_process";
import { constants } from "node:os";
import { SlipwayError } from "../errors";
import type { StackPlace } from "../engine/project";
import { deployedRoot, runningSpec } from "./deployed";

/** Runs a command in the folder and environment of the release that serves, on the caller's terminal. */
export function exec(place: StackPlace, command: readonly string[]): Promise<number> {
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
  const child = spawn(program, args, { cwd: spec.cwd, env: { ...terminal, ...spec.environment }, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      reject(new SlipwayError("usage", `${program} cannot be run: ${error.message}.`));
    });
    child.once("exit", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
