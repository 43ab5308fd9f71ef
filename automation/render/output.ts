/** Where rendered files go. */
import { existsSync, promises as fs, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { namedByCaller } from "../caller";
import { slipwayFolder, type StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";
import type { Stoppable } from "../stopping";

/** How a rendering is ordered. */
export interface RenderOptions extends Stoppable {
  /** Name of the stack. */
  stack: string;
  /** Folder of Pulumi.yaml. @default SLIPWAY_PROJECT, else Slipway's own */
  project?: string;
  /** Folder that the files go to. @default `.slipway/rendered/<stack>/<what>` in the project folder */
  output?: string;
  /** Is told what takes time. @default nobody */
  report?: (message: string) => void;
}

/** What was rendered. */
export interface Rendered {
  /** Folder of the files. Absolute. */
  folder: string;
  /** Version of the release that is in it. */
  release: string;
  /** Files that were written, relative to the folder; the application's own are left out. */
  files: string[];
}

/** The folder that files of one kind go to. Absolute. */
export function outputFolder(place: StackPlace, what: string, { output }: RenderOptions): string {
  return output === undefined ? path.join(slipwayFolder(place), "rendered", place.stack, what) : namedByCaller(output);
}

/** File that shows what a folder was written for. */
export const MARK = ".slipway-render";

/**
 * Makes the folder, and makes sure that nothing of anybody else's in it is written over, and that what is written does not
 * become part of the application.
 *
 * @param source folder of the application
 * @param what is written: `compose`, `procfile`
 * @throws SlipwayError (usage)
 */
export async function claimFolder(folder: string, source: string, what: string): Promise<void> {
  const inside = path.relative(source, folder);
  const parts = inside.split(path.sep);
  if (!path.isAbsolute(inside) && parts[0] !== ".." && !parts.includes(".slipway")) {
    throw new SlipwayError(
      "usage",
      `${folder} lies in the application's own folder, ${source}: its files would become part of the application.`,
      "another folder with --output",
    );
  }
  const mark = path.join(folder, MARK);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const written = existsSync(mark) ? readFileSync(mark, "utf8").trim() : undefined;
  if (names.length > 0 && written !== what) {
    const found =
      written === undefined ? `${names[0] ?? ""}, which slipway render did not write` : `files for ${written}`;
    throw new SlipwayError("usage", `${folder} holds ${found}.`, "an empty folder, or a new one, with --output");
  }
  await fs.mkdir(folder, { recursive: true });
  await fs.writeFile(mark, `${what}\n`);
}

/** Writes texts below `folder`, readable by everybody: containers have users of their own. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, text);
    await fs.chmod(file, 0o644);
  }
}
