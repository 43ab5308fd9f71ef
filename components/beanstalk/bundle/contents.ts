/** What a bundle says of itself, so that the application's own files can be taken out of it again, as they were. */
import * as path from "node:path";
import { unzipSync } from "fflate";
import type { SourceFile } from "../../app";

/** The file that says it. */
export const CONTENTS = ".slipway/contents.json";
/** Where an own file lies whose place another one has taken, such as requirements.txt. No module is called so. */
const ASIDE = ".slipway/own-files/";

interface Contents {
  /** Files of Slipway's that are part of the release, whatever it runs on. */
  release: string[];
  /** Paths outside of Slipway's own folder that are written for the environment. */
  written: string[];
  /** Own files that are more than a file. */
  modes: Record<string, SourceFile["mode"]>;
}

/** Where an own file lies in a bundle. */
export function placeOf({ path: own }: SourceFile, rendered: Readonly<Record<string, string>>): string {
  return Object.hasOwn(rendered, own) ? `${ASIDE}${own}` : own;
}

/**
 * The text of {@link CONTENTS}.
 *
 * @param listed the application's own files
 * @param rendered path in the bundle -> text, of everything else
 * @param release paths of those of them that are part of the release
 */
export function describeContents(
  listed: readonly SourceFile[],
  rendered: Readonly<Record<string, string>>,
  release: readonly string[],
): string {
  const contents: Contents = {
    release: [...release].sort(),
    written: Object.keys(rendered)
      .filter((name) => !name.startsWith(".slipway/"))
      .sort(),
    modes: Object.fromEntries(listed.filter(({ mode }) => mode !== "file").map((file) => [file.path, file.mode])),
  };
  return `${JSON.stringify(contents, undefined, 2)}\n`;
}

/** A release, taken out of a bundle. */
export interface Unpacked {
  /** The application's own files. */
  files: { path: string; mode: SourceFile["mode"]; content: Uint8Array }[];
  /** Files that Slipway ships beside them: path in the release -> text. */
  rendered: Record<string, string>;
}

/**
 * What {@link describeContents} has described; undefined for a bundle that says nothing of itself.
 *
 * @throws Error when it is no zip, or a path in it leads out of it
 */
export function unpack(zip: Uint8Array): Unpacked | undefined {
  const entries = new Map(Object.entries(unzipSync(zip)));
  const description = entries.get(CONTENTS);
  if (description === undefined) return undefined;
  const { release, written, modes } = JSON.parse(textOf(description)) as Contents;
  const [others, kinds] = [new Set(written), new Map(Object.entries(modes))];
  const files = [...entries].flatMap(([name, content]) => {
    const aside = name.startsWith(ASIDE);
    if (others.has(name) || (name.startsWith(".slipway/") && !aside)) return [];
    const own = aside ? name.slice(ASIDE.length) : name;
    if (!isInside(own)) throw new Error(`The path ${JSON.stringify(own)} leads out of the bundle.`);
    return [{ path: own, mode: kinds.get(own) ?? "file", content }];
  });
  return { files, rendered: Object.fromEntries(release.map((name) => [name, textOf(entries.get(name))])) };
}

function isInside(name: string): boolean {
  const first = name.split("/")[0] ?? "";
  return path.posix.normalize(name) === name && !["", ".", ".."].includes(first) && !name.endsWith("/");
}

function textOf(content: Uint8Array | undefined): string {
  return Buffer.from(content ?? []).toString();
}
