/** One provider process at a time acts on the folder of a stack. */
import { link, rename, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { endChildrenLeftOver } from "./children";
import { hasCode, isThere, readIfThere } from "./files";
import { prepare } from "./paths";
import { birthOf } from "./processes";
import { until } from "./wait";

const WAIT_SECONDS = 15;

/** Another process works in the stack's folder, and has not ended in time. */
export class RootHeld extends Error {}

interface Held {
  users: number;
  ready: Promise<void>;
}
const held = new Map<string, Held>();

/**
 * Runs `action` while this process holds the stack's folder; actions of this process share it. An action may move the folder
 * away, and the lock with it: what others hold in a new one by then is theirs.
 *
 * @throws RootHeld that names the other process when it still holds the folder after 15 seconds
 */
export async function withRootLock<T>(root: string, signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  const lock = path.join(prepare(root).run, "lock");
  const entry = held.get(root) ?? { users: 0, ready: acquire(root, lock, signal) };
  held.set(root, entry);
  entry.users += 1;
  try {
    await entry.ready;
    return await action();
  } finally {
    entry.users -= 1;
    if (entry.users === 0) {
      held.delete(root);
      if ((await readIfThere(lock)) === (await identity())) await rm(lock, { force: true });
    }
  }
}

async function acquire(root: string, lock: string, signal: AbortSignal): Promise<void> {
  const mine = `${lock}.${process.pid}`;
  const claim = async (): Promise<void> => {
    prepare(root);
    await writeFile(mine, await identity(), { mode: 0o600 });
  };
  await claim();
  try {
    const taken = await until(WAIT_SECONDS, signal, async () => {
      if (await tryToTake(lock, mine)) return true;
      // The folder was moved away, and what it held with it.
      if (!(await isThere(mine))) await claim();
      return undefined;
    });
    if (taken !== true) {
      const [holder] = ((await readIfThere(lock)) ?? "").split(" ");
      throw new RootHeld(
        `Another deployment (process ${holder}) is working in ${root}: wait until it has ended, then run this one again.`,
      );
    }
  } finally {
    await rm(mine, { force: true });
  }
  await endChildrenLeftOver(root);
}

/** What tells this process from every other one, those that have its id later included. */
async function identity(): Promise<string> {
  return `${process.pid} ${await birthOf(process.pid)}`;
}

async function tryToTake(lock: string, mine: string): Promise<boolean> {
  try {
    await link(mine, lock);
    return true;
  } catch (error) {
    if (!hasCode(error, "EEXIST", "ENOENT")) throw error;
  }
  const text = (await readIfThere(lock)) ?? "";
  const [pid = "", ...birth] = text.split(" ");
  if (text !== "" && (await birthOf(Number(pid))) !== birth.join(" ")) await breakStale(lock, mine, text);
  return false;
}

/** Takes a dead holder's lock away; when somebody else was faster, what was taken is theirs and goes back. */
async function breakStale(lock: string, mine: string, stale: string): Promise<void> {
  const aside = `${mine}.stale`;
  try {
    await rename(lock, aside);
    if ((await readIfThere(aside)) !== stale) await link(aside, lock);
  } catch (error) {
    if (!hasCode(error, "ENOENT", "EEXIST")) throw error;
  }
  await rm(aside, { force: true });
}
