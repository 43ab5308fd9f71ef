import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * The abbreviated git commit that last touched `folder`, with `+` after it when files there have changed since.
 * Undefined when the folder is in no repository, has no commit yet, or git is not installed.
 */
export async function gitCommit(folder: string): Promise<string | undefined> {
  try {
    const [commit, changes] = await Promise.all([
      run("git", ["-C", folder, "log", "-1", "--format=%h", "--", "."]),
      run("git", ["-C", folder, "status", "--porcelain", "--", "."]),
    ]);
    const hash = commit.stdout.trim();
    return hash === "" ? undefined : `${hash}${changes.stdout.trim() === "" ? "" : "+"}`;
  } catch {
    return undefined;
  }
}
