/** Backups and restores as text. */
import type { Backup, MadeBackup, Restored, RestoreTest } from "../backup/backup";
import { visible, visibleLines } from "../visible";
import { pc } from "./colors";
import { tableText } from "./table";

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** What is kept, newest first. */
export function backupsText(backups: readonly Backup[]): string {
  if (backups.length === 0) return "no backups";
  const rows = backups.map(({ id, target, kind, createdAt, bytes, release, revision, complete }) => [
    id,
    `${target} ${kind}`,
    createdAt,
    complete ? sizeText(bytes) : "not complete",
    release ?? "",
    revision ?? "",
  ]);
  return tableText(["backup", "of", "made", "size", "release", "revision"], rows);
}

/** What was made, and what went for it. */
export function madeText(stack: string, made: readonly MadeBackup[]): string {
  const lines = made.flatMap(({ id, bytes, tables, removed }) => {
    const rows = Object.values(tables ?? {}).reduce((sum, count) => sum + count, 0);
    const held = tables === undefined ? "" : `${Object.keys(tables).length} tables with ${rows} rows`;
    const what = [held, sizeText(bytes)].filter((part) => part !== "").join(", ");
    return [
      `${stack} is backed up as ${pc.bold(id)}${what === "" ? "" : ` (${what})`}`,
      ...removed.map((old) => `removed ${old}`),
    ];
  });
  return lines.join("\n");
}

/** Where a backup went, and what is left to do. */
export function restoredText({ backup, into, before, notes }: Restored): string {
  return [
    `${backup.id} is restored into ${pc.bold(into)}`,
    ...(before === undefined ? [] : [`what was there before is ${before}`]),
    ...notes,
  ].join("\n");
}

/** What restored backups were asked. */
export function restoreTestText(tests: readonly RestoreTest[]): string {
  const lines = tests.flatMap(({ backup, checks, passed }) => [
    `${backup.id}: ${passed ? pc.green("can be restored") : pc.red("cannot be restored")}`,
    ...checks.map(({ name, passed: well, found }) => {
      const told = visibleLines(found).replaceAll("\n", "\n    ");
      return `  ${well ? pc.green("✔") : pc.red("✖")} ${visible(name)}: ${told}`;
    }),
  ]);
  return lines.join("\n");
}

/** Bytes in the largest unit that leaves a whole number before the point. */
function sizeText(bytes: number | undefined): string {
  if (bytes === undefined) return "";
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** unit;
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit] ?? ""}`;
}
