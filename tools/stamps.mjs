// What tells whether the installed packages and the built files are those of the sources as they are now.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const sources = [
  "index.ts",
  "components",
  "providers",
  "policy",
  "sdks",
  "automation",
  "tools/bundle.mjs",
  "package-lock.json",
];

/** A digest of the lock file: it changes when other packages are asked for. */
export function lockStamp(root) {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

/** A digest of names, sizes and times of all sources: far quicker than reading them. */
export function sourceStamp(root) {
  const hash = createHash("sha256");
  for (const source of sources) addTo(hash, join(root, source));
  return hash.digest("hex");
}

function addTo(hash, path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isDirectory()) {
    const names = readdirSync(path).filter((name) => name !== "__pycache__" && name !== "node_modules");
    for (const name of names.sort()) addTo(hash, join(path, name));
  } else {
    hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
  }
}

/** True when `file` exists and holds `stamp`. */
export function isStamped(file, stamp) {
  return readOrNothing(file) === stamp;
}

/**
 * True when npm has already installed what the lock file asks for (by an `npm install` of the user's own):
 * npm notes what is in node_modules in a lock file there.
 */
export function isInstalled(root) {
  const installed = readOrNothing(join(root, "node_modules", ".package-lock.json"));
  if (installed === undefined) return false;
  const present = JSON.parse(installed).packages;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    // Optional packages are left out where they do not fit the machine.
    if (path === "" || ((entry.optional || entry.devOptional) && present[path] === undefined)) return true;
    return present[path]?.version === entry.version && present[path]?.integrity === entry.integrity;
  });
}

function readOrNothing(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
