import { zipSync, type ZipOptions, type Zippable } from "fflate";
import { readSource, type SourceFile } from "../../app";
import { placeOf } from "./contents";

/** No file in a bundle has a time of its own: the same content would be other bytes. The oldest that a zip can say. */
const TIME = new Date(1980, 0, 1);
/** The kind of system whose modes the zip carries: Unix. */
const UNIX = 3;
const MODES = { file: 0o100644, executable: 0o100755, symlink: 0o120777 } as const;

/**
 * The application's files with those that were rendered beside them, as a zip.
 *
 * @param rendered path in the zip -> text
 * @param isExecutable whether a rendered file may be run
 * @throws Error when a file cannot be shipped, or has changed since it was listed
 */
export async function zipOf(
  source: string,
  listed: readonly SourceFile[],
  rendered: Readonly<Record<string, string>>,
  isExecutable: (path: string) => boolean,
): Promise<Uint8Array> {
  const entries = new Map<string, [content: Uint8Array, mode: number]>();
  for (const file of listed) {
    const place = placeOf(file, rendered);
    const mode = place === file.path ? MODES[file.mode] : MODES.file;
    entries.set(place, [new Uint8Array(await readSource(source, file)), mode]);
  }
  const encoder = new TextEncoder();
  for (const [path, text] of Object.entries(rendered)) {
    entries.set(path, [encoder.encode(text), isExecutable(path) ? MODES.executable : MODES.file]);
  }
  const zippable: Zippable = {};
  for (const path of [...entries.keys()].sort()) {
    const [content, mode] = entries.get(path) ?? [new Uint8Array(), MODES.file];
    const options: ZipOptions = { mtime: TIME, os: UNIX, attrs: mode << 16, level: 6 };
    zippable[path] = [content, options];
  }
  return zipSync(zippable);
}
