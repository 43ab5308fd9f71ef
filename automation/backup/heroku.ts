/** Backups of Heroku Postgres, which Heroku makes and keeps. What is restored goes into the database of an app of its own. */
import { tmpdir } from "node:os";
import { createWaiter, WaiterState } from "@smithy/util-waiter";
import { ATTACHED } from "../../components/heroku/names";
import type { OperationOptions } from "../engine/operations";
import type { StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";
import type { Addon, App, Attachment, DataApi, Transfer } from "../heroku/data-api";
import { waiting, type Patience } from "../patience";
import { stopped } from "../stopping";
import { visibleLines } from "../visible";
import {
  chosenBackup,
  contentChecks,
  newestFirst,
  tooMany,
  type Backup,
  type BackupOptions,
  type Contents,
  type MadeBackup,
  type Restored,
  type RestoreTest,
  type RestoreTestWish,
  type RestoreWish,
} from "./backup";
import { connectionOf } from "./connection";
import { postgresEngine, requirePsql } from "./postgres";
import { judged } from "./record";
import { PATIENCE } from "./waiting";

/** A stack's app, and whom to ask about it. */
export interface HerokuDatabase {
  place: StackPlace;
  api: DataApi;
  /** Name or UUID. */
  app: string;
}

const SAID_LINES = 5;

/** A backup with where it lies. */
interface Captured extends Backup {
  num: number;
  url: string;
  scheduled: boolean;
}

/** Has Heroku make a backup, and waits for its end. */
export async function captureAtHeroku(
  heroku: HerokuDatabase,
  options: BackupOptions,
  patience = PATIENCE,
): Promise<MadeBackup> {
  const { api } = heroku;
  const { id, app } = await databaseOf(heroku);
  options.onProgress?.({ kind: "message", message: "Heroku makes the backup." });
  const begun = await api.capture(id);
  const made = backupOf(
    await ended(api, app.name, begun.uuid, options, patience).catch((error: unknown) => {
      const onward = `Heroku goes on with it: slipway backups --stack ${heroku.place.stack}`;
      throw options.signal?.aborted === true ? stopped(options.signal, onward) : error;
    }),
  );
  const own = (await captured(api, app.name)).filter(({ scheduled }) => !scheduled);
  const old = tooMany(own, options.keep);
  for (const { num } of old) await api.removeTransfer(app.name, num);
  return { ...shown(made), removed: old.map((each) => each.id) };
}

/** Backups that Heroku keeps of the app's databases, its own by schedule too. */
export async function backupsAtHeroku(heroku: HerokuDatabase): Promise<Backup[]> {
  const { app } = await databaseOf(heroku);
  return (await captured(heroku.api, app.name)).map(shown);
}

/**
 * Restores into the database of a new app, of the same plan.
 *
 * @throws SlipwayError (usage) without a name for it; (failed) when Heroku refuses, and then nothing is left of it
 */
export async function restoreAtHeroku(
  heroku: HerokuDatabase,
  from: HerokuDatabase,
  wish: RestoreWish,
  patience = PATIENCE,
): Promise<Restored> {
  const { into } = wish;
  const { stack } = heroku.place;
  if (into === undefined) {
    const problem = `The database of ${stack} at Heroku is not written over: a restore that fails would leave half of it.`;
    throw new SlipwayError("usage", problem, "slipway restore --into <name of a new app>");
  }
  const { backup, url } = await chosen(from, wish.backup);
  const { app, addon } = await restoredApp(heroku, into, url, wish, patience);
  const note =
    `Its database is the add-on ${addon.name}; to serve from it: ` +
    `heroku addons:attach ${addon.name} --as ${ATTACHED.database} --app ${heroku.app} --confirm ${heroku.app}`;
  return { backup, into: `the app ${app.name}`, notes: [note] };
}

/** Restores into an app that is removed again, and looks into its database with psql. */
export async function testAtHeroku(
  heroku: HerokuDatabase,
  wish: RestoreTestWish,
  patience = PATIENCE,
): Promise<RestoreTest> {
  const { place, api } = heroku;
  // Before anything is made that costs.
  await requirePsql();
  const { backup, url } = await chosen(heroku, wish.backup);
  const name = trialOf(await api.app(heroku.app));
  await removeLeftOver(api, name, wish);
  const { app } = await restoredApp(heroku, name, url, wish, patience);
  try {
    const checks = contentChecks(backup, await contentsOf(await api.configVars(app.name), wish));
    return judged(place, "heroku", backup, checks);
  } finally {
    await removeApp(api, app);
  }
}

/** Name of the app that a test of an app's backups makes: the next one finds by it what one that was killed has left. */
function trialOf({ id }: App): string {
  return `slipway-test-${id.replaceAll("-", "").slice(0, 12)}`;
}

/** @throws SlipwayError (usage) when it is an app that something was built for, which no test does */
async function removeLeftOver(api: DataApi, name: string, { onProgress }: OperationOptions): Promise<void> {
  const left = await api.appIfThere(name);
  if (left === undefined) return;
  if (left.slug_size !== null) {
    const problem = `There is an app ${name} that no restore test has made: something was built for it.`;
    throw new SlipwayError("usage", problem, `heroku apps:rename <another name> --app ${name}`);
  }
  onProgress?.({
    kind: "message",
    message: `The app ${name}, which a test has left that was killed, is removed first.`,
  });
  await removeApp(api, left);
}

/** The database that the app serves from. */
async function databaseOf({ api, app, place }: HerokuDatabase): Promise<Attachment["addon"]> {
  const found = (await api.attachments(app)).find(({ name }) => name === ATTACHED.database);
  if (found !== undefined) return found.addon;
  const problem = `The app ${app} has no database of Heroku's attached as ${ATTACHED.database}.`;
  throw new SlipwayError("state", problem, `slipway up --stack ${place.stack}`);
}

/** An app whose database holds a backup. What has been made of it is removed where that fails. */
async function restoredApp(
  heroku: HerokuDatabase,
  name: string | undefined,
  url: string,
  options: OperationOptions,
  patience: Patience,
): Promise<{ app: App; addon: Addon }> {
  const { api } = heroku;
  const { id } = await databaseOf(heroku);
  const [{ plan }, own] = await Promise.all([api.addon(id), api.app(heroku.app)]);
  if (own.space !== null) {
    const problem = `The app ${own.name} is in the Private Space ${own.space.name}: its databases cannot be reached from here.`;
    throw new SlipwayError("usage", problem, "heroku pg:backups:restore, on a dyno of the space");
  }
  const app = await api.createApp(own, name);
  options.onProgress?.({ kind: "message", message: `Heroku has made the app ${app.name}; its database follows.` });
  try {
    const addon = await provisioned(api, await api.createAddon(app.id, plan.name), options, patience);
    await ended(api, app.name, (await api.restore(addon.id, url)).uuid, options, patience);
    return { app, addon };
  } catch (error) {
    await removeApp(api, app);
    throw error;
  }
}

async function removeApp(api: DataApi, { name }: App): Promise<void> {
  await api.removeApp(name).catch((error: unknown) => {
    const problem = `The app ${name}, which was made to restore into, could not be removed, and costs: ${String(error)}`;
    throw new SlipwayError("failed", problem, `heroku apps:destroy --app ${name}`, { cause: error });
  });
}

function provisioned(api: DataApi, made: Addon, options: OperationOptions, patience: Patience): Promise<Addon> {
  return waited(`the add-on ${made.name} to be there`, options, patience, async () => {
    const addon = await api.addon(made.id);
    if (addon.state === "deprovisioned")
      throw new SlipwayError("failed", `Heroku did not make the add-on ${made.name}.`);
    return addon.state === "provisioned" ? addon : undefined;
  });
}

/** Waits for the end of a transfer, which has to be a good one. */
function ended(
  api: DataApi,
  app: string,
  uuid: string,
  options: OperationOptions,
  patience: Patience,
): Promise<Transfer> {
  return waited("the transfer to end", options, patience, async () => {
    const transfer = await api.transfer(app, uuid);
    if (transfer.finished_at === null) return undefined;
    if (transfer.succeeded === true) return transfer;
    const said = (transfer.logs ?? []).slice(-SAID_LINES).map(({ message }) => visibleLines(message));
    throw new SlipwayError("failed", [`Heroku says that ${nameOf(transfer)} failed.`, ...said].join("\n  "));
  });
}

/** Asks until there is an answer. */
async function waited<T>(
  what: string,
  options: OperationOptions,
  patience: Patience,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  let answer: T | undefined;
  await createWaiter(waiting(undefined, options, patience), undefined, async () => {
    answer = await ask();
    return { state: answer === undefined ? WaiterState.RETRY : WaiterState.SUCCESS };
  });
  if (answer !== undefined) return answer;
  if (options.signal?.aborted === true) throw stopped(options.signal);
  throw new SlipwayError("failed", `Heroku was waited for in vain: ${what}.`, "heroku status says how Heroku is");
}

async function captured(api: DataApi, app: string): Promise<Captured[]> {
  const backups = (await api.transfers(app)).filter((each) => each.from_type === "pg_dump" && each.to_type === "gof3r");
  return newestFirst(backups.map(backupOf));
}

async function chosen(heroku: HerokuDatabase, wanted: string | undefined): Promise<{ backup: Backup; url: string }> {
  const { app } = await databaseOf(heroku);
  const found = chosenBackup(heroku.place.stack, await captured(heroku.api, app.name), wanted);
  return { backup: shown(found), url: found.url };
}

/** The names that Heroku's command line shows: `a` of a schedule, `b` of somebody's own. */
function nameOf({ num, from_type: from, schedule }: Transfer): string {
  const letter = from === "pg_dump" ? (schedule ? "a" : "b") : "r";
  return `${letter}${String(num).padStart(3, "0")}`;
}

function backupOf(transfer: Transfer): Captured {
  const { num, created_at: createdAt, processed_bytes: bytes, succeeded, schedule, to_url: url } = transfer;
  return {
    id: nameOf(transfer),
    target: "heroku",
    kind: "heroku-postgres",
    createdAt: new Date(createdAt).toISOString(),
    complete: succeeded === true && url !== null,
    ...(bytes !== null && { bytes }),
    num,
    url: url ?? "",
    scheduled: Boolean(schedule),
  };
}

/** What is told of a backup: whoever has its address can read it. */
function shown({ id, target, kind, createdAt, complete, bytes }: Captured): Backup {
  return { id, target, kind, createdAt, complete, ...(bytes !== undefined && { bytes }) };
}

/** What is in an app's database, which takes encrypted connections alone. */
function contentsOf(vars: Readonly<Record<string, string>>, { signal }: OperationOptions): Promise<Contents> {
  const url = vars["DATABASE_URL"] ?? "";
  const connection = connectionOf(url);
  if (connection.kind !== "postgres")
    throw new SlipwayError("failed", "The new app has no DATABASE_URL of PostgreSQL.");
  const server = { ...connection, query: { sslmode: "require", ...connection.query } };
  const context = { url, cwd: tmpdir(), folder: tmpdir(), environment: process.env, ...(signal && { signal }) };
  return postgresEngine(server, context).contents(connection.database);
}
