// A lock between processes of one machine: a file that holds its owner's process id.
import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs `action` while holding the lock `file`; waits as long as another living process holds it.
 * The lock of a process that died is taken over. The signal ends the waiting.
 */
export async function withLock(file, action, report, signal) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const own = `${file}.${randomUUID()}`;
  // Linking a finished file is atomic: nobody can see a lock without its owner.
  writeFileSync(own, String(process.pid));
  try {
    await acquire(file, own, report, signal);
  } finally {
    rmSync(own, { force: true });
  }
  try {
    return await action();
  } finally {
    rmSync(file, { force: true });
  }
}

async function acquire(file, own, report, signal) {
  let announced = false;
  while (!tryLink(own, file)) {
    const owner = ownerOf(file);
    if (owner !== undefined && !isAlive(owner)) {
      takeAway(file, owner);
    } else {
      if (owner !== undefined && !announced) {
        report(
          `Waiting for process ${owner}, which is doing this already (${file}; delete it if that is another program)`,
        );
        announced = true;
      }
      await sleep(100, undefined, { signal });
    }
  }
}

function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function ownerOf(file) {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Removes a dead owner's lock, but not one that somebody else has put in its place meanwhile. */
function takeAway(file, deadOwner) {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  if (ownerOf(aside) !== deadOwner) tryLink(aside, file);
  rmSync(aside);
}
