import { readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, isAbsolute } from "node:path";

const MAX_BYTES = 1_000_000;

/** A text file of the app, or undefined if it is absent, no regular file, above 1 MB, or outside the folder. */
export function readAppFile(folder: string, file: string): string | undefined {
  try {
    const path = realpathSync(join(folder, file));
    const inside = relative(realpathSync(folder), path);
    const status = statSync(path);
    if (inside.startsWith("..") || isAbsolute(inside) || !status.isFile() || status.size > MAX_BYTES) {
      return undefined;
    }
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** The first line (from 1) that matches, or 1. */
export function lineOf(text: string, pattern: RegExp): number {
  return Math.max(1, text.split("\n").findIndex((line) => pattern.test(line)) + 1);
}
