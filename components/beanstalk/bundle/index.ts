/** The bundle that is shipped to an environment: the same bytes for the same content, wherever it is written. */
import { randomBytes } from "node:crypto";
import { existsSync, promises as fs } from "node:fs";
import * as path from "node:path";
import { contentVersion, listSource } from "../../app";
import { keepNewest } from "../../app/artifacts";
import { CONTENTS, describeContents } from "./contents";
import { bundleFiles, executable, type BundleArgs } from "./files";
import { zipOf } from "./zip";

export { unpack, type Unpacked } from "./contents";
export type { BundleArgs } from "./files";

/** Bundles of each environment that stay on disk. */
const KEPT = 3;
/** What Elastic Beanstalk takes (AWS, Create an application source bundle). */
const LARGEST_MIB = 500;

export interface Bundle {
  /** The zip file. Absolute. */
  file: string;
  /** Changes with any byte, path or kind of a file in it; 12 hex digits. */
  digest: string;
}

/**
 * Writes the bundle of an environment below `folder`, unless it is there. Old ones go.
 *
 * @param folder absolute
 * @throws Error when a file of the source cannot be shipped or changes meanwhile, or the bundle is too large
 */
export async function writeBundle(args: BundleArgs, folder: string): Promise<Bundle> {
  const { role, workload } = args;
  const { source, files } = workload.release;
  const listed = await listSource(source);
  const written = bundleFiles(args, listed);
  const rendered = { ...written, [CONTENTS]: describeContents(listed, written, Object.keys(files)) };
  const digest = contentVersion(listed, rendered);
  const file = path.join(folder, `${role}-${digest}.zip`);
  if (existsSync(file)) await fs.utimes(file, new Date(), new Date());
  else await write(file, await zipOf(source, listed, rendered, executable));
  await keepNewest(folder, new RegExp(`^${role}-[0-9a-f]{12}\\.zip$`), file, KEPT);
  return { file, digest };
}

async function write(file: string, content: Uint8Array): Promise<void> {
  const size = content.length / 2 ** 20;
  if (size > LARGEST_MIB) {
    throw new Error(
      `The bundle has ${Math.ceil(size)} MiB, and Elastic Beanstalk takes ${LARGEST_MIB}: ` +
        "name what need not be shipped in the application's .dockerignore.",
    );
  }
  await fs.mkdir(path.dirname(file), { recursive: true });
  const partial = `${file}.${randomBytes(4).toString("hex")}.partial`;
  await fs.writeFile(partial, content);
  await fs.rename(partial, file);
}
