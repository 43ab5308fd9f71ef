/** The state of a stack in its file, after an engine that was killed while it wrote it. */
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { stateFolder, type StackPlace } from "./project";

/** The file that the file backend of the project has, or would have, for the stack. */
export function stateFile(place: StackPlace): string {
  const { name } = parse(readFileSync(path.join(place.project, "Pulumi.yaml"), "utf8")) as { name: string };
  return path.join(stateFolder(place), ".pulumi", "stacks", name, `${place.stack}.json`);
}

/**
 * Makes the state readable again where an engine was killed while it wrote it. The backend first sets the old file
 * aside, then writes the new one, and then what it notes of each beside it: a note that was begun is dropped, and a state
 * that is not whole is put back to one step before, which has the step that was under way as begun.
 *
 * @param killed true when an engine ended without giving its lock back: only then is a state that is not whole its doing
 * @param report is told when the state is put back
 */
export function restoreState(place: StackPlace, killed: boolean, report: (message: string) => void): void {
  const file = stateFile(place);
  const backup = `${file}.bak`;
  for (const note of [`${file}.attrs`, `${backup}.attrs`]) if (!isWhole(note)) rmSync(note, { force: true });
  if (!killed || isWhole(file) || !isWhole(backup)) return;
  copyFileSync(backup, file);
  report(`The state of ${place.stack} was being written when an operation was killed; it is as one step before.`);
}

/** True for a file that holds a whole JSON text. */
function isWhole(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}
