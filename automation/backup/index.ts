/** Backups of a stack's database, and a restore that is tried: the same functions for every target. */
import * as path from "node:path";
import { withLock } from "../../tools/lock.mjs";
import { WAIT_FOR_LOCK } from "../engine/locks";
import { placeOf, type StackPlace } from "../engine/project";
import type { OperationOptions } from "../engine/operations";
import { SlipwayError } from "../errors";
import { operationsOf, unavailable, type StackRef } from "../operations";
import { patiently, type Patient } from "../waiting";
import {
  chosenBackup,
  newestFirst,
  type Backup,
  type BackupOperations,
  type BackupOptions,
  type MadeBackup,
  type Restored,
  type RestoreTest,
  type RestoreTestWish,
} from "./backup";
import { backupFolder } from "./record";

export type {
  Backup,
  BackupKind,
  BackupOptions,
  Contents,
  MadeBackup,
  Restored,
  RestoreCheck,
  RestoreTest,
} from "./backup";
export { lastRestoreTest, type PassedRestoreTest } from "./record";

/**
 * Backs the database of each of the stack's targets up.
 *
 * @throws SlipwayError (usage) when no target has backups; (state) when nothing was deployed; (tool) without the
 *   database's client programs; (failed) with what they, or the cloud, say
 * @example
 * ```ts
 * const [made] = await backup({ stack: "prod", keep: 14 });
 * console.log(made?.id, made?.tables);
 * ```
 */
export async function backup({
  stack,
  project,
  ...options
}: StackRef & BackupOptions & Patient): Promise<MadeBackup[]> {
  const { keep } = options;
  if (keep !== undefined && !(Number.isInteger(keep) && keep >= 1)) {
    throw new SlipwayError("usage", `${keep} backups cannot be kept: allowed are whole numbers from 1 on.`);
  }
  const made: MadeBackup[] = [];
  for (const { of, place } of all({ stack, ...(project !== undefined && { project }) })) {
    made.push(await patiently(options, () => of.create(place, options)));
  }
  return made;
}

/**
 * Backups that are kept of a stack, newest first. Of a target that has none to tell of, as it is not deployed, a message
 * says why.
 *
 * @throws as {@link backup}, where no target can tell of any
 */
export async function backups({
  onProgress,
  ...ref
}: StackRef & Pick<OperationOptions, "onProgress">): Promise<Backup[]> {
  const asked = await Promise.allSettled(all(ref).map(({ of, place }) => of.list(place)));
  const found = asked.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  for (const each of asked) {
    if (each.status === "fulfilled") continue;
    const reason: unknown = each.reason;
    const lacking = reason instanceof SlipwayError && (reason.kind === "state" || reason.kind === "usage");
    if (!lacking || found.length === 0) throw reason;
    onProgress?.({ kind: "message", message: reason.message });
  }
  // One folder serves all targets that keep files.
  const known = new Map(found.flat().map((each) => [`${each.target} ${each.id}`, each]));
  return newestFirst([...known.values()]);
}

/** What {@link restore} is told. */
export interface RestoreOptions extends StackRef, OperationOptions, Patient {
  /** Name of the backup, or its beginning. @default the newest that is complete */
  backup?: string;
  /** The stack whose backup it is. @default the stack itself */
  from?: string;
  /**
   * Name of what is made for the data: a file for SQLite, a database on the stack's server, an instance of RDS, an app of
   * Heroku. Nothing that holds data is written over.
   */
  into?: string;
  /** In place of `into`: the stack's own database, whose data is replaced after it was backed up. @default false */
  live?: boolean;
  /** Asked before live data is replaced; false ends without a change. @default nobody is asked */
  confirm?: (backup: Backup) => Promise<boolean>;
}

/**
 * Restores a backup: into something new, or, where it is asked for, in the place of the stack's own data.
 *
 * @throws SlipwayError (usage) without one of `into` and `live`, for what is there already, or a backup that is not
 *   there; (declined); else as {@link backup}
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { stack, project, from = stack, into, live = false, confirm, backup: wanted, ...rest } = options;
  if ((into === undefined) !== live) {
    const mend = "--into <something new>, or --live for the stack's own database";
    throw new SlipwayError("usage", "A restore goes into one place, which has to be named.", mend);
  }
  const ref = { stack, ...(project !== undefined && { project }) };
  const chosen = chosenBackup(from, await backups({ ...rest, ...ref, stack: from }), wanted);
  const targets = all(ref);
  const { of } = targets.find(({ target }) => target === chosen.target) ?? targets[0];
  if (live && confirm !== undefined && !(await confirm(chosen))) {
    throw new SlipwayError("declined", "Nothing was changed.");
  }
  const wish = { ...rest, backup: chosen.id, from: placeOf(from, project), ...(into !== undefined && { into }) };
  return patiently(rest, () => of.restore(placeOf(stack, project), wish));
}

/**
 * Restores the newest backup of each target into something that is made for it and removed afterwards, and looks whether
 * it is whole. A test that is passed is recorded: see {@link lastRestoreTest}.
 *
 * @returns what was found; a backup that cannot be restored is no error
 * @throws SlipwayError as {@link backup}
 */
export async function restoreTest({
  stack,
  project,
  ...wish
}: StackRef & RestoreTestWish & Patient): Promise<RestoreTest[]> {
  const tests: RestoreTest[] = [];
  const ref = { stack, ...(project !== undefined && { project }) };
  for (const { target, of, place } of all(ref)) {
    const own = wish.backup === undefined ? undefined : await of.list(place);
    // A backup that is named is of one target.
    if (own?.some((each) => each.target === target && each.id.startsWith(wish.backup ?? "")) === false) continue;
    tests.push(await patiently(wish, () => oneTest(place, () => of.test(place, wish))));
  }
  if (tests.length === 0) throw noSuch(stack, wish.backup);
  return tests;
}

/** Runs a test while no other one of the stack does: both would restore into the same place. */
function oneTest<T>(place: StackPlace, test: () => Promise<T>): Promise<T> {
  const held = new AbortController();
  const refuse = (): void => held.abort();
  const lock = path.join(backupFolder(place), "tests", "lock");
  return withLock(lock, test, refuse, held.signal).catch((error: unknown) => {
    if (!held.signal.aborted) throw error;
    const problem = `Another restore test of ${place.stack} is under way on this machine.`;
    throw new SlipwayError("locked", problem, WAIT_FOR_LOCK, { cause: error });
  });
}

interface OfTarget {
  target: Backup["target"];
  of: BackupOperations;
  place: ReturnType<typeof placeOf>;
}

/** What each target can do with its backups. @throws SlipwayError (usage) when none can */
function all(ref: StackRef): [OfTarget, ...OfTarget[]] {
  const place = placeOf(ref.stack, ref.project);
  const [first, ...others] = operationsOf(ref, "backups").map(({ target, operation }) => ({
    target,
    of: operation,
    place,
  }));
  if (first === undefined) throw unavailable(ref, "backups");
  return [first, ...others];
}

function noSuch(stack: string, wanted = ""): SlipwayError {
  return new SlipwayError(
    "usage",
    `${JSON.stringify(wanted)} is no backup of ${stack}.`,
    `slipway backups --stack ${stack}`,
  );
}
