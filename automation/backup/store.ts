/** The folder that backups lie in: a file for each, which gets its name last, and beside it what it is. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { isAlive } from "../../providers/host/processes";
import { SlipwayError } from "../errors";
import { newestFirst, timeName, type Backup, type Contents } from "./backup";

const ENDING = ".json";
const PARTIAL = /\.(\d+)\.partial/;

/** A backup that is a file. */
export interface StoredBackup extends Backup {
  tables: Contents["tables"];
  file: string;
  bytes: number;
  sha256: string;
}

/** What is known of a backup before it is made. */
export type NewBackup = Pick<Backup, "target" | "kind" | "release"> & { extension: string };

/** Backups that are complete, newest first. */
export async function storedBackups(folder: string): Promise<StoredBackup[]> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  const manifests = names.filter((name) => name.endsWith(ENDING)).map((name) => readManifest(folder, name));
  return newestFirst((await Promise.all(manifests)).filter((backup) => backup !== undefined));
}

/**
 * Adds a backup.
 *
 * @param write writes the file, which nobody else takes for one before it is complete
 */
export async function storeBackup(
  folder: string,
  { extension, ...known }: NewBackup,
  write: (file: string) => Promise<Contents>,
): Promise<StoredBackup> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removePartial(folder);
  const begun = new Date();
  const partial = path.join(folder, `${timeName(begun)}.${process.pid}.partial`);
  try {
    const contents = await write(partial);
    const size = await flushed(partial);
    const sha256 = await digestOf(partial);
    const id = [timeName(begun), known.release, contents.revision]
      .filter(Boolean)
      .join("-")
      .replaceAll(/[^\w.-]/g, "_");
    const name = `${id}${extension}`;
    const stored = { id, ...known, createdAt: begun.toISOString(), complete: true, ...contents, bytes: size, sha256 };
    // A manifest without its file is no backup yet.
    const manifest = path.join(folder, `${id}${ENDING}`);
    await writeFile(manifest, `${JSON.stringify({ ...stored, file: name }, undefined, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    const file = path.join(folder, name);
    await rename(partial, file);
    return { ...stored, file };
  } finally {
    await rm(partial, { force: true });
  }
}

/** Removes a backup: it is none any more before its file goes. */
export async function removeStored(folder: string, { id, file }: StoredBackup): Promise<void> {
  await rm(path.join(folder, `${id}${ENDING}`), { force: true });
  await rm(file, { force: true });
}

/**
 * The file of a backup, as it was when it was made.
 *
 * @throws SlipwayError (failed) when it is another one by now
 */
export async function wholeFile({ id, file, sha256 }: StoredBackup): Promise<string> {
  if ((await digestOf(file)) === sha256) return file;
  const mend = "restore another one: slipway backups";
  throw new SlipwayError("failed", `The backup ${id} is damaged: ${file} is not what was written.`, mend);
}

/** Has the file written to the disk. @returns its bytes */
async function flushed(file: string): Promise<number> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

async function readManifest(folder: string, name: string): Promise<StoredBackup | undefined> {
  try {
    const found = JSON.parse(await readFile(path.join(folder, name), "utf8")) as StoredBackup;
    // The folder may have been moved, or copied from another machine.
    const file = path.join(folder, path.basename(found.file));
    return existsSync(file) ? { ...found, file } : undefined;
  } catch {
    // Something else that lies there, or that is just being removed.
    return undefined;
  }
}

async function digestOf(file: string): Promise<string> {
  const hash: Hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** What processes have left that were killed. */
async function removePartial(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = PARTIAL.exec(name)?.[1];
    if (pid !== undefined && !(await isAlive(Number(pid)))) await rm(path.join(folder, name), { force: true });
  }
}
