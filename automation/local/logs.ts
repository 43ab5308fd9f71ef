import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { setTimeout } from "node:timers/promises";
import { layout } from "../../providers/host/paths";
import type { StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";
import type { LogOptions } from "../target";
import { visibleLog } from "../visible";
import { deployedRoot } from "./deployed";
import { linesSince } from "./log-times";

const LOOK_EVERY = 250;
const CHUNK = 64 * 1024;
const LINES = 20;

/** Log lines of a stack's processes, each after the name of its process. */
export function logs(place: StackPlace, options: LogOptions): Readable {
  const folder = layout(deployedRoot(place)).logs;
  const { processes } = options;
  const names = (): string[] =>
    logNames(folder).filter(
      (name) => processes === undefined || processes.some((wanted) => name === wanted || name.startsWith(`${wanted}-`)),
    );
  if (processes !== undefined && names().length === 0) {
    throw new SlipwayError(
      "usage",
      `There is no log of ${processes.join(", ")}; there are ${logNames(folder).join(", ") || "none"}.`,
    );
  }
  return Readable.from(read(folder, names, options));
}

function logNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".log"))
    .map((file) => file.slice(0, -".log".length))
    .sort();
}

/** Looks at the files again and again: a rotated file begins anew, one of a new process joins. */
async function* read(folder: string, names: () => string[], options: LogOptions): AsyncGenerator<string> {
  const tails = new Map<string, Tail>();
  const { lines = LINES, since, filter, follow = false, signal } = options;
  const isWanted = (line: string): boolean => filter === undefined || line.includes(filter);
  for (let first = true; first || (follow && signal?.aborted !== true); first = false) {
    for (const name of names()) {
      const tail = tails.get(name) ?? new Tail(path.join(folder, `${name}.log`));
      const written = tail.next();
      const isNew = !tails.has(name);
      tails.set(name, tail);
      const late = isNew && since !== undefined ? tail.writtenSince(written, since) : written;
      const shown = late.filter(isWanted);
      const begin = first && since === undefined ? Math.max(0, shown.length - lines) : 0;
      for (const line of shown.slice(begin)) yield `${name} | ${visibleLog(line)}\n`;
    }
    if (follow) await setTimeout(LOOK_EVERY, undefined, signal && { signal }).catch(() => undefined);
  }
}

/** What is written to one file, a line at a time. */
class Tail {
  private position = 0;
  private inode: number | undefined;
  private rest = "";
  private decoder = new StringDecoder("utf8");

  constructor(private readonly file: string) {}

  /** Whole lines that were written since the last call. */
  next(): string[] {
    if (!existsSync(this.file)) return [];
    const { ino, size } = statSync(this.file);
    if (ino !== this.inode || size < this.position) this.restart(ino);
    const lines = (this.rest + this.readOn()).split("\n");
    this.rest = lines.pop() ?? "";
    return lines;
  }

  /** Those of the first lines that were written since then; none of a file that was not written to. */
  writtenSince(lines: readonly string[], since: Date): string[] {
    const untouched = !existsSync(this.file) || statSync(this.file).mtime < since;
    return untouched ? [] : linesSince(lines, since);
  }

  private restart(inode: number): void {
    this.inode = inode;
    this.position = 0;
    this.rest = "";
    this.decoder = new StringDecoder("utf8");
  }

  private readOn(): string {
    const descriptor = openSync(this.file, "r");
    try {
      let text = "";
      const buffer = Buffer.alloc(CHUNK);
      for (const end = fstatSync(descriptor).size; this.position < end;) {
        const count = readSync(descriptor, buffer, 0, Math.min(CHUNK, end - this.position), this.position);
        if (count === 0) break;
        this.position += count;
        text += this.decoder.write(buffer.subarray(0, count));
      }
      return text;
    } finally {
      closeSync(descriptor);
    }
  }
}
