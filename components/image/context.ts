/** The folder that an image is built from: exactly what is in the image, the same bytes wherever it is written. */
import { randomBytes } from "node:crypto";
import { existsSync, promises as fs } from "node:fs";
import * as path from "node:path";
import { contentVersion, listSource, type SourceFile, type Workload } from "../app";
import { templatePath, templateText } from "../package-root";
import { copySource } from "./copy";
import type { ImageRole } from "./args";
import { fromProject, keepNewest } from "../app/artifacts";

/** Contexts of each role that stay on disk. */
const KEPT = 3;
/** Files of `app-templates/servers` that only images have: what a container does before, or instead of, its process. */
const CONTAINER_FILES = ["slipway_database.py", "slipway_wait.py"];
const EXECUTABLE = /^bin\//;

export interface Context {
  /** Folder of the context, relative to the folder of Pulumi.yaml, with forward slashes: the same on every machine. */
  folder: string;
  /** Changes with any byte, path or kind of a file in it; 12 hex digits. */
  digest: string;
}

/**
 * Writes the build context of a role below `folder`, unless it is there: `Dockerfile`, `requirements.txt`, `build/`, `bin/`,
 * and the application with Slipway's files in `app/`. Old contexts go.
 *
 * @param folder absolute
 * @throws Error when a file of the source cannot be shipped, or changes meanwhile
 */
export async function writeContext(role: ImageRole, workload: Workload, folder: string): Promise<Context> {
  const { source } = workload.release;
  const listed = await listSource(source);
  const rendered = await renderedFiles(role, workload);
  const digest = contentVersion(listed, rendered);
  const target = path.join(folder, `${role}-${digest}`);
  if (existsSync(target)) await fs.utimes(target, new Date(), new Date());
  else await write(target, source, listed, rendered);
  await keepNewest(folder, new RegExp(`^${role}-[0-9a-f]{12}$`), target, KEPT);
  return { folder: fromProject(target), digest };
}

/** Path in the context -> text, for everything but the application's own files. */
async function renderedFiles(role: ImageRole, { release }: Workload): Promise<Record<string, string>> {
  const own = await fs.readdir(templatePath("docker", role));
  const shared = await fs.readdir(templatePath("docker", "build"));
  const texts = [
    ...shared.map((name) => [`build/${name}`, templateText("docker", "build", name)]),
    ...own.map((name) => [name === "Dockerfile" ? name : `bin/${name}`, templateText("docker", role, name)]),
    ...CONTAINER_FILES.map((name) => [`app/.slipway/${name}`, templateText("servers", name)]),
    ...Object.entries(release.files).map(([name, text]) => [`app/${name}`, text]),
  ];
  return { "requirements.txt": release.requirements, ...(Object.fromEntries(texts) as Record<string, string>) };
}

async function write(
  target: string,
  source: string,
  listed: readonly SourceFile[],
  rendered: Readonly<Record<string, string>>,
): Promise<void> {
  const partial = `${target}.${randomBytes(4).toString("hex")}.partial`;
  try {
    await fs.mkdir(path.join(partial, "app"), { recursive: true });
    await copySource(source, path.join(partial, "app"), listed);
    for (const [name, text] of Object.entries(rendered)) {
      const file = path.join(partial, name);
      await fs.mkdir(path.dirname(file), { recursive: true });
      await fs.writeFile(file, text);
      // Not by the mode of writeFile, from which the umask would take something away.
      await fs.chmod(file, EXECUTABLE.test(name) ? 0o755 : 0o644);
    }
    await fs.rename(partial, target).catch((error: unknown) => {
      // Another run was quicker, with the same content.
      if (!existsSync(target)) throw error;
    });
  } finally {
    await fs.rm(partial, { recursive: true, force: true });
  }
}
