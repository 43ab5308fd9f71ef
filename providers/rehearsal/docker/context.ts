/** The build context of an image, as the provider takes it: every file that `.dockerignore` lets through. */
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import * as path from "node:path";
import ignore from "ignore";

const PERMISSIONS = 0o7777;

/**
 * A digest of the Dockerfile and the context's files: names, contents, links and modes.
 *
 * @returns sha256 in hexadecimal; undefined when the folder or the Dockerfile is not there
 */
export function contextDigest(folder: string, dockerfile: string): string | undefined {
  if (!existsSync(dockerfile) || !existsSync(folder)) return undefined;
  const digest = createHash("sha256").update(fileDigest(dockerfile));
  for (const name of filesOf(folder, dockerfile)) digest.update(`\0${name}\0${fileDigest(path.join(folder, name))}`);
  return digest.digest("hex");
}

/** Names below a folder with slashes between them, sorted. */
function filesOf(folder: string, dockerfile: string): string[] {
  const own = `${dockerfile}.dockerignore`;
  const shared = path.join(folder, ".dockerignore");
  const patterns = [own, shared].find((file) => existsSync(file));
  const ignored = ignore();
  // Docker reads each pattern from the root of the context, unlike git.
  if (patterns !== undefined) ignored.add(readFileSync(patterns, "utf8").split("\n").map(fromRoot));
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
  return names.filter((name) => !ignored.ignores(name)).sort();
}

function fromRoot(line: string): string {
  const pattern = line.trim();
  if (pattern === "" || pattern.startsWith("#")) return "";
  const body = pattern.replace(/^!/, "").replace(/^\/+/, "");
  return `${pattern.startsWith("!") ? "!" : ""}/${body}`;
}

function fileDigest(file: string): string {
  const status = lstatSync(file);
  const content = status.isSymbolicLink() ? readlinkSync(file) : readFileSync(file);
  const mode = status.isSymbolicLink() ? "link" : (status.mode & PERMISSIONS).toString(8);
  return `${mode}:${createHash("sha256").update(content).digest("hex")}`;
}
