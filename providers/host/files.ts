/** Small file operations that every resource needs. */
import { randomBytes } from "node:crypto";
import { promises as fs } from "node:fs";
import * as path from "node:path";

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** The file's text, or undefined when there is no such file. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await fs.readFile(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

export async function isThere(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  );
}

/** Names in a folder; none when there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await fs.readdir(folder)).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** Writes a file in one step, so that a reader sees the old text or the new one; the owner's alone by default. */
export async function writeWhole(file: string, text: string, mode = 0o600): Promise<void> {
  const temporary = `${file}.${randomBytes(4).toString("hex")}.tmp`;
  await fs.writeFile(temporary, text, { mode });
  await fs.rename(temporary, file);
}

export async function removeAll(...files: string[]): Promise<void> {
  await Promise.all(files.map((file) => fs.rm(file, { recursive: true, force: true })));
}

/** Size in bytes; 0 when there is no such file. */
export async function sizeOf(file: string): Promise<number> {
  return fs.stat(file).then(
    (stat) => stat.size,
    () => 0,
  );
}

/** The last lines written to a log since `offset`, which is ignored when the log was rotated meanwhile. */
export async function lastLines(file: string, count: number, offset = 0): Promise<string[]> {
  const text = await readIfThere(file);
  if (text === undefined) return [];
  const bytes = Buffer.from(text);
  const recent = bytes.length >= offset ? bytes.subarray(offset).toString() : text;
  return recent
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .slice(-count);
}

/** Says in the user's words why the disk refused something, or undefined when that was not the cause. */
export function diskFault(error: unknown, folder: string): string | undefined {
  if (hasCode(error, "ENOSPC", "EDQUOT"))
    return `There is no space left for ${folder}: free some, then run \`slipway up\` again.`;
  if (hasCode(error, "EACCES", "EPERM", "EROFS")) {
    return `There is no permission to write to ${folder}: make it writable for the user who runs Slipway.`;
  }
  return undefined;
}

/**
 * Removes folders of `parent`, all but the `keep` used last and those in use. A folder was last used when `mark`, a
 * file inside, was written; one without it never was.
 */
export async function prune(
  parent: string,
  names: readonly string[],
  { keep, mark, inUse }: { keep: number; mark: string; inUse: (folder: string) => boolean },
): Promise<void> {
  const folders = names.map((name) => path.join(parent, name));
  const aged = await Promise.all(
    folders.map(async (folder) => ({ folder, used: await timeOf(path.join(folder, mark)) })),
  );
  const old = aged.sort((a, b) => b.used - a.used).slice(keep);
  await removeAll(...old.map(({ folder }) => folder).filter((folder) => !inUse(folder)));
}

async function timeOf(file: string): Promise<number> {
  return fs.stat(file).then(
    (stat) => stat.mtimeMs,
    () => 0,
  );
}
