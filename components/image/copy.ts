/** Copies the application's files into a build context. */
import { promises as fs } from "node:fs";
import * as path from "node:path";
import { readSource, type SourceFile } from "../app";

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
  const to = path.join(folder, file.path);
  await fs.mkdir(path.dirname(to), { recursive: true });
  const content = await readSource(source, file);
  if (file.mode === "symlink") {
    await fs.symlink(content.toString(), to);
    return;
  }
  await fs.writeFile(to, content);
  await fs.chmod(to, file.mode === "executable" ? 0o755 : 0o644);
}
