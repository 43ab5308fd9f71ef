import { execFile } from "node:child_process";
import * as fs from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { parse, satisfies, SemVer } from "semver";

/** The versions of the Pulumi CLI that Slipway works with: not older than its SDK, same major version. */
export const fittingVersions = ">=3.248.0 <4";

const versionTimeLimitMs = 20_000;

/** The folder that keeps Pulumi CLIs, outside of any checkout. */
export function pulumiCache(): string {
  const standard = process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
  return join(process.env["XDG_CACHE_HOME"] || standard, "slipway", "pulumi");
}

export function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Makes sure that `file` is a Pulumi CLI of a fitting version.
 *
 * @throws Error that says what is wrong with it
 */
export async function verifiedCommand(file: string): Promise<PulumiCommand> {
  const version = await versionOf(file);
  if (!satisfies(version, fittingVersions, { includePrerelease: true })) {
    throw new Error(`${file} is version ${version.version}; versions ${fittingVersions} fit`);
  }
  // PulumiCommand.get() would run `pulumi version` once more on every command, and the constructor is private only to
  // TypeScript.
  return Reflect.construct(PulumiCommand, [file, version]) as PulumiCommand;
}

interface Seen {
  size: number;
  mtimeMs: number;
  version: string;
}

/** Running `pulumi version` takes longer than many a preview: the answer is kept as long as the file is the same. */
async function versionOf(file: string): Promise<SemVer> {
  const real = fs.realpathSync(file);
  const { size, mtimeMs } = fs.statSync(real);
  const seen = readSeen();
  const known = seen[real];
  if (known?.size === size && known.mtimeMs === mtimeMs) return new SemVer(known.version);
  const text = await askVersion(file);
  const version = parse(text);
  if (version === null) throw new Error(`${file} is no Pulumi CLI: \`version\` printed "${text.slice(0, 200)}"`);
  // What a script runs can change without the script.
  if (!isScript(real)) writeSeen({ ...seen, [real]: { size, mtimeMs, version: version.version } });
  return version;
}

async function askVersion(file: string): Promise<string> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  try {
    const { stdout } = await promisify(execFile)(file, ["version"], { env, timeout: versionTimeLimitMs });
    return stdout.trim();
  } catch (error) {
    throw new Error(`${file} cannot be run: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isScript(file: string): boolean {
  const start = Buffer.alloc(2);
  const descriptor = fs.openSync(file, "r");
  try {
    fs.readSync(descriptor, start, 0, 2, 0);
  } finally {
    fs.closeSync(descriptor);
  }
  return start.toString() === "#!";
}

const seenFile = (): string => join(pulumiCache(), "verified.json");

function readSeen(): Record<string, Seen> {
  try {
    return JSON.parse(fs.readFileSync(seenFile(), "utf8")) as Record<string, Seen>;
  } catch {
    return {};
  }
}

function writeSeen(seen: Record<string, Seen>): void {
  const temporary = `${seenFile()}.${process.pid}`;
  try {
    fs.mkdirSync(dirname(temporary), { recursive: true });
    fs.writeFileSync(temporary, JSON.stringify(seen));
    fs.renameSync(temporary, seenFile());
  } catch {
    // A cache that cannot be written costs time on the next run, nothing else.
  }
}
