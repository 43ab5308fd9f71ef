/** Finds a Python interpreter that Slipway can use. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

const OLDEST_MINOR = 9;
const NEWEST_MINOR = 15;
const PROBE_SECONDS = 20;
const PROBE = `import json, platform, sys, sysconfig
print(json.dumps([platform.python_version(), getattr(sys, "_base_executable", sys.executable), sysconfig.get_platform()]))`;

export interface Interpreter {
  /** Such as `3.12.1`. */
  version: string;
  /** Absolute path of the interpreter itself, whatever shim led to it. */
  executable: string;
  /** Such as `linux-x86_64`. */
  platform: string;
}

/** What a command turned out to be. */
export interface Probe {
  command: string;
  /** Undefined when it could not be run. */
  interpreter: Interpreter | undefined;
}

const found = new Map<string, Promise<Interpreter>>();

/**
 * Finds the interpreter that `python` names: a command, a version such as `3.12`, or a path; `python3` and `python`
 * stand for the first one that is new enough.
 *
 * @throws Error that lists what was found when none fits
 */
export function findPython(python: string): Promise<Interpreter> {
  const known = found.get(python) ?? search(python);
  found.set(python, known);
  return known;
}

async function search(python: string): Promise<Interpreter> {
  const probes: Probe[] = [];
  for (const command of candidates(python)) {
    const interpreter = await probe(command);
    probes.push({ command, interpreter });
    if (interpreter !== undefined && fits(python, interpreter)) return interpreter;
  }
  throw new Error(refusal(python, probes));
}

/** Commands to try for `python`, in order. */
export function candidates(python: string, versionsFolder = pyenvVersions()): string[] {
  const numbered: string[] = [];
  for (let minor = NEWEST_MINOR; minor >= OLDEST_MINOR; minor -= 1) numbered.push(`python3.${minor}`);
  if (python === "python3" || python === "python") return ["python3", ...numbered, "python"];
  if (!isVersion(python)) return [python];
  const short = python.split(".").slice(0, 2).join(".");
  return [...new Set([`python${short}`, "python3", "python", ...installedByPyenv(python, versionsFolder)])];
}

export function fits(python: string, { version }: Pick<Interpreter, "version">): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major !== 3 || minor < OLDEST_MINOR) return false;
  return !isVersion(python) || version === python || version.startsWith(`${python}.`);
}

/** The error when nothing fits: what was asked for, what there is, and what to do. */
export function refusal(python: string, probes: readonly Probe[]): string {
  const seen = probes.flatMap(({ command, interpreter }) =>
    interpreter === undefined ? [] : [`${command} is ${interpreter.version} (${interpreter.executable})`],
  );
  const list =
    seen.length > 0 ? [...new Set(seen)].join(", ") : `nothing under ${probes.map((each) => each.command).join(", ")}`;
  return (
    `python is ${JSON.stringify(python)}; allowed: a Python from 3.${OLDEST_MINOR} on, as a command, a version or a path. ` +
    `Found: ${list}. Install one, or name one with \`slipway config set local.python <path>\`.`
  );
}

function isVersion(python: string): boolean {
  return /^3(\.\d+){0,2}$/.test(python);
}

function pyenvVersions(): string {
  return path.join(process.env["PYENV_ROOT"] ?? path.join(os.homedir(), ".pyenv"), "versions");
}

/** pyenv's own commands refuse versions that are not switched on; the interpreters themselves work. */
function installedByPyenv(version: string, folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name === version || name.startsWith(`${version}.`));
    return names.reverse().map((name) => path.join(folder, name, "bin", "python3"));
  } catch {
    return [];
  }
}

async function probe(command: string): Promise<Interpreter | undefined> {
  try {
    const { stdout } = await promisify(execFile)(command, ["-c", PROBE], { timeout: PROBE_SECONDS * 1000 });
    const [version, executable, platform] = JSON.parse(stdout) as [string, string, string];
    return { version, executable, platform };
  } catch {
    return undefined;
  }
}
