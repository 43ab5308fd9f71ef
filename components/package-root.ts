import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** Slipway's own folder, found from the sources as well as from the bundles in dist/. */
export const packageRoot: string = findPackageRoot(__dirname);

/** Absolute path of a folder or file of app-templates. */
export function templatePath(...names: string[]): string {
  return path.join(packageRoot, "app-templates", ...names);
}

/** The text of a file of app-templates. */
export function templateText(...names: string[]): string {
  return readFileSync(templatePath(...names), "utf8");
}

function findPackageRoot(start: string): string {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (isPackageRoot(folder)) return folder;
    if (folder === path.dirname(folder)) {
      throw new Error(`No package.json named "slipway" in ${start} or a folder above it: install Slipway again.`);
    }
  }
}

function isPackageRoot(folder: string): boolean {
  const manifest = path.join(folder, "package.json");
  if (!existsSync(manifest)) return false;
  const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown };
  return name === "slipway";
}
