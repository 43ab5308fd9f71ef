/** Backups of an RDS instance: snapshots, which AWS makes and keeps. What is restored is an instance of its own, always. */
import {
  CreateDBSnapshotCommand,
  DeleteDBSnapshotCommand,
  paginateDescribeDBSnapshots,
  waitUntilDBSnapshotAvailable,
  type DBSnapshot,
  type RDSClient,
} from "@aws-sdk/client-rds";
import type { TargetName } from "../../components/config";
import { WAIT_FOR_LOCK } from "../engine/locks";
import type { StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";
import { waiting } from "../patience";
import {
  chosenBackup,
  newestFirst,
  timeName,
  tooMany,
  type Backup,
  type BackupOptions,
  type MadeBackup,
  type Restored,
  type RestoreTest,
  type RestoreTestWish,
  type RestoreWish,
} from "./backup";
import { checksOf, instanceOf, removeInstance, restoredInstance, type Wanted } from "./rds-instance";
import { judged } from "./record";
import { PATIENCE, told } from "./waiting";

/** The instance of a stack, and whom to ask about it. */
export interface RdsDatabase {
  place: StackPlace;
  target: TargetName;
  rds: RDSClient;
  /** Where the instance answers. */
  host: string;
  /** Version of the release that serves. */
  release?: string;
}

/** Marks snapshots that Slipway made, and that `keep` may therefore remove. */
const OWN = "slipway:backup";
const RELEASE = "slipway:release";
/** Longest name of an instance. */
const LONGEST = 63;

/** Has RDS make a snapshot of the instance, and waits until it can be restored. */
export async function snapshotOfRds(
  database: RdsDatabase,
  options: BackupOptions,
  patience = PATIENCE,
): Promise<MadeBackup> {
  const { rds, release } = database;
  const instance = identifierOf(database);
  const id = `${instance}-slipway-${timeName(new Date()).toLowerCase()}`;
  const tags = [
    { Key: OWN, Value: "yes" },
    { Key: "slipway:stack", Value: database.place.stack },
    ...(release === undefined ? [] : [{ Key: RELEASE, Value: release }]),
  ];
  const wanted = { DBInstanceIdentifier: instance, DBSnapshotIdentifier: id, Tags: tags };
  await rds.send(new CreateDBSnapshotCommand(wanted)).catch(unlessBusy);
  options.onProgress?.({ kind: "message", message: `RDS makes the snapshot ${id}.` });
  await told(
    `The snapshot ${id}`,
    options,
    () => waitUntilDBSnapshotAvailable(waiting(rds, options, patience), { DBSnapshotIdentifier: id }),
    `AWS goes on with the snapshot ${id}: slipway backups --stack ${database.place.stack}`,
  );
  const known = await snapshotsOf(database);
  const made = known.find((backup) => backup.id === id);
  if (made === undefined) throw new SlipwayError("failed", `RDS does not list the snapshot ${id} that it has made.`);
  const old = tooMany(
    known.filter(({ own }) => own),
    options.keep,
  );
  for (const { id: name } of old) await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: name }));
  return { ...shown(made), removed: old.map((each) => each.id) };
}

/** Snapshots of the instance, those that RDS makes by itself too. */
export async function backupsAtRds(database: RdsDatabase): Promise<Backup[]> {
  return (await snapshotsOf(database)).map(shown);
}

/**
 * Restores a snapshot into a new instance, beside the stack's own and in its network.
 *
 * @throws SlipwayError (usage) without a name for it
 */
export async function restoreAtRds(
  database: RdsDatabase,
  from: RdsDatabase,
  wish: RestoreWish,
  patience = PATIENCE,
): Promise<Restored> {
  const { rds, target, place } = database;
  const { into } = wish;
  if (into === undefined) {
    const problem = `The instance of ${place.stack} is not written over: RDS restores into a new one.`;
    throw new SlipwayError("usage", problem, "slipway restore --into <name of the new instance>");
  }
  const { snapshot, backup } = await chosen(from, wish.backup);
  const source = await instanceOf(rds, identifierOf(database), place);
  const wanted: Wanted = { name: into, multiAz: source.MultiAZ === true, protect: source.DeletionProtection === true };
  const made = await restoredInstance(rds, source, snapshot, wanted, wish, patience);
  const notes = [
    `It answers at ${made.Endpoint?.Address ?? "an address of its own"}, with the users and passwords of the snapshot, and costs as its like.`,
    `To serve from it: slipway config set ${target}.database '{engine: url}' --stack ${place.stack}, and its URL with --secret.`,
  ];
  return { backup, into: `the instance ${into}`, notes };
}

/** Restores into an instance that is removed again, and looks whether it came to be as its snapshot says. */
export async function testAtRds(
  database: RdsDatabase,
  wish: RestoreTestWish,
  patience = PATIENCE,
): Promise<RestoreTest> {
  const { rds, place, target } = database;
  const { snapshot, backup } = await chosen(database, wish.backup);
  const instance = identifierOf(database);
  const source = await instanceOf(rds, instance, place);
  const name = `${instance.slice(0, LONGEST - "-slipway-test".length)}-slipway-test`.replaceAll(/-+/g, "-");
  // What one that was killed has left.
  await removeInstance(rds, name, patience);
  try {
    const made = await restoredInstance(rds, source, snapshot, { name }, wish, patience);
    return judged(place, target, backup, checksOf(made, source, snapshot));
  } finally {
    await removeInstance(rds, name, patience);
  }
}

/**
 * @throws SlipwayError (locked) while the instance is changed, backed up or moved
 * @source https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html: InvalidDBInstanceState
 */
function unlessBusy(error: unknown): never {
  if (!(error instanceof Error) || !/^InvalidDBInstanceState/.test(error.name)) throw error;
  throw new SlipwayError("locked", `RDS makes no snapshot now: ${error.message}`, WAIT_FOR_LOCK, { cause: error });
}

/** A snapshot, as a backup. */
interface Snapshot extends Backup {
  own: boolean;
  snapshot: DBSnapshot;
}

/** The first label of an instance's host is its name. */
function identifierOf({ host }: RdsDatabase): string {
  return host.split(".")[0] ?? "";
}

async function snapshotsOf(database: RdsDatabase): Promise<Snapshot[]> {
  const { rds, target } = database;
  const found: Snapshot[] = [];
  const asked = { DBInstanceIdentifier: identifierOf(database) };
  for await (const { DBSnapshots = [] } of paginateDescribeDBSnapshots({ client: rds }, asked)) {
    found.push(...DBSnapshots.map((snapshot) => backupOf(snapshot, target)));
  }
  return newestFirst(found);
}

function backupOf(snapshot: DBSnapshot, target: TargetName): Snapshot {
  const { DBSnapshotIdentifier: id = "", SnapshotCreateTime: time, Status, TagList = [] } = snapshot;
  const tags = new Map(TagList.map(({ Key, Value }) => [Key, Value]));
  const release = tags.get(RELEASE);
  return {
    id,
    target,
    kind: "rds",
    // One that is being made has no time yet.
    createdAt: (time ?? new Date()).toISOString(),
    complete: Status === "available",
    ...(release !== undefined && { release }),
    own: tags.has(OWN),
    snapshot,
  };
}

function shown({ id, target, kind, createdAt, complete, release }: Snapshot): Backup {
  return { id, target, kind, createdAt, complete, ...(release !== undefined && { release }) };
}

async function chosen(database: RdsDatabase, wanted?: string): Promise<{ backup: Backup; snapshot: DBSnapshot }> {
  const found = chosenBackup(database.place.stack, await snapshotsOf(database), wanted);
  return { backup: shown(found), snapshot: found.snapshot };
}
