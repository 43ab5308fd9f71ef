/** The application's own files of a release that is kept on Elastic Beanstalk, taken out of the bundle that was deployed. */
import { randomBytes } from "node:crypto";
import { promises as fs } from "node:fs";
import * as path from "node:path";
import { contentVersion, listSource } from "../../components/app";
import { keepNewest } from "../../components/app/artifacts";
import { unpack, type Unpacked } from "../../components/beanstalk/bundle";
import { stackFolder } from "../../components/deploy";
import { SlipwayError, type ExitName } from "../errors";
import { byCommit } from "../releases/by-commit";
import type { Deployed } from "./deployed";
import { bundleOf } from "./releases";

/** Releases whose files stay on this machine. */
const KEPT = 3;

/**
 * Folder of the application's own files of a release, read from its bundle in S3. They are the ones that the release is named
 * by, or none.
 *
 * @throws SlipwayError (usage) for a bundle that does not say which files are the application's, (failed) for one that is gone
 * or holds others
 */
export async function releaseSource(deployed: Deployed, version: string): Promise<string> {
  const { aws, place } = deployed;
  const { S3Bucket = "", S3Key = "" } = await bundleOf(deployed, version);
  const refused = (kind: ExitName, problem: string, cause?: unknown): SlipwayError => {
    const what = `The bundle s3://${S3Bucket}/${S3Key} of ${version} ${problem}`;
    return new SlipwayError(kind, what, byCommit(place.stack, "deploy that"), { cause });
  };
  const zip = await aws.objects.read(S3Bucket, S3Key).catch((error: unknown) => {
    throw error instanceof Error && error.name === "NoSuchKey" ? refused("failed", "is gone.", error) : error;
  });
  const folder = path.join(stackFolder(place.project, place.stack), "promoted");
  try {
    const unpacked = unpack(zip);
    if (unpacked !== undefined) return await keep(unpacked, folder, version);
  } catch (error) {
    throw refused(
      "failed",
      `is not what was deployed: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
  throw refused("usage", "was made by an older Slipway: it does not say which files are the application's own.");
}

/** Writes the files below `folder`, unless they are there. @throws Error when they are those of another version */
async function keep(unpacked: Unpacked, folder: string, version: string): Promise<string> {
  const target = path.join(folder, version);
  const versionIn = async (own: string): Promise<string> => contentVersion(await listSource(own), unpacked.rendered);
  if ((await versionIn(target).catch(() => undefined)) !== version) {
    const partial = `${target}.${randomBytes(4).toString("hex")}.partial`;
    try {
      await write(unpacked, partial);
      const found = await versionIn(partial);
      if (found !== version) throw new Error(`its files are those of ${found}.`);
      await fs.rm(target, { recursive: true, force: true });
      await fs.rename(partial, target);
    } finally {
      await fs.rm(partial, { recursive: true, force: true });
    }
  }
  await keepNewest(folder, /^[0-9a-f]{12}$/, target, KEPT);
  return target;
}

/** Links come last: no file is written through one. */
async function write({ files }: Unpacked, folder: string): Promise<void> {
  const links = files.filter(({ mode }) => mode === "symlink");
  for (const { path: own, mode, content } of [...files.filter(({ mode }) => mode !== "symlink"), ...links]) {
    const file = path.join(folder, own);
    await fs.mkdir(path.dirname(file), { recursive: true });
    if (mode === "symlink") await fs.symlink(Buffer.from(content).toString(), file);
    else await fs.writeFile(file, content, { mode: mode === "executable" ? 0o755 : 0o644 });
  }
}
