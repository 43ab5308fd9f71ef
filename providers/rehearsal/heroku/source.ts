/** The source of a build, as it lies on this machine: a folder, or an archive (`.tar`, `.tar.gz`). */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";

/** What a build looks into. */
export interface Source {
  /** As the provider compares it: `SHA256:<hex>`. */
  checksum: string;
  /** Names of files, folders between them divided by slashes. */
  names: readonly string[];
  /** Text of a file; undefined when it is not there. */
  read(name: string): string | undefined;
}

const BLOCK = 512;
const GZIP = 0x1f;

/** Reads a source; undefined when nothing is there. @param file absolute */
export function readSource(file: string): Source | undefined {
  if (!existsSync(file)) return undefined;
  return statSync(file).isDirectory() ? folderSource(file) : archiveSource(readFileSync(file));
}

/** Names and contents in the order of Go's filepath.Walk, as checksumSourceRelaxed goes through them. */
function folderSource(folder: string): Source {
  const hash = createHash("sha256");
  const base = path.basename(folder);
  const names: string[] = [];
  const walk = (relative: string): void => {
    const here = path.join(folder, relative);
    hash.update(`${path.posix.join(base, relative)}\n`);
    const status = statSync(here);
    if (status.isFile()) {
      names.push(relative);
      hash.update(readFileSync(here));
    }
    if (status.isDirectory()) for (const name of readdirSync(here).sort()) walk(path.posix.join(relative, name));
  };
  walk("");
  const read = (name: string): string | undefined =>
    names.includes(name) ? readFileSync(path.join(folder, name), "utf8") : undefined;
  return { checksum: `SHA256:${hash.digest("hex")}`, names, read };
}

function archiveSource(bytes: Buffer): Source {
  const checksum = `SHA256:${createHash("sha256").update(bytes).digest("hex")}`;
  const files = unwrapped(filesOf(bytes[0] === GZIP ? gunzipSync(bytes) : bytes));
  return { checksum, names: [...files.keys()], read: (name) => files.get(name)?.toString("utf8") };
}

/** Regular files of a tar archive: POSIX 1003.1 ustar, with pax and GNU long names. */
function filesOf(tar: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const header = tar.subarray(at, at + BLOCK);
    const size = Number.parseInt(field(header, 124, 12), 8) || 0;
    const kind = field(header, 156, 1);
    const body = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (kind === "L") longName = text(body);
    else if (kind === "x") longName = /^\d+ path=(.*)$/m.exec(body.toString("utf8"))?.[1] ?? longName;
    else {
      const prefix = field(header, 345, 155);
      const short = field(header, 0, 100);
      const name = longName ?? (prefix === "" ? short : `${prefix}/${short}`);
      if (kind === "0" || kind === "") files.set(path.posix.normalize(name), body);
      longName = undefined;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** Heroku takes the contents of a single folder for the source. */
function unwrapped(files: Map<string, Buffer>): Map<string, Buffer> {
  const tops = new Set([...files.keys()].map((name) => name.split("/")[0]));
  const isWrapped = tops.size === 1 && [...files.keys()].every((name) => name.includes("/"));
  if (!isWrapped) return files;
  return new Map([...files].map(([name, body]) => [name.slice(name.indexOf("/") + 1), body]));
}

function field(header: Buffer, start: number, length: number): string {
  return text(header.subarray(start, start + length)).trim();
}

function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end < 0 ? bytes.length : end).toString("utf8");
}
