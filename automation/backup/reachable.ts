/** Backups of a database that this machine reaches by its URL: files in the stack's own folder. */
import { mkdir } from "node:fs/promises";
import * as path from "node:path";
import type { TargetName } from "../../components/config";
import { namedByCaller } from "../caller";
import type { StackPlace } from "../engine/project";
import type { OperationOptions } from "../engine/operations";
import { SlipwayError } from "../errors";
import {
  chosenBackup,
  contentChecks,
  tooMany,
  type BackupOperations,
  type BackupOptions,
  type MadeBackup,
  type Restored,
  type RestoreCheck,
  type RestoreTest,
  type RestoreTestWish,
  type RestoreWish,
} from "./backup";
import { connectionOf } from "./connection";
import type { DatabaseEngine } from "./engine";
import { mariadbEngine } from "./mariadb";
import { postgresEngine } from "./postgres";
import { run } from "./programs";
import { backupFolder, judged } from "./record";
import { sqliteEngine } from "./sqlite";
import { removeStored, storeBackup, storedBackups, wholeFile, type StoredBackup } from "./store";

/** A stack's database, and the application around it. */
export interface Source {
  target: TargetName;
  /** SQLAlchemy URL. */
  url: string;
  /** Folder that paths in the URL start at. */
  cwd: string;
  /** Environment of the application's commands, and of Python. */
  environment: NodeJS.ProcessEnv;
  /** Release that serves. */
  release?: string;
  /** The application's own question for its revision, given a database's URL; absent where it cannot be asked here. */
  current?: { command: readonly string[]; environment: (url: string) => NodeJS.ProcessEnv };
  /**
   * Runs an action while the application writes nothing; absent where that cannot be brought about from here.
   *
   * @returns what the action does, and whether the application serves again
   */
  paused?: <T>(action: () => Promise<T>) => Promise<{ result: T; serves: boolean }>;
}

type SourceOf = (place: StackPlace) => Promise<Source>;

/** What can be done with backups of the databases that `sourceOf` finds. */
export function reachableBackups(sourceOf: SourceOf): BackupOperations {
  return {
    create: async (place, options) => create(place, await sourceOf(place), options),
    list: async (place) => storedBackups(backupFolder(place)),
    restore: async (place, wish) => restore(place, await sourceOf(place), wish),
    test: async (place, wish) => test(place, await sourceOf(place), wish),
  };
}

function engineFor(place: StackPlace, source: Source, { signal }: OperationOptions): DatabaseEngine {
  const { url, cwd, environment } = source;
  const folder = path.join(backupFolder(place), "tests");
  const context = { url, cwd, environment, folder, ...(signal && { signal }) };
  const connection = connectionOf(url);
  if (connection.kind === "sqlite") return sqliteEngine(connection.file, context);
  return connection.kind === "postgres" ? postgresEngine(connection, context) : mariadbEngine(connection, context);
}

async function create(place: StackPlace, source: Source, options: BackupOptions): Promise<MadeBackup> {
  const folder = backupFolder(place);
  const { target, release } = source;
  const engine = engineFor(place, source, options);
  const { kind, extension } = engine;
  const known = { target, kind, extension, ...(release !== undefined && { release }) };
  const made = await storeBackup(folder, known, (file) => engine.dump(file));
  const old = tooMany(
    (await storedBackups(folder)).filter((backup) => backup.target === target),
    options.keep,
  );
  for (const backup of old) await removeStored(folder, backup);
  return { ...made, removed: old.map(({ id }) => id) };
}

async function restore(place: StackPlace, source: Source, wish: RestoreWish): Promise<Restored> {
  const engine = engineFor(place, source, wish);
  const { file, backup } = await fileOf(wish.from, engine, wish.backup);
  if (wish.into === undefined) return replace(place, source, wish, backup, () => engine.replace(file));
  const into = engine.kind === "sqlite" ? namedByCaller(wish.into) : wish.into;
  await engine.restoreInto(file, into);
  return { backup, into, notes: [] };
}

/** Puts a backup in the place of the live data, of which a backup is made first. */
async function replace(
  place: StackPlace,
  source: Source,
  wish: RestoreWish,
  backup: StoredBackup,
  put: () => Promise<string[]>,
): Promise<Restored> {
  if (source.paused === undefined) {
    const problem = `The application of ${place.stack} cannot be held from here while its data is replaced.`;
    throw new SlipwayError("usage", problem, "restore with --into <a new database>, and set the stack's URL to it");
  }
  const { result, serves } = await source.paused(async () => {
    wish.onProgress?.({
      kind: "message",
      message: "The processes are held; the data as it is now is backed up first.",
    });
    const before = await create(place, source, wish);
    return { before, left: await put() };
  });
  const { stack } = place;
  const { before, left } = result;
  const notes = [
    ...left,
    ...(backup.revision === before.revision
      ? []
      : [`The schema is of another revision than before: slipway migrate --stack ${stack}`]),
    ...(serves ? [] : [`The application does not serve since: slipway status --stack ${stack}`]),
  ];
  return { backup, into: `the database of ${stack}`, before: before.id, notes };
}

async function test(place: StackPlace, source: Source, wish: RestoreTestWish): Promise<RestoreTest> {
  const engine = engineFor(place, source, wish);
  const { file, backup } = await fileOf(place, engine, wish.backup);
  return judged(place, source.target, backup, await tried(place, source, engine, file, backup, wish));
}

async function tried(
  place: StackPlace,
  source: Source,
  engine: DatabaseEngine,
  file: string,
  backup: StoredBackup,
  wish: OperationOptions,
): Promise<RestoreCheck[]> {
  await mkdir(path.join(backupFolder(place), "tests"), { recursive: true, mode: 0o700 });
  const { trial } = engine;
  // What one that was killed has left.
  await engine.drop(trial);
  try {
    await engine.restoreInto(file, trial);
    const found = await engine.contents(trial);
    const restored = { name: "restore", passed: true, found: "whole" };
    return [restored, ...contentChecks(backup, found), ...(await asked(source, engine.urlOf(trial), backup, wish))];
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.kind !== "failed" || error.mend !== undefined) throw error;
    return [{ name: "restore", passed: false, found: error.message }];
  } finally {
    await engine.drop(trial);
  }
}

/** Has the application open the restored database. */
async function asked(
  { current, cwd }: Source,
  url: string,
  { revision }: StoredBackup,
  { signal }: OperationOptions,
): Promise<RestoreCheck[]> {
  const [command, ...words] = current?.command ?? [];
  if (current === undefined || command === undefined || revision === undefined) return [];
  const name = current.command.join(" ");
  const program = { command, words, packages: command, cwd, environment: current.environment(url) };
  try {
    const said = await run({ ...program, ...(signal && { signal }) });
    const passed = revision.split(",").every((each) => said.includes(each));
    return [{ name, passed, found: said.trim() || "no revision" }];
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.kind !== "failed") throw error;
    return [{ name, passed: false, found: error.message }];
  }
}

/** The file of a backup that fits the engine. */
async function fileOf(
  place: StackPlace,
  engine: DatabaseEngine,
  wanted: string | undefined,
): Promise<{ file: string; backup: StoredBackup }> {
  const folder = backupFolder(place);
  const backup = chosenBackup(place.stack, await storedBackups(folder), wanted);
  if (backup.kind !== engine.kind) {
    const problem = `${backup.id} is a backup of ${backup.kind}, and the database here is of ${engine.kind}.`;
    throw new SlipwayError("usage", problem, `slipway backups --stack ${place.stack}`);
  }
  return { file: await wholeFile(backup), backup };
}
