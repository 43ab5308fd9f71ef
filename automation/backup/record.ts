/** When a stack's backups were last proven to restore, as this machine has recorded it. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stackFolder } from "../../components/deploy";
import { TARGETS, type TargetName } from "../../components/config";
import { placeOf, type StackPlace } from "../engine/project";
import type { Backup, RestoreCheck, RestoreTest } from "./backup";

/** A restore test that a backup has passed. */
export interface PassedRestoreTest {
  target: TargetName;
  /** The backup that was restored. */
  backup: string;
  /** When; ISO 8601. */
  at: string;
}

/** Folder of a stack's backups and of the records about them. */
export function backupFolder({ project, stack }: StackPlace): string {
  return path.join(stackFolder(project, stack), "backups");
}

/**
 * The last restore test that this machine has seen a stack's backups pass.
 *
 * @param target of this target alone; @default of any, the newest
 * @returns undefined when there was none
 */
export function lastRestoreTest(
  { stack, project }: { stack: string; project?: string },
  target?: TargetName,
): PassedRestoreTest | undefined {
  const place = placeOf(stack, project);
  const known = (target === undefined ? TARGETS : [target]).flatMap((each) => {
    const file = recordFile(place, each);
    return existsSync(file) ? [JSON.parse(readFileSync(file, "utf8")) as PassedRestoreTest] : [];
  });
  return known.sort((a, b) => b.at.localeCompare(a.at))[0];
}

/** What a restore test has come to; one that is passed is recorded. */
export function judged(place: StackPlace, target: TargetName, backup: Backup, checks: RestoreCheck[]): RestoreTest {
  const passed = checks.every((check) => check.passed);
  if (passed) recordRestoreTest(place, { target, backup: backup.id, at: new Date().toISOString() });
  return { target, backup, checks, passed };
}

/** Records that a backup has passed its test. */
export function recordRestoreTest(place: StackPlace, test: PassedRestoreTest): void {
  const file = recordFile(place, test.target);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const whole = `${file}.${process.pid}`;
  writeFileSync(whole, `${JSON.stringify(test, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(whole, file);
}

function recordFile(place: StackPlace, target: TargetName): string {
  return path.join(backupFolder(place), "tests", `${target}.json`);
}
