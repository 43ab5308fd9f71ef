/** Reads what is shipped, as it was listed. */
import { createHash } from "node:crypto";
import { promises as fs } from "node:fs";
import * as path from "node:path";
import type { SourceFile } from "./source";

/**
 * The content of a file that `listSource` found in `source`; of a symbolic link, its target.
 *
 * @throws Error for a link that does not stay inside the source or leads nowhere, and when the file changed since it was
 * listed
 */
export async function readSource(source: string, file: SourceFile): Promise<Buffer> {
  const absolute = path.join(source, file.path);
  const content =
    file.mode === "symlink" ? Buffer.from(await linkInside(source, absolute)) : await fs.readFile(absolute);
  if (createHash("sha256").update(content).digest("hex") !== file.sha256) {
    throw new Error(`${absolute} changed while it was deployed: run \`slipway up\` again.`);
  }
  return content;
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
