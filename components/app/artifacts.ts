/** Files that are named by their content, and written for a provider to read. */
import { existsSync, promises as fs } from "node:fs";
import * as path from "node:path";

/**
 * Removes the oldest of what in `folder` is called so, until `count` are left with the one that is used.
 *
 * @param used absolute path of the one that stays whatever its age
 */
export async function keepNewest(folder: string, called: RegExp, used: string, count: number): Promise<void> {
  const names = (await fs.readdir(folder)).filter((name) => called.test(name));
  const others = names.map((name) => path.join(folder, name)).filter((file) => file !== used);
  const dated = await Promise.all(others.map(async (file) => ({ file, time: (await fs.stat(file)).mtimeMs })));
  dated.sort((one, other) => other.time - one.time);
  for (const { file } of dated.slice(count - 1)) await fs.rm(file, { recursive: true, force: true });
}

/**
 * A path as a provider reads it: it runs in the folder of Pulumi.yaml. A file that is in no project is named by its
 * absolute path.
 */
export function fromProject(absolute: string): string {
  for (let above = path.dirname(absolute); ; above = path.dirname(above)) {
    if (existsSync(path.join(above, "Pulumi.yaml"))) return path.relative(above, absolute).split(path.sep).join("/");
    if (above === path.dirname(above)) return absolute;
  }
}
