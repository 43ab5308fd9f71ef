// Makes a fresh or changed checkout ready to run: installs the packages, builds dist/. Nothing is done twice.
import { spawn } from "node:child_process";
import { existsSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./lock.mjs";
import { isInstalled, isStamped, lockStamp, sourceStamp } from "./stamps.mjs";

/** The folder of the package, wherever it is called from. */
export const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));

/**
 * Installs and builds what is missing or out of date.
 *
 * @param report is told what is done and why
 * @throws Error with the last lines of what failed and what to do
 */
export async function prepare(report, folder = root) {
  // An installed package brings its dist/ along, and npm has seen to its dependencies.
  if (!existsSync(join(folder, "package-lock.json"))) return;
  if (modulesAreFresh(folder) && buildIsFresh(folder)) return;
  await withLock(
    join(folder, ".slipway", "setup.lock"),
    async () => {
      if (!modulesAreFresh(folder)) await installModules(report, folder);
      if (!buildIsFresh(folder)) await buildAll(report, folder);
    },
    report,
  );
}

const modulesStamp = (folder) => join(folder, "node_modules", ".slipway-stamp");
const buildStamp = (folder) => join(folder, "dist", ".stamp");

function modulesAreFresh(folder) {
  return isStamped(modulesStamp(folder), lockStamp(folder));
}

function buildIsFresh(folder) {
  return isStamped(buildStamp(folder), sourceStamp(folder));
}

async function installModules(report, folder) {
  const stamp = lockStamp(folder);
  if (!isInstalled(folder)) {
    const reason = existsSync(join(folder, "node_modules")) ? "package-lock.json has changed" : "first run";
    report(`Installing Node packages (${reason}) ...`);
    const started = Date.now();
    await npm(["ci", "--no-audit", "--no-fund"], folder);
    report(`Installed Node packages in ${seconds(started)}`);
  }
  writeFileSync(modulesStamp(folder), stamp);
}

async function buildAll(report, folder) {
  const started = Date.now();
  // Taken before the build: what is edited meanwhile is built next time.
  const stamp = sourceStamp(folder);
  const { build } = await import("./bundle.mjs");
  await build(folder);
  writeFileSync(buildStamp(folder), stamp);
  report(`Built dist/ in ${seconds(started)}`);
}

function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

function npm(args, cwd) {
  const command = `npm ${args.join(" ")}`;
  return new Promise((resolve, reject) => {
    let output = "";
    const child = spawn("npm", args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("error", (error) => reject(new Error(`${command} could not be started: ${error.message}. Install npm.`)));
    child.on("close", (code) => {
      if (code === 0) return resolve();
      reject(new Error(`${command} failed:\n${reasonIn(output)}\nMend the cause, then run the same command again.`));
    });
  });
}

/** What npm says went wrong comes first among its errors; advice on its usage, of any length, follows. */
function reasonIn(output) {
  const lines = output.trim().split("\n");
  const errors = lines.filter((line) => /^npm error ./.test(line));
  return errors.length > 0 ? errors.slice(0, 10).join("\n") : lines.slice(-10).join("\n");
}
