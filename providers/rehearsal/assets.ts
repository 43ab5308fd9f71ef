/** Files that the program hands over as assets. */
import { existsSync, statSync } from "node:fs";
import { isObject } from "../protocol/values";

/** The file of this machine that an asset or archive is; undefined for a folder, a text, a URL, or what is not there. */
export function fileOf(asset: unknown): string | undefined {
  const path = isObject(asset) ? asset["path"] : undefined;
  if (typeof path !== "string" || !existsSync(path)) return undefined;
  return statSync(path).isFile() ? path : undefined;
}
