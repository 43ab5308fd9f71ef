/** Copies the application's files into a build context. */
import { createHash } from "node:crypto";
import { promises as fs } from "node:fs";
import * as path from "node:path";
import type { SourceFile } from "../app";

const COPIED_AT_ONCE = 32;

/**
 * Copies what `listSource` found in `source` to `folder`, with one mode for all files and one for what is executable.
 *
 * @throws Error for a link that does not stay inside the source or leads nowhere, and when a file changed since it was
 * listed
 */
export async function copySource(source: string, folder: string, listed: readonly SourceFile[]): Promise<void> {
  for (let start = 0; start < listed.length; start += COPIED_AT_ONCE) {
    const copies = listed.slice(start, start + COPIED_AT_ONCE).map((file) => copy(source, folder, file));
    // All of them have ended when one has failed: whoever removes the folder finds nobody writing to it.
    const failed = (await Promise.allSettled(copies)).find((copied) => copied.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}

async function copy(source: string, folder: string, file: SourceFile): Promise<void> {
  const from = path.join(source, file.path);
  const to = path.join(folder, file.path);
  await fs.mkdir(path.dirname(to), { recursive: true });
  if (file.mode === "symlink") {
    const target = await linkInside(source, from);
    verify(source, file, target);
    await fs.symlink(target, to);
    return;
  }
  const content = await fs.readFile(from);
  verify(source, file, content);
  await fs.writeFile(to, content);
  await fs.chmod(to, file.mode === "executable" ? 0o755 : 0o644);
}

async function linkInside(source: string, link: string): Promise<string> {
  const target = await fs.readlink(link);
  const inside = path.relative(source, path.resolve(path.dirname(link), target));
  const found = await fs.stat(link).catch(() => undefined);
  if (found === undefined || path.isAbsolute(target) || inside.split(path.sep)[0] === "..") {
    throw new Error(
      `${link} links to ${target}; allowed: relative links to something inside ${source}. Put the file there instead of the link.`,
    );
  }
  return target;
}

function verify(source: string, { path: name, sha256 }: SourceFile, content: string | Buffer): void {
  if (createHash("sha256").update(content).digest("hex") === sha256) return;
  throw new Error(`${path.join(source, name)} changed while it was deployed: run \`slipway up\` again.`);
}
