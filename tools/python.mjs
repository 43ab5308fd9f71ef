// The virtual environment of the Python tests and checks.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { root } from "./setup.mjs";
import { isStamped } from "./stamps.mjs";
import { run } from "./test-process.mjs";

const venv = join(root, ".slipway", "test-venv");
const stampFile = join(venv, ".stamp");
const blog = join(root, "app-templates", "blog");

/**
 * Makes sure of the virtual environment with the example app's packages, those for its development included.
 *
 * @returns the folder of its commands
 * @throws Error when Python or a package is missing
 */
export async function preparePython() {
  const files = ["requirements.txt", "requirements-dev.txt"].map((name) => join(blog, name)).filter(existsSync);
  const python = pythonVersion();
  const hash = createHash("sha256").update(python);
  for (const file of files) hash.update(readFileSync(file));
  const stamp = hash.digest("hex");
  if (!isStamped(stampFile, stamp)) {
    await withLock(`${venv}.lock`, () => create(files, stamp), console.log);
  }
  return join(venv, "bin");
}

async function create(files, stamp) {
  if (isStamped(stampFile, stamp)) return;
  console.log("Installing the Python packages of the tests ...");
  rmSync(venv, { recursive: true, force: true });
  const pip = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    ...files.flatMap((file) => ["-r", file]),
  ];
  const done =
    (await run("python3", ["-m", "venv", venv], { cwd: root })) &&
    (await run(join(venv, "bin", "python"), pip, { cwd: root }));
  if (!done) throw new Error(`The Python packages of the tests could not be installed (${files.join(", ")}).`);
  writeFileSync(stampFile, stamp);
}

function pythonVersion() {
  const program = "import sys; print(*sys.version_info[:3], sys.executable)";
  try {
    return execFileSync("python3", ["-c", program], { encoding: "utf8" });
  } catch (error) {
    throw new Error(`python3 cannot be run: ${error.message}. Install Python 3.9 or newer.`, { cause: error });
  }
}
