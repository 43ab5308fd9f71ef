/** Virtual environments by what is in them: a platform makes one for each release, and so does a test, once. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../../components/package-root";
import { withLock } from "../../../tools/lock.mjs";

const run = promisify(execFile);
const FOLDER = path.join(packageRoot, ".slipway", "test-venv-platforms");

/**
 * A virtual environment with these requirements, in pip's format.
 *
 * @returns the folder of its commands
 */
export async function virtualenv(requirements: string): Promise<string> {
  const { stdout: python } = await run("python3", ["-c", "import sys; print(sys.version, sys.executable)"]);
  const digest = createHash("sha256").update(python).update(requirements).digest("hex").slice(0, 16);
  const folder = path.join(FOLDER, digest);
  const ready = path.join(folder, "ready");
  mkdirSync(FOLDER, { recursive: true });
  const make = async (): Promise<void> => {
    if (existsSync(ready)) {
      utimesSync(folder, new Date(), new Date());
      return;
    }
    rmSync(folder, { recursive: true, force: true });
    await run("python3", ["-m", "venv", folder]);
    const file = path.join(folder, "requirements.txt");
    writeFileSync(file, requirements);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", file];
    await run(path.join(folder, "bin", "python"), pip);
    writeFileSync(`${ready}.new`, "");
    renameSync(`${ready}.new`, ready);
  };
  await withLock(`${folder}.lock`, make, () => undefined);
  return path.join(folder, "bin");
}
