/**
 * A folder as a gzipped tar archive that is the same bytes on every machine: no owner, no time, one order, and nothing
 * compressed, as another zlib would compress otherwise.
 */
import { promises as fs } from "node:fs";
import * as path from "node:path";

const BLOCK = 512;
/** Most that a block of deflate can hold as it is. */
const STORED = 65_535;
/** A time that zip files can express, which some tools ask for: 1 January 1980. */
const TIME = 315_532_800;
const NAME_LENGTH = 100;
const ASCII = /^[\x20-\x7e]*$/;

/** Everything in `folder`, by its path from there. @param folder absolute */
export async function archive(folder: string): Promise<Buffer> {
  const names = (await fs.readdir(folder, { recursive: true })).map((name) => name.split(path.sep).join("/")).sort();
  const parts: Buffer[] = [];
  for (const name of names) parts.push(...(await entry(folder, name)));
  return gzip(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]));
}

async function entry(folder: string, name: string): Promise<Buffer[]> {
  const file = path.join(folder, name);
  const stat = await fs.lstat(file);
  if (stat.isDirectory()) return header({ name: `${name}/`, mode: 0o755, kind: "5" });
  if (stat.isSymbolicLink()) return header({ name, mode: 0o777, kind: "2", link: await fs.readlink(file) });
  const content = await fs.readFile(file);
  const mode = stat.mode & 0o100 ? 0o755 : 0o644;
  return [...header({ name, mode, kind: "0", size: content.length }), content, padding(content.length)];
}

interface Entry {
  name: string;
  mode: number;
  /** Type flag of ustar. */
  kind: "0" | "2" | "5" | "x";
  size?: number;
  link?: string;
}

/** The header of an entry, after one of what does not fit into it (POSIX, pax Interchange Format). */
function header(entry: Entry): Buffer[] {
  const { name, link = "" } = entry;
  const extended = { ...(!fits(name) && { path: name }), ...(!fits(link) && { linkpath: link }) };
  if (Object.keys(extended).length === 0) return [ustar(entry)];
  const records = Buffer.concat(Object.entries(extended).map(([key, value]) => record(key, value)));
  const before = ustar({ name: "PaxHeader", mode: 0o644, kind: "x", size: records.length });
  return [before, records, padding(records.length), ustar(entry)];
}

function fits(text: string): boolean {
  return text.length <= NAME_LENGTH && ASCII.test(text);
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function record(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function ustar({ name, mode, kind, size = 0, link = "" }: Entry): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");
  block.write(name.slice(0, NAME_LENGTH), 0, NAME_LENGTH, "latin1");
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(TIME, 11), 136);
  block.write("        ", 148);
  block.write(kind, 156);
  block.write(link.slice(0, NAME_LENGTH), 157, NAME_LENGTH, "latin1");
  block.write("ustar\0" + "00", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** RFC 1952 around blocks of RFC 1951 that are stored as they are. */
function gzip(content: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])];
  for (let start = 0; start < content.length; start += STORED) {
    const part = content.subarray(start, start + STORED);
    const head = Buffer.alloc(5);
    head.writeUInt8(start + STORED >= content.length ? 1 : 0, 0);
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(0xffff - part.length, 3);
    parts.push(head, part);
  }
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(content), 0);
  end.writeUInt32LE(content.length % 2 ** 32, 4);
  return Buffer.concat([...parts, end]);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** Node's own is not in every version that is supported. */
function crc32(content: Buffer): number {
  let value = 0xffffffff;
  for (const byte of content) value = (CRC_TABLE[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
