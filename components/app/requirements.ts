/** What has to be installed from PyPI: the application's own requirements with those of its server beside them. */
import { promises as fs } from "node:fs";
import * as path from "node:path";
import { parse as parseToml } from "smol-toml";
import { templateText } from "../package-root";

const CANDIDATES = ["requirements.txt", "pyproject.toml"];

/** The application's requirements cannot be read; the message is the end of a sentence. */
export class RequirementsError extends Error {
  constructor(
    problem: string,
    readonly allowed: string,
  ) {
    super(problem);
  }
}

/**
 * The requirements of the application in `source`, and of what serves it, as one text in pip's format.
 *
 * Files named by `-r` are put in their place. A package that the application requires itself is left to it. Hashes stay
 * where every requirement of the application has one; pip wants all or none.
 *
 * @param file requirements file or pyproject.toml inside the source; @default requirements.txt, else pyproject.toml
 * @throws RequirementsError when there is none, or it is of a form that pip does not read
 */
export async function readRequirements(
  source: string,
  file: string | undefined,
  { server, celery }: Wanted,
): Promise<string> {
  const own = await readOwn(source, file ?? (await findFile(source)), []);
  const hashed = own.some((requirement) => requirement.includes("--hash="));
  const names = new Set(own.map(packageName));
  const added = [`requirements-${server}.txt`, ...(celery ? ["requirements-redis.txt"] : [])]
    .flatMap((part) => logicalLines(templateText("servers", part)))
    .filter((requirement) => !names.has(packageName(requirement)))
    .map((requirement) => (hashed ? requirement : withoutHashes(requirement)));
  return [...new Set([...own, ...added])].join("\n") + "\n";
}

/** Which client of a Redis fits is for the application's kombu to say, where nothing has nailed it down. */
function withoutHashes(requirement: string): string {
  return packageName(requirement) === "redis" ? "kombu[redis]" : requirement.replace(/\s--hash=\S+/g, "");
}

/** What Slipway needs beside the application. */
export interface Wanted {
  /** Kind of the server. */
  server: string;
  /** True when the application has Celery, whose broker may be a Redis. */
  celery: boolean;
}

async function findFile(source: string): Promise<string> {
  for (const candidate of CANDIDATES) {
    if ((await fs.stat(path.join(source, candidate)).catch(() => undefined))?.isFile()) return candidate;
  }
  throw new RequirementsError(
    `there is no ${CANDIDATES.join(" and no ")} in ${source}`,
    "a requirements file or pyproject.toml",
  );
}

async function readOwn(source: string, file: string, above: readonly string[]): Promise<string[]> {
  if (above.includes(file))
    throw new RequirementsError(`${file} includes itself`, "files that include each other in one direction");
  const absolute = path.resolve(source, file);
  const text = await fs.readFile(absolute, "utf8").catch(() => undefined);
  if (text === undefined)
    throw new RequirementsError(`there is no file ${file} in ${source}`, "a file inside the application's folder");
  if (path.basename(file) === "pyproject.toml") return projectDependencies(text, file);
  const lines: string[] = [];
  for (const line of logicalLines(text)) lines.push(...(await expand(line, source, file, [...above, file])));
  return lines;
}

/** A line as it is, or the lines of what it refers to. */
async function expand(line: string, source: string, file: string, above: readonly string[]): Promise<string[]> {
  const included = /^(?:-r|--requirement)[\s=]*(\S+)$/.exec(line)?.[1];
  if (included !== undefined) return readOwn(source, path.join(path.dirname(file), included), above);
  if (/^(?:-e|--editable)?\s*\.(?:\[.*\])?$/.test(line))
    return readOwn(source, path.join(path.dirname(file), "pyproject.toml"), above);
  if (/^(?:-c|--constraint|-e|--editable)\b/.test(line) || /^\.{1,2}\//.test(line)) {
    throw new RequirementsError(
      `${file} refers to another file by "${line}"`,
      "packages, and other requirements files by -r",
    );
  }
  return [line];
}

function projectDependencies(text: string, file: string): string[] {
  const project = readToml(text, file)["project"] as { dependencies?: unknown } | undefined;
  const dependencies = project?.dependencies;
  if (Array.isArray(dependencies)) return dependencies.map(String);
  throw new RequirementsError(
    `${file} has no dependencies under [project]`,
    "[project] dependencies, or a requirements.txt, such as `poetry export -o requirements.txt` writes",
  );
}

function readToml(text: string, file: string): Record<string, unknown> {
  try {
    return parseToml(text);
  } catch (error) {
    throw new RequirementsError(
      `${file} is not valid TOML: ${error instanceof Error ? error.message : String(error)}`,
      "TOML 1.0",
    );
  }
}

/** Requirement lines without comments and blank lines, continuation lines joined. */
function logicalLines(text: string): string[] {
  return text
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
}

/** The normalised name of the package that a line requires, as PEP 503 compares names. */
function packageName(requirement: string): string {
  const name = /^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(requirement)?.[0] ?? requirement;
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}
