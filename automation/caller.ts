/** Files and folders as whoever calls Slipway names them. */
import * as path from "node:path";

/** Absolute path of what the caller names: what is relative is so to the folder that the caller stands in. */
export function namedByCaller(name: string): string {
  return path.resolve(callersFolder(), name);
}

/** An absolute path as the caller would name it. */
export function toCaller(file: string): string {
  return path.relative(callersFolder(), file) || ".";
}

/**
 * The folder that the caller stands in. npm begins its scripts in the folder of package.json, and says where it was called
 * itself: that counts as long as the script has not gone elsewhere.
 *
 * @source https://docs.npmjs.com/cli/v11/using-npm/scripts: INIT_CWD, npm_package_json
 */
export function callersFolder(): string {
  const { INIT_CWD: called, npm_package_json: manifest } = process.env;
  const here = process.cwd();
  return called !== undefined && manifest !== undefined && path.dirname(manifest) === here ? called : here;
}
