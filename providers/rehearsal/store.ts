/**
 * What exists in the simulated clouds of one rehearsal: on disk, one file for each thing, so that a process that ends at
 * any moment leaves every thing whole; in memory, indexed, so that an operation costs the same however many there are.
 */
import { randomInt } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import type { Thing } from "./model";
import { Index } from "./store-index";

/** Where a thing comes from: a call of the program's, the cloud itself, or it was there before. */
export type Origin = "call" | "cloud" | "given";

/** A thing and what the store alone knows of it. */
interface Kept {
  thing: Thing;
  origin: Origin;
  /** Resource of the program that it was made for. */
  urn?: string;
}

const HEX = "0123456789abcdef";
const MOST_TRIES = 1000;

export class Store {
  private readonly kept = new Map<Thing, Kept & { serial: number }>();
  private readonly byUrn = new Map<string, Thing>();
  private readonly index: Index;
  private readonly counters = new Map<string, number>();
  private readonly given: Set<string>;
  private serial = 0;

  /**
   * Opens a store, or makes it.
   *
   * @param folder nobody else may read it: the values of secrets are in it
   * @param linksOf what a thing refers to, as keys of {@link Store.holders}
   */
  constructor(
    private readonly folder: string,
    linksOf: (thing: Thing) => readonly string[],
  ) {
    this.index = new Index(linksOf);
    for (const part of ["things", "counters"]) mkdirSync(path.join(folder, part), { recursive: true, mode: 0o700 });
    const names = readdirSync(path.join(folder, "things"));
    // What was never put in place by its rename did not happen.
    for (const name of names.filter((each) => each.endsWith(".tmp"))) rmSync(path.join(folder, "things", name));
    const serials = names.filter((name) => /^\d+\.json$/.test(name)).map((name) => Number(name.slice(0, -5)));
    for (const serial of serials.sort((one, other) => one - other)) {
      this.take({ ...(JSON.parse(readFileSync(this.fileOf(serial), "utf8")) as Kept), serial });
    }
    this.given = new Set(existsSync(this.freshFile) ? readFileSync(this.freshFile, "utf8").split("\n") : []);
  }

  all(type?: string): Thing[] {
    return type === undefined ? [...this.kept.keys()] : [...this.index.ofType(type)];
  }

  /** The newest thing of a type whose output `property`, or id, equals `value`. */
  find(type: string, property: string, value: unknown): Thing | undefined {
    return [...this.matching(type, property, value)].at(-1);
  }

  /** Everything of a type whose output `property`, or id, equals `value`. */
  matching(type: string, property: string, value: unknown): ReadonlySet<Thing> {
    return this.index.matching(type, property, value);
  }

  /** What refers to something: things whose links have the key. */
  holders(key: string): ReadonlySet<Thing> {
    return this.index.holders(key);
  }

  /** The thing that was last made for a resource of the program. */
  madeFor(urn: string): Thing | undefined {
    return this.byUrn.get(urn);
  }

  originOf(thing: Thing): Origin | undefined {
    return this.kept.get(thing)?.origin;
  }

  urnOf(thing: Thing): string | undefined {
    return this.kept.get(thing)?.urn;
  }

  add(thing: Thing, origin: Origin, urn?: string): void {
    this.serial += 1;
    const kept = { thing, origin, serial: this.serial, ...(urn !== undefined && { urn }) };
    this.write(kept);
    this.take(kept);
  }

  /** Changes a thing in place, so that whoever holds it sees the change. */
  change(thing: Thing, change: Partial<Pick<Thing, "inputs" | "outputs">>): void {
    const kept = this.kept.get(thing);
    if (kept === undefined) throw new Error(`${thing.type} ${thing.id} is not in the store.`);
    this.index.remove(thing);
    Object.assign(thing, change);
    this.index.add(thing);
    this.write(kept);
  }

  remove(thing: Thing): void {
    const kept = this.kept.get(thing);
    if (kept === undefined) return;
    rmSync(this.fileOf(kept.serial), { force: true });
    this.kept.delete(thing);
    this.index.remove(thing);
    if (kept.urn !== undefined && this.byUrn.get(kept.urn) === thing) this.byUrn.delete(kept.urn);
  }

  /** The next number of a series, from 1; also after a restart, none comes twice. */
  next(series: string): number {
    const file = path.join(this.folder, "counters", `${encodeURIComponent(series)}.json`);
    const last = this.counters.get(series) ?? (existsSync(file) ? Number(readFileSync(file, "utf8")) : 0);
    this.counters.set(series, last + 1);
    this.replace(file, String(last + 1));
    return last + 1;
  }

  /** A text that was never given out before. */
  fresh(length: number, alphabet = HEX): string {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const text = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
      if (this.given.has(text)) continue;
      this.given.add(text);
      appendFileSync(this.freshFile, `${text}\n`, { mode: 0o600 });
      return text;
    }
    throw new Error(`There are no texts of ${length} characters left that were not given out.`);
  }

  private get freshFile(): string {
    return path.join(this.folder, "fresh.txt");
  }

  private fileOf(serial: number): string {
    return path.join(this.folder, "things", `${serial}.json`);
  }

  private take(kept: Kept & { serial: number }): void {
    this.serial = Math.max(this.serial, kept.serial);
    this.kept.set(kept.thing, kept);
    this.index.add(kept.thing);
    if (kept.urn !== undefined) this.byUrn.set(kept.urn, kept.thing);
  }

  private write({ serial, ...kept }: Kept & { serial: number }): void {
    this.replace(this.fileOf(serial), JSON.stringify(kept));
  }

  private replace(file: string, text: string): void {
    writeFileSync(`${file}.tmp`, text, { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  }
}
