/**
 * What an application's migrations make of its database: the revisions that Alembic's scripts name, read from their text
 * without running any of them.
 */
import { promises as fs } from "node:fs";
import * as path from "node:path";
import type { SourceFile } from "./source";

/** One migration. */
export interface Revision {
  id: string;
  /** Revisions that it comes after; none for a first one. */
  after: string[];
  /** True when its script says that releases which do not know it work with what it makes of the database. */
  compatible: boolean;
}

/** Where Alembic keeps scripts, unless it is told otherwise (https://alembic.sqlalchemy.org/en/latest/tutorial.html). */
const SCRIPT = /(^|\/)versions\/.+\.py$/;
const ID = String.raw`["']([\w.]+)["']`;
const assigned = (name: string, value: string): RegExp =>
  new RegExp(String.raw`^${name}\s*(?::[^=\n]+)?=\s*(${value})`, "m");
const REVISION = assigned("revision", ID);
const AFTER = assigned("down_revision", String.raw`None|${ID}|\([^)]*\)|\[[^\]]*\]`);
const COMPATIBLE = assigned("backward_compatible", String.raw`True\b`);

/**
 * The revisions of the scripts in a folder, each behind those that it comes after; none where there are no scripts of
 * Alembic.
 *
 * @param listed what `listSource` found in `source`
 */
export async function readSchema(source: string, listed: readonly SourceFile[]): Promise<Revision[]> {
  const scripts = listed.filter(({ mode, path: file }) => mode !== "symlink" && SCRIPT.test(file));
  const texts = await Promise.all(scripts.map(({ path: file }) => fs.readFile(path.join(source, file), "utf8")));
  return inOrder(texts.flatMap((text) => revisionOf(text) ?? []));
}

function revisionOf(text: string): Revision | undefined {
  const id = REVISION.exec(text)?.[2];
  const after = AFTER.exec(text)?.[1];
  if (id === undefined || after === undefined) return undefined;
  const named = [...after.matchAll(new RegExp(ID, "g"))].flatMap(([, one]) => one ?? []);
  return { id, after: named, compatible: COMPATIBLE.test(text) };
}

/** The same revisions on every machine in the same order. */
function inOrder(revisions: readonly Revision[]): Revision[] {
  const ordered: Revision[] = [];
  const placed = new Set<string>();
  let waiting = [...revisions].sort((one, other) => one.id.localeCompare(other.id, "en"));
  const isKnown = new Set(waiting.map(({ id }) => id));
  while (waiting.length > 0) {
    const ready = waiting.filter(({ after }) => after.every((id) => placed.has(id) || !isKnown.has(id)));
    // A circle, which Alembic refuses itself: in the order of the names.
    const next = ready.length > 0 ? ready : waiting;
    ordered.push(...next);
    for (const { id } of next) placed.add(id);
    waiting = waiting.filter(({ id }) => !placed.has(id));
  }
  return ordered;
}

/** Those that no other comes after: where a database is that was brought to all of them. */
export function headsOf(revisions: readonly Revision[]): string[] {
  const passed = new Set(revisions.flatMap(({ after }) => after));
  return revisions.flatMap(({ id }) => (passed.has(id) ? [] : [id]));
}

/** Those that somebody does not know whose own newest are `heads`. */
export function revisionsBeyond(revisions: readonly Revision[], heads: readonly string[]): Revision[] {
  const known = new Set(heads);
  for (const { id, after } of [...revisions].reverse()) if (known.has(id)) after.forEach((one) => known.add(one));
  return revisions.filter(({ id }) => !known.has(id));
}

/**
 * Of revisions that somebody does not know, those that have to be taken back for it to work: the ones that are not
 * compatible, and what comes after them.
 *
 * @param unknown in the order of {@link readSchema}
 */
export function revisionsToTakeBack(unknown: readonly Revision[]): Revision[] {
  const back = new Set<string>();
  for (const { id, after, compatible } of unknown) if (!compatible || after.some((one) => back.has(one))) back.add(id);
  return unknown.filter(({ id }) => back.has(id));
}
