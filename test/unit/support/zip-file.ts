/** Writes a zip file, with the permissions of Unix. */
import { writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";

/** A file to put into it. */
export interface Zipped {
  text: string;
  /** @default 0o644 */
  mode?: number;
}

/** @param files path -> what it holds */
export function writeZip(file: string, files: Readonly<Record<string, string | Zipped>>): void {
  const bodies: Buffer[] = [];
  const headers: Buffer[] = [];
  let at = 0;
  for (const [name, given] of Object.entries(files)) {
    const { text, mode = 0o644 } = typeof given === "string" ? { text: given } : given;
    const packed = deflateRawSync(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt8(3, 5);
    header.writeUInt16LE(8, 10);
    header.writeUInt32LE(packed.length, 20);
    header.writeUInt32LE(Buffer.byteLength(text), 24);
    header.writeUInt16LE(Buffer.byteLength(name), 28);
    header.writeUInt16LE(0o100000 | mode, 40);
    header.writeUInt32LE(at, 42);
    bodies.push(local, Buffer.from(name), packed);
    headers.push(header, Buffer.from(name));
    at += local.length + Buffer.byteLength(name) + packed.length;
  }
  const directory = Buffer.concat(headers);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  writeFileSync(file, Buffer.concat([...bodies, directory, end]));
}
