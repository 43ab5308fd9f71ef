/** How the commands of a release are started: by launch.py from spec files, or by the provider itself. */
import * as os from "node:os";
import * as path from "node:path";
import { namesIn, readIfThere } from "./files";
import type { Layout } from "./paths";
import type { ReleaseCommand } from "./resources";

/** What launch.py starts. */
export interface LaunchSpec {
  cwd: string;
  argv: string[];
  environment: Record<string, string>;
}

/** File in a release that says what it is; a release without it is not complete. */
export const MANIFEST = path.join(".slipway", "release.json");

/** File in a release that is written whenever a program has come to run from it. */
export const SERVED_MARK = path.join(".slipway", "served");

const PASSED_ON = ["HOME", "LANG", "TZ", "TMPDIR"];

/** The few variables of the caller's own environment that the commands it starts are given. */
export function baseEnvironment(): Record<string, string> {
  const kept = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { HOME: os.homedir(), ...Object.fromEntries(kept), PATH: process.env["PATH"] ?? "/usr/bin:/bin" };
}

/** The whole environment of a release's command; the virtual environment's commands come first. */
export function releaseEnvironment({ virtualenv, environment }: ReleaseCommand): Record<string, string> {
  const base = baseEnvironment();
  const search = environment["PATH"] ?? base["PATH"];
  return { ...base, ...environment, PATH: `${path.join(virtualenv, "bin")}:${search}`, VIRTUAL_ENV: virtualenv };
}

/** Specs of all programs of the stack. */
export async function launchSpecs({ run }: Layout): Promise<LaunchSpec[]> {
  const names = (await namesIn(run)).filter((name) => name.endsWith(".json"));
  const texts = await Promise.all(names.map((name) => readIfThere(path.join(run, name))));
  return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as LaunchSpec]));
}
