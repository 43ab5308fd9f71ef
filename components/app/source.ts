/**
 * Which files of a folder are shipped, and the content version that names them.
 * Nothing here knows a target: the same list is unpacked on this machine, zipped, or copied into an image.
 */
import { createHash } from "node:crypto";
import { promises as fs } from "node:fs";
import * as path from "node:path";
import ignore, { type Ignore } from "ignore";

/** One file that is shipped. */
export interface SourceFile {
  /** Path inside the source folder, with forward slashes. */
  path: string;
  mode: "file" | "executable" | "symlink";
  /** Hex SHA-256 of the content; of the target's text for a symbolic link. */
  sha256: string;
}

/** Never shipped: version control, caches, environments, local state and secrets. */
const ALWAYS_IGNORED = [
  ".git",
  ".hg",
  ".svn",
  ".slipway",
  ".venv",
  "venv",
  ".tox",
  ".nox",
  "node_modules",
  "__pycache__",
  "*.py[cod]",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".DS_Store",
  ".env",
  ".env.*",
  "!.env.example",
];

const IGNORE_FILES = [".gitignore", ".dockerignore"];
const READ_AT_ONCE = 32;

/**
 * Lists the files that are shipped from `folder`, sorted by path, leaving out what the folder's .gitignore and
 * .dockerignore files (nested .gitignore files too) ignore and what is never shipped.
 *
 * @param folder absolute path of the application's folder
 * @throws Error with `code` ENOENT or ENOTDIR when the folder is not there, or EACCES when a part cannot be read
 */
export async function listSource(folder: string): Promise<SourceFile[]> {
  const paths: string[] = [];
  await collect(folder, "", [await rules(folder, ALWAYS_IGNORED)], paths);
  paths.sort();
  const files: SourceFile[] = [];
  for (let start = 0; start < paths.length; start += READ_AT_ONCE) {
    files.push(...(await Promise.all(paths.slice(start, start + READ_AT_ONCE).map((file) => describe(folder, file)))));
  }
  return files;
}

/**
 * Names the content of a release: 12 hex digits that change with any shipped file's path, kind or content, and with
 * nothing else.
 *
 * @param files what {@link listSource} returned
 * @param rendered files added beside them: path -> text
 */
export function contentVersion(files: readonly SourceFile[], rendered: Readonly<Record<string, string>>): string {
  const digest = createHash("sha256");
  for (const file of files) digest.update(`${file.mode}\0${file.path}\0${file.sha256}\n`);
  for (const name of Object.keys(rendered).sort()) digest.update(`rendered\0${name}\0${rendered[name]}\0\n`);
  return digest.digest("hex").slice(0, 12);
}

/** Ignore rules of one folder; they apply to paths relative to it. */
interface FolderRules {
  folder: string;
  rules: Ignore;
}

async function rules(absolute: string, builtIn: readonly string[] = [], folder = ""): Promise<FolderRules> {
  const found = ignore().add([...builtIn]);
  for (const name of folder === "" ? IGNORE_FILES : [".gitignore"]) {
    const text = await fs.readFile(path.join(absolute, name), "utf8").catch(() => undefined);
    if (text !== undefined) found.add(text);
  }
  return { folder, rules: found };
}

async function collect(root: string, folder: string, inherited: FolderRules[], into: string[]): Promise<void> {
  const entries = await fs.readdir(path.join(root, folder), { withFileTypes: true });
  const nested = folder !== "" && entries.some((entry) => entry.name === ".gitignore");
  const active = nested ? [...inherited, await rules(path.join(root, folder), [], folder)] : inherited;
  for (const entry of entries) {
    const relative = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (isIgnored(relative, entry.isDirectory(), active)) continue;
    if (entry.isDirectory()) await collect(root, relative, active, into);
    else if (entry.isFile() || entry.isSymbolicLink()) into.push(relative);
  }
}

/** The innermost folder whose rules say anything about the path decides, as in git. */
function isIgnored(relative: string, directory: boolean, active: readonly FolderRules[]): boolean {
  for (const { folder, rules: own } of [...active].reverse()) {
    const inside = folder === "" ? relative : relative.slice(folder.length + 1);
    const verdict = own.test(directory ? `${inside}/` : inside);
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}

async function describe(root: string, file: string): Promise<SourceFile> {
  const absolute = path.join(root, file);
  const stat = await fs.lstat(absolute);
  const content = stat.isSymbolicLink() ? await fs.readlink(absolute) : await fs.readFile(absolute);
  const mode = stat.isSymbolicLink() ? "symlink" : stat.mode & 0o100 ? "executable" : "file";
  return { path: file, mode, sha256: createHash("sha256").update(content).digest("hex") };
}
