/** Looks for texts that must not be where they are found. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** Those of `canaries` that are in a text. */
export function canariesIn(text: string, canaries: readonly string[]): string[] {
  return canaries.filter((canary) => text.includes(canary));
}

/** Files below a folder that have a canary in them, relative to it. */
export function filesWith(folder: string, canaries: readonly string[]): string[] {
  return filesIn(folder)
    .filter((file) => canariesIn(textWithoutConfig(file), canaries).length > 0)
    .map((file) => path.relative(folder, file));
}

/** Every file below a folder. */
export function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** The text of a file; that of the engine's history without the config, which is here as plain as the stack file. */
function textWithoutConfig(file: string): string {
  const text = readFileSync(file, "latin1");
  if (!file.endsWith(".history.json")) return text;
  return JSON.stringify({ ...(JSON.parse(text) as object), config: {} });
}
