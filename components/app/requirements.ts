/** What has to be installed from PyPI: the application's own requirements with those of its server beside them. */
import { promises as fs } from "node:fs";
import * as path from "node:path";
import { parse as parseToml } from "smol-toml";
import { DRIVERS, type ServerKind } from "../config";
import { templateText } from "../package-root";
import { serverRequirements } from "./runtime";

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

/** What has to be installed. */
export interface Requirements {
  /** In pip's format. */
  text: string;
  /**
   * Packages that are there for Slipway alone. Only where the application's own requirements have hashes: they name
   * everything then; else one of them may need any of these, and there is none.
   */
  added: string[];
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
  wanted: Wanted,
): Promise<Requirements> {
  const own = await readOwn(source, file ?? (await findFile(source)), []);
  const hashed = own.some((requirement) => requirement.includes("--hash="));
  const owned = new Set(own.map(packageName));
  const names = new Set(owned);
  const all = [...own];
  for (const part of partsOf(wanted, names)) {
    // A package is the application's to choose, or else the first part's that brings it.
    const added = partLines(part, hashed).filter((line) => line.startsWith("kombu[") || !names.has(packageName(line)));
    all.push(...added);
    for (const line of added) names.add(packageName(line));
  }
  const added = hashed ? [...names].filter((name) => !owned.has(name)) : [];
  return { text: [...new Set(all)].join("\n") + "\n", added };
}

/** The locked files of what is wanted beside the packages that the application names. */
function partsOf({ server, celery, sqs, databases = [] }: Wanted, names: ReadonlySet<string>): string[] {
  return [
    serverRequirements(server),
    ...(celery && !names.has("redis") ? ["redis"] : []),
    ...(sqs === true ? ["sqs"] : []),
    ...databases.filter((database) => !DRIVERS[database].some((own) => names.has(own.package))),
  ];
}

/**
 * The lines of a locked file. Which client of Redis or SQS fits is for the application's kombu to say, where nothing
 * has nailed it down.
 */
function partLines(part: string, hashed: boolean): string[] {
  const lines = logicalLines(templateText("servers", `requirements-${part}.txt`));
  if (hashed) return lines;
  if (part === "sqs") return ["kombu[sqs]"];
  return lines.map((line) => (packageName(line) === "redis" ? "kombu[redis]" : line.replace(/\s--hash=\S+/g, "")));
}

/** A kind of database that a driver is for. */
export type Database = keyof typeof DRIVERS;

/** What Slipway needs beside the application. */
export interface Wanted {
  /** Kind of the server. */
  server: ServerKind;
  /** True when the application has Celery, whose broker may be a Redis. */
  celery: boolean;
  /** True when the broker is SQS on some target. @default false */
  sqs?: boolean;
  /** Databases that targets make, whose drivers are added where the application has none. @default none */
  databases?: readonly Database[];
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
