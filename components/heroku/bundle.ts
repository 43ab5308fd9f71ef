/** The archive that Heroku builds a release from: named by its content, the same bytes wherever it is written. */
import { randomBytes } from "node:crypto";
import { existsSync, promises as fs } from "node:fs";
import * as path from "node:path";
import { contentVersion, listSource, type Workload } from "../app";
import { fromProject, keepNewest } from "../app/artifacts";
import { copySource } from "../image/copy";
import { renderedFiles, type SourceBuild } from "./render";
import { archive } from "./tar";

/** Bundles that stay on disk. */
const KEPT = 3;
/**
 * Files of the application's own that would make Heroku's Python buildpack install with another tool than pip, which
 * reads the requirements that Slipway writes (https://devcenter.heroku.com/articles/python-support).
 */
const OTHER_TOOLS: ReadonlySet<string> = new Set(["Pipfile", "Pipfile.lock", "poetry.lock", "runtime.txt", "uv.lock"]);

export interface Bundle {
  /** The archive, relative to the folder of Pulumi.yaml, with forward slashes: the same on every machine. */
  path: string;
  /** Changes with any byte, path or kind of a file in it; 12 hex digits. */
  digest: string;
}

/**
 * Writes the bundle of a release below `folder`, unless it is there. Old ones go.
 *
 * @param folder absolute
 * @throws Error when a file of the source cannot be shipped, or changes meanwhile
 */
export async function writeBundle(workload: Workload, build: SourceBuild, folder: string): Promise<Bundle> {
  const { source } = workload.release;
  const all = (await listSource(source)).filter((file) => !OTHER_TOOLS.has(file.path));
  const rendered = renderedFiles(workload, build, new Set(all.map((file) => file.path)));
  const listed = all.filter((file) => !(file.path in rendered));
  const digest = contentVersion(listed, rendered);
  const target = path.join(folder, `${digest}.tar.gz`);
  if (existsSync(target)) await fs.utimes(target, new Date(), new Date());
  else await write(target, source, listed, rendered);
  await keepNewest(folder, /^[0-9a-f]{12}\.tar\.gz$/, target, KEPT);
  return { path: fromProject(target), digest };
}

async function write(
  target: string,
  source: string,
  listed: Parameters<typeof copySource>[2],
  rendered: Readonly<Record<string, string>>,
): Promise<void> {
  const partial = `${target}.${randomBytes(4).toString("hex")}.partial`;
  const folder = `${partial}.folder`;
  try {
    await fs.mkdir(folder, { recursive: true });
    await copySource(source, folder, listed);
    await writeFiles(folder, rendered);
    await fs.writeFile(partial, await archive(folder));
    await fs.rename(partial, target);
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
    await fs.rm(partial, { force: true });
  }
}

/** Writes texts below `folder` by their paths, with modes that no umask changes. */
export async function writeFiles(folder: string, texts: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(texts)) {
    const file = path.join(folder, name);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, text);
    await fs.chmod(file, 0o644);
  }
}
