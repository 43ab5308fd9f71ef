/** Locks on a stack: who holds one, and those of the file backend that a process has left that is gone. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import * as path from "node:path";
import { isAlive } from "../../providers/host/processes";
import { SlipwayError } from "../errors";
import { slipwayFolder, type StackPlace } from "./project";

/** What mends that somebody else is at work. */
export const WAIT_FOR_LOCK = "wait for it to end, or say how long to wait: --wait-for-lock <seconds>";

/** What Pulumi writes into a lock of its file backend. */
interface Lock {
  pid: number;
  username: string;
  hostname: string;
  /** When it was taken; ISO 8601. */
  timestamp: string;
}

/** How the engine's command says whose lock it has met with, on every backend that keeps files. */
const HELD = /created by (.+)@(\S+) \(pid (\d+)\) at (\S+)/;

/**
 * The error of a stack that another operation works on.
 *
 * @param said what the engine's command said when it met with the lock
 */
export function lockedError(place: StackPlace, said: string, cause: unknown): SlipwayError {
  const [, username = "", hostname = "", pid, timestamp = ""] = HELD.exec(said) ?? [];
  return heldBy(place, pid === undefined ? undefined : { pid: Number(pid), username, hostname, timestamp }, cause);
}

function heldBy({ stack }: StackPlace, lock: Lock | undefined, cause?: unknown): SlipwayError {
  const who = lock && `: process ${lock.pid} of ${lock.username} on ${lock.hostname}, since ${lock.timestamp}`;
  return new SlipwayError("locked", `Another operation on stack ${stack} is under way${who ?? ""}.`, WAIT_FOR_LOCK, {
    cause,
  });
}

/**
 * Looks at the locks of the project's file backend, before anything is planned; other backends refuse when it comes to
 * the change.
 *
 * @throws SlipwayError (locked) that says who holds the stack
 */
export function refuseHeld(place: StackPlace): void {
  const [held] = locksOf(place);
  if (held !== undefined) throw heldBy(place, held.lock);
}

/**
 * Removes the locks of a stack whose owner ran on this machine and runs no more, as after a crash or a reboot. A lock
 * of a living process, or of another machine, stays.
 *
 * @param report is told of each lock removed
 * @returns whether there were any
 */
export async function releaseStaleLocks(place: StackPlace, report: (message: string) => void): Promise<boolean> {
  let released = false;
  for (const { file, lock } of locksOf(place)) {
    if (lock.hostname !== hostname() || (await isAlive(lock.pid))) continue;
    for (const each of [file, `${file}.attrs`]) rmSync(each, { force: true });
    released = true;
    report(
      `An operation on ${place.stack} (process ${lock.pid}) ended without giving its lock back; the lock is released.`,
    );
  }
  return released;
}

function locksOf(place: StackPlace): { file: string; lock: Lock }[] {
  const root = path.join(slipwayFolder(place), "state", ".pulumi", "locks");
  const files = existsSync(root) ? readdirSync(root, { recursive: true, encoding: "utf8" }) : [];
  return files
    .filter((name) => name.endsWith(".json") && path.basename(path.dirname(name)) === place.stack)
    .map((name) => path.join(root, name))
    .flatMap((file) => {
      const lock = readLock(file);
      return lock === undefined ? [] : [{ file, lock }];
    });
}

function readLock(file: string): Lock | undefined {
  try {
    const lock = JSON.parse(readFileSync(file, "utf8")) as Partial<Lock>;
    const { pid, username = "somebody", hostname: host, timestamp = "some time" } = lock;
    return typeof pid === "number" && typeof host === "string"
      ? { pid, username, hostname: host, timestamp }
      : undefined;
  } catch {
    // Half written or gone meanwhile: not ours to judge.
    return undefined;
  }
}
