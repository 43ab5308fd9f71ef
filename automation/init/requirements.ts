import { readdirSync } from "node:fs";
import { basename, join, posix } from "node:path";
import { parse as parseToml } from "smol-toml";
import { lineOf, readAppFile } from "./app-files";
import type { Candidate, Fact, Finding } from "./inspection";

/** What the folder says about its packages, its Python and its name. */
export interface ProjectFacts {
  readonly name: Candidate;
  readonly requirements: Fact;
  readonly packages: readonly string[];
  readonly requiresPython?: Candidate;
  readonly findings: readonly Finding[];
}

interface Listing extends Candidate {
  readonly packages: readonly string[];
}

const NAMES = ["requirements.txt", "requirements-prod.txt", "requirements_prod.txt", "requirements-production.txt"];
const IN_FOLDER = ["prod", "production", "base", "common", "main", "requirements"].map(
  (name) => `requirements/${name}.txt`,
);
const MAX_INCLUDES = 20;

export function projectFacts(folder: string): ProjectFacts {
  const findings: Finding[] = [];
  const project = readToml(folder, "pyproject.toml", findings);
  const listings = [...requirementsFiles(folder), ...pyprojectListing(project)];
  // A requirements.txt that only holds tools is no answer when another file lists Flask.
  const withFlask = listings.filter(({ packages }) => packages.includes("flask"));
  const usable = withFlask.length > 0 ? withFlask : listings;
  const [first, ...others] = usable;
  findings.push(...(first === undefined ? unsupported(folder, project) : incomplete(first)));
  const python = requiresPython(folder, project);
  return {
    name: appName(folder, project),
    requirements: { ...(first && { chosen: plain(first) }), alternatives: others.map(plain) },
    packages: first?.packages ?? [],
    ...(python && { requiresPython: python }),
    findings,
  };
}

interface Project {
  readonly text: string;
  readonly data: Record<string, unknown>;
}

function plain({ value, evidence }: Candidate): Candidate {
  return { value, evidence };
}

function readToml(folder: string, file: string, findings: Finding[]): Project | undefined {
  const text = readAppFile(folder, file);
  if (text === undefined) {
    return undefined;
  }
  try {
    return { text, data: parseToml(text) };
  } catch (error) {
    const line = error instanceof Error && "line" in error && typeof error.line === "number" ? error.line : 1;
    const evidence = [{ file, line, what: "not valid TOML" }];
    findings.push({ level: "warning", text: `${file} is not valid TOML and was left aside.`, evidence });
    return undefined;
  }
}

function table(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}

function requirementsFiles(folder: string): Listing[] {
  return [...NAMES, ...IN_FOLDER, "requirements.in"].flatMap((file) => {
    const text = readAppFile(folder, file);
    if (text === undefined) {
      return [];
    }
    const packages = listedPackages(folder, file, new Set());
    const line = lineOf(text, /^\s*flask\b(?![-_.])/i);
    return [{ value: file, packages, evidence: [{ file, line, what: `${packages.length} packages` }] }];
  });
}

/** Package names of a requirements file and of those that it includes with -r. */
function listedPackages(folder: string, file: string, seen: Set<string>): string[] {
  if (seen.has(file) || seen.size >= MAX_INCLUDES) {
    return [];
  }
  seen.add(file);
  const lines = (readAppFile(folder, file) ?? "").split(/\r?\n/);
  return lines.flatMap((line) => {
    const included = /^\s*(?:-r|--requirement)[\s=]+([^\s#]+)/.exec(line)?.[1];
    if (included !== undefined) {
      return listedPackages(folder, posix.normalize(posix.join(posix.dirname(file), included)), seen);
    }
    const name = packageName(line);
    return name === undefined ? [] : [name];
  });
}

/** The name in its normal form, by which packages are compared (PyPA's "name normalization"). */
function packageName(requirement: string): string | undefined {
  return /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/
    .exec(requirement)?.[1]
    ?.replace(/[-_.]+/g, "-")
    .toLowerCase();
}

function pyprojectListing(project: Project | undefined): Listing[] {
  const dependencies = table(project?.data, "project", "dependencies");
  if (project === undefined || !Array.isArray(dependencies)) {
    return [];
  }
  const packages = dependencies.flatMap((item) => (typeof item === "string" ? (packageName(item) ?? []) : []));
  const line = lineOf(project.text, /^\s*dependencies\s*=/);
  const evidence = [{ file: "pyproject.toml", line, what: "[project] dependencies" }];
  return [{ value: "pyproject.toml", packages, evidence }];
}

function incomplete({ value, packages, evidence }: Listing): Finding[] {
  const lists = (name: string) => packages.includes(name);
  const findings: Finding[] = [];
  if (!["flask", "apiflask", "flask-openapi3"].some(lists)) {
    findings.push({ level: "warning", text: `${value} does not list Flask.`, fix: `Add Flask to ${value}.`, evidence });
  }
  return findings;
}

function unsupported(folder: string, project: Project | undefined): Finding[] {
  const failure = (file: string, line: number, kind: string, command: string): Finding[] => [
    {
      level: "error",
      text: `${file} lists the packages in ${kind}, which is not supported: a requirements.txt or [project] dependencies are.`,
      fix: `Export them once, in the app's folder: ${command}`,
      evidence: [{ file, line, what: kind }],
    },
  ];
  if (project !== undefined && table(project.data, "tool", "poetry", "dependencies") !== undefined) {
    const line = lineOf(project.text, /^\s*\[tool\.poetry\.dependencies\]/);
    return failure("pyproject.toml", line, "Poetry's own form", "poetry export --output requirements.txt");
  }
  if (readAppFile(folder, "Pipfile") !== undefined) {
    return failure("Pipfile", 1, "Pipenv's own form", "pipenv requirements > requirements.txt");
  }
  for (const file of ["environment.yml", "setup.py", "setup.cfg"]) {
    if (readAppFile(folder, file) !== undefined) {
      const command = "pip freeze --exclude-editable > requirements.txt";
      return failure(file, 1, file === "environment.yml" ? "Conda's form" : "setuptools' older form", command);
    }
  }
  const text = "No requirements.txt and no pyproject.toml with [project] dependencies was found.";
  const fix = "List the app's packages in requirements.txt, or name the file: --requirements <file>";
  return [{ level: "error", text, fix, evidence: [] }];
}

function requiresPython(folder: string, project: Project | undefined): Candidate | undefined {
  const wanted = table(project?.data, "project", "requires-python");
  if (project !== undefined && typeof wanted === "string") {
    const line = lineOf(project.text, /^\s*requires-python\s*=/);
    return { value: wanted, evidence: [{ file: "pyproject.toml", line, what: "requires-python" }] };
  }
  for (const file of [".python-version", "runtime.txt"]) {
    const version = /^(?:python-)?(3\.\d+)(?:\.\d+)?\s*$/m.exec(readAppFile(folder, file) ?? "")?.[1];
    if (version !== undefined) {
      return { value: `==${version}.*`, evidence: [{ file, line: 1, what: `Python ${version}` }] };
    }
  }
  return undefined;
}

function appName(folder: string, project: Project | undefined): Candidate {
  for (const path of [
    ["project", "name"],
    ["tool", "poetry", "name"],
  ]) {
    const name = table(project?.data, ...path);
    const fitted = typeof name === "string" ? fitName(name) : undefined;
    if (project !== undefined && fitted !== undefined) {
      const line = lineOf(project.text, /^\s*name\s*=/);
      return { value: fitted, evidence: [{ file: "pyproject.toml", line, what: "name" }] };
    }
  }
  return { value: fitName(basename(folder)) ?? "app", evidence: [] };
}

/** The name in the form that an app's name must have (`^[a-z][a-z0-9-]{0,30}$`), or undefined if nothing of it fits. */
export function fitName(name: string): string | undefined {
  const fitted = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 31)
    .replace(/-+$/, "");
  return fitted === "" ? undefined : fitted;
}

/** Subfolders with a requirements file or pyproject.toml of their own: perhaps the app is there. */
export function projectSubfolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .filter((name) =>
      ["requirements.txt", "pyproject.toml"].some((file) => readAppFile(folder, join(name, file)) !== undefined),
    )
    .sort();
}
