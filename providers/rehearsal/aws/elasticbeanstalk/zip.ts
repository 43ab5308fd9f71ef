/** Reads zip files: as much as tells what a source bundle is. */
import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

/** A file in a zip. */
export interface Entry {
  /** Its path, as it is written there. */
  name: string;
  /** Permissions as on Unix; undefined when the zip was made on a system that has none. */
  mode?: number;
  /** What it holds. @throws Error for a method of compression that is not deflate */
  text(): string;
}

const END = 0x06054b50;
const END_SIZE = 22;
const LONGEST_COMMENT = 0xffff;
const HEADER = 0x02014b50;
const UNIX = 3;

/** The files of a zip; undefined when the file is none. */
export function entriesOfZip(file: string): Entry[] | undefined {
  const bytes = readFileSync(file);
  const end = endOf(bytes);
  if (end === undefined) return undefined;
  const entries: Entry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== HEADER) return undefined;
    entries.push(entryAt(bytes, at));
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries.filter(({ name }) => !name.endsWith("/"));
}

function endOf(bytes: Buffer): number | undefined {
  for (let at = bytes.length - END_SIZE; at >= Math.max(0, bytes.length - END_SIZE - LONGEST_COMMENT); at -= 1) {
    if (bytes.readUInt32LE(at) === END) return at;
  }
  return undefined;
}

function entryAt(bytes: Buffer, at: number): Entry {
  const name = bytes.toString("utf8", at + 46, at + 46 + bytes.readUInt16LE(at + 28));
  const isUnix = bytes.readUInt8(at + 5) === UNIX;
  return {
    name,
    ...(isUnix && { mode: bytes.readUInt16LE(at + 40) & 0o777 }),
    text: () => contentAt(bytes, at).toString("utf8"),
  };
}

function contentAt(bytes: Buffer, at: number): Buffer {
  const [method, size, local] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const packed = bytes.subarray(start, start + size);
  if (method === 0) return packed;
  if (method === 8) return inflateRawSync(packed);
  throw new Error(`the zip is packed by method ${method}, which is not known`);
}
