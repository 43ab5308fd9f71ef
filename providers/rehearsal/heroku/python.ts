/** What the Python buildpack refuses, heroku/heroku-buildpack-python as of August 2026. */
import type { Source } from "./source";

const OLDEST = 10;
const NEWEST = 14;
const MANAGERS = {
  "Pipfile.lock": "Pipenv",
  "requirements.txt": "pip",
  "poetry.lock": "Poetry",
  "uv.lock": "uv",
} as const;
/** A part of what bin/detect looks for: what a Python project has at least one of. */
const SIGNS = [
  ...[".python-version", "app.py", "main.py", "manage.py", "server.py", "pyproject.toml", "setup.cfg", "setup.py"],
  ...["Pipfile", "pdm.lock", "runtime.txt", "__init__.py", ...Object.keys(MANAGERS)],
];

/** True for a project that the buildpack takes for one of its own. */
export function isPython({ names }: Source): boolean {
  return SIGNS.some((sign) => names.includes(sign));
}

/** lib/package_manager.sh: exactly one package manager. */
export function packageManagerFault({ names }: Source): string | undefined {
  if (names.includes("Pipfile") && !names.includes("Pipfile.lock")) return "Error: No 'Pipfile.lock' found!";
  const found = Object.entries(MANAGERS).filter(([file]) => names.includes(file));
  if (found.length === 1) return undefined;
  if (found.length === 0) return "Error: Couldn't find any supported Python package manager files.";
  const list = found.map(([file, manager]) => `${file} (${manager})`).join(", ");
  return `Error: Multiple Python package manager files were found: ${list}`;
}

/** lib/python_version.sh: a version that is known and supported. */
export function versionFault(source: Source): string | undefined {
  const text = source.read(".python-version");
  if (text === undefined) return undefined;
  const lines = text.split("\n").map((line) => line.trim());
  const versions = lines.filter((line) => line !== "" && !line.startsWith("#"));
  const wrong = versions.find((version) => !/^\d+\.\d+(\.\d+)?$/.test(version));
  if (wrong !== undefined) return `Error: Invalid Python version in .python-version. The following was found: ${wrong}`;
  const [version = "", ...more] = versions;
  if (version === "") return "Error: No Python version found in .python-version.";
  if (more.length > 0) return "Error: Multiple Python versions found in .python-version.";
  const [major, minor] = version.split(".").map(Number);
  if (major === 3 && minor !== undefined && minor >= OLDEST && minor <= NEWEST) return undefined;
  return major === 3 && (minor ?? 0) > NEWEST
    ? `Error: The requested Python version isn't recognised: ${version}`
    : `Error: The requested Python version has reached end-of-life: ${version}`;
}
