import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

function isPackageRoot(folder: string): boolean {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) {
    return false;
  }
  const content: unknown = JSON.parse(readFileSync(manifest, "utf8"));
  return typeof content === "object" && content !== null && "name" in content && content.name === "slipway";
}

function findPackageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isPackageRoot(folder)) {
      return folder;
    }
    if (folder === dirname(folder)) {
      throw new Error(`No package.json named "slipway" in ${start} or any folder above it: install Slipway again.`);
    }
  }
}

/** Absolute path of Slipway's own folder (its package.json), both from the sources and from the bundle in dist/. */
export const packageRoot: string = findPackageRoot(__dirname);
