/** A file of environment variables that holds secrets: what is in it already stays, unless the stack's config says it. */
import { randomBytes } from "node:crypto";
import { existsSync, promises as fs } from "node:fs";
import { writeWhole } from "../../providers/host/files";

/** Who reads the file: they agree on single quotes, and differ in what stands for itself between double ones. */
export type Reader = "compose" | "procfile";

/** What the file shall hold. */
export interface Variables {
  /** From the stack's config: written over what is there. */
  given: Readonly<Record<string, string>>;
  /** Taken only where the file has no such variable yet. */
  initial: Readonly<Record<string, string>>;
}

/** 24 bytes are 32 characters of base64url: 192 bits. */
const SECRET_BYTES = 24;
const HEAD =
  "# Secrets: for you alone. Written once; what you add or change stays, and the stack's config has its say.\n";
const NAME = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/;

/**
 * Brings the file up to date; it is readable by its owner alone.
 *
 * @returns names of the variables that were added
 */
export async function writeEnvFile(file: string, { given, initial }: Variables, reader: Reader): Promise<string[]> {
  const lines = existsSync(file) ? (await fs.readFile(file, "utf8")).split("\n") : [];
  const text = lines.length === 0 ? HEAD : "";
  const there = new Set(lines.map(nameIn));
  const kept = lines.map((line) => {
    const name = nameIn(line);
    return name !== undefined && name in given ? assignment(name, given[name] ?? "", reader) : line;
  });
  while (kept.at(-1) === "") kept.pop();
  const all = { ...initial, ...given };
  const added = Object.keys(all).filter((name) => !there.has(name));
  const fresh = added.map((name) => assignment(name, all[name] ?? "", reader));
  await writeWhole(file, `${text}${[...kept, ...fresh].join("\n")}\n`);
  return added;
}

/** A random text of 32 letters, digits, hyphens and underscores, which need no escaping in a URL. */
export function madeUp(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

function nameIn(line: string): string | undefined {
  return NAME.exec(line)?.[1];
}

function assignment(name: string, value: string, reader: Reader): string {
  return `${name}=${quoted(value, reader)}`;
}

/** A value in one line: plain, else between single quotes, else between double ones. */
function quoted(value: string, reader: Reader): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value;
  if (!/['\r\n]|\\$/.test(value)) return `'${value}'`;
  const escapes: Record<string, string> = { "\n": String.raw`\n`, "\r": String.raw`\r` };
  const special = reader === "compose" ? /[\\"$\n\r]/g : /[\\"\n\r]/g;
  return `"${value.replaceAll(special, (sign) => escapes[sign] ?? `\\${sign}`)}"`;
}
