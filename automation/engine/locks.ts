/** Locks of the file backend that were left by a process that is gone. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import * as path from "node:path";
import { isAlive } from "../../providers/host/processes";
import { slipwayFolder, type StackPlace } from "./project";

/** What Pulumi writes into a lock of its file backend. */
interface Lock {
  pid: number;
  hostname: string;
}

/**
 * Removes the locks of a stack whose owner ran on this machine and runs no more, as after a crash or a reboot. A lock
 * of a living process, or of another machine, stays.
 *
 * @param report is told of each lock removed
 * @returns whether there were any
 */
export async function releaseStaleLocks(place: StackPlace, report: (message: string) => void): Promise<boolean> {
  const root = path.join(slipwayFolder(place), "state", ".pulumi", "locks");
  let released = false;
  if (!existsSync(root)) return released;
  for (const file of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".json") || path.basename(path.dirname(file)) !== place.stack) continue;
    const owner = readLock(path.join(root, file));
    if (owner === undefined || owner.hostname !== hostname() || (await isAlive(owner.pid))) continue;
    for (const each of [file, `${file}.attrs`]) rmSync(path.join(root, each), { force: true });
    released = true;
    report(
      `An operation on ${place.stack} (process ${owner.pid}) ended without giving its lock back; the lock is released.`,
    );
  }
  return released;
}

function readLock(file: string): Lock | undefined {
  try {
    const { pid, hostname: host } = JSON.parse(readFileSync(file, "utf8")) as Partial<Lock>;
    return typeof pid === "number" && typeof host === "string" ? { pid, hostname: host } : undefined;
  } catch {
    // Half written or gone meanwhile: not ours to judge.
    return undefined;
  }
}
