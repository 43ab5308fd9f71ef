/** What a backup is, and what every target can do with its own. */
import type { TargetName } from "../../components/config";
import type { OperationOptions } from "../engine/operations";
import type { StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";

/** Which database, and by what it is backed up. */
export type BackupKind = "sqlite" | "postgres" | "mariadb" | "rds" | "heroku-postgres";

/** What a database holds, as far as it can be looked into. */
export interface Contents {
  /** Revision of the schema, as Alembic writes it down. */
  revision?: string;
  /** Table -> number of rows. */
  tables: Record<string, number>;
}

/** A backup of a stack's database. */
export interface Backup extends Partial<Contents> {
  /** Name to restore it by. */
  id: string;
  target: TargetName;
  kind: BackupKind;
  /** When it was begun; ISO 8601. */
  createdAt: string;
  /** False for one that is still being made, or that failed. */
  complete: boolean;
  bytes?: number;
  /** Version of the release that served. */
  release?: string;
  /** Where it lies, of one that is a file; absolute. */
  file?: string;
  /** Of that file; hexadecimal. */
  sha256?: string;
}

/** How a backup is made. */
export interface BackupOptions extends OperationOptions {
  /** How many of the backups that Slipway made are left; older ones are removed. At least 1. @default all */
  keep?: number;
}

/** A new backup, and what went for it. */
export interface MadeBackup extends Backup {
  /** Older backups that were removed. */
  removed: string[];
}

/** What is restored, and where to. */
export interface RestoreWish extends OperationOptions {
  /** Name of the backup, or its beginning. @default the newest that is complete */
  backup?: string;
  /** The stack whose backup it is. */
  from: StackPlace;
  /**
   * Name of what is made for it: a file, a database on the same server, an RDS instance, an add-on of Heroku.
   * @default the stack's own database, whose data it takes the place of
   */
  into?: string;
}

/** What a restore came to. */
export interface Restored {
  backup: Backup;
  /** What holds the data now. */
  into: string;
  /** Backup of what was there before, where there was something. */
  before?: string;
  /** What is left to do, a sentence each. */
  notes: string[];
}

/** One thing that a restored database was asked. */
export interface RestoreCheck {
  name: string;
  passed: boolean;
  found: string;
}

/** What became of a backup that was restored to see whether it can be. */
export interface RestoreTest {
  target: TargetName;
  backup: Backup;
  checks: RestoreCheck[];
  /** True when every check passed. */
  passed: boolean;
}

/** Which backup is tried. */
export type RestoreTestWish = Pick<RestoreWish, "backup" | keyof OperationOptions>;

/** What a target can do with backups of its database. */
export interface BackupOperations {
  create: (place: StackPlace, options: BackupOptions) => Promise<MadeBackup>;
  /** Backups that are kept, newest first. */
  list: (place: StackPlace) => Promise<Backup[]>;
  restore: (place: StackPlace, wish: RestoreWish) => Promise<Restored>;
  /** Restores into something that is made for it and removed afterwards, whatever it comes to. */
  test: (place: StackPlace, wish: RestoreTestWish) => Promise<RestoreTest>;
}

/** Newest first. */
export function newestFirst<T extends Pick<Backup, "createdAt">>(backups: readonly T[]): T[] {
  return [...backups].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/**
 * The backup that is meant.
 *
 * @param wanted its name or the beginning; @default the newest that is complete
 * @throws SlipwayError (usage) when there is no such backup, or it is not complete
 */
export function chosenBackup<T extends Backup>(stack: string, backups: readonly T[], wanted?: string): T {
  const fitting = newestFirst(backups).filter(({ id, complete }) =>
    wanted === undefined ? complete : id.startsWith(wanted),
  );
  const found = fitting.find(({ id }) => id === wanted) ?? fitting[0];
  if (found?.complete === true && (wanted === undefined || found.id === wanted || fitting.length === 1)) return found;
  if (backups.length === 0) {
    throw new SlipwayError("usage", `There is no backup of ${stack}.`, `slipway backup --stack ${stack}`);
  }
  const why =
    found === undefined || fitting.length > 1 ? "is not one backup" : "is not complete, and cannot be restored";
  throw new SlipwayError("usage", `${JSON.stringify(wanted ?? "")} ${why}.`, `slipway backups --stack ${stack}`);
}

/** Of backups that Slipway made, those that are too many: the newest complete ones stay, at least one. */
export function tooMany<T extends Backup>(own: readonly T[], keep: number | undefined): T[] {
  if (keep === undefined) return [];
  const complete = newestFirst(own).filter((backup) => backup.complete);
  return complete.slice(Math.max(1, keep));
}

/** A name that says when: letters and digits, in the order of time. */
export function timeName(date: Date): string {
  return date.toISOString().replaceAll(/[-:]/g, "").replace(".", "");
}

/** Whether a restored database holds what its backup says that it held. */
export function contentChecks(expected: Partial<Contents>, found: Contents): RestoreCheck[] {
  const { revision, tables } = expected;
  const rows = Object.values(found.tables).reduce((sum, count) => sum + count, 0);
  const seen = `${Object.keys(found.tables).length} tables with ${rows} rows`;
  const names = [...new Set([...Object.keys(tables ?? {}), ...Object.keys(found.tables)])].sort();
  const wrong = tables === undefined ? [] : names.filter((name) => tables[name] !== found.tables[name]);
  const told = wrong.map((name) => `${name}: ${found.tables[name] ?? "no table"} of ${tables?.[name] ?? "no table"}`);
  return [
    {
      name: "rows",
      passed: wrong.length === 0 && names.length > 0,
      found: wrong.length === 0 ? seen : told.join(", "),
    },
    ...(revision === undefined
      ? []
      : [{ name: "revision", passed: found.revision === revision, found: found.revision ?? "none" }]),
  ];
}
