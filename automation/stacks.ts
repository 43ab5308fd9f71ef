/** The stacks of a project, as its config files name them. */
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { defaultProject, placeOf, readStackFile } from "./engine/project";

/** Names of all stacks that have a config file in `project`. */
export function stackNames(project = defaultProject()): string[] {
  return readdirSync(project)
    .map((file) => /^Pulumi\.([A-Za-z0-9][A-Za-z0-9_.-]*)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}

/**
 * The stack that is meant where none is named: the only one whose application lies in `folder`, else `dev`.
 *
 * @param folder where the user stands
 */
export function defaultStack(folder: string, project = defaultProject()): string {
  const here = path.resolve(folder);
  const found = here === project ? [] : stackNames(project).filter((stack) => isInside(here, sourceOf(stack, project)));
  return found.length === 1 && found[0] !== undefined ? found[0] : "dev";
}

function sourceOf(stack: string, project: string): string | undefined {
  try {
    const app = readStackFile(placeOf(stack, project)).config["slipway:app"];
    const source = typeof app === "object" && app !== null ? (app as { source?: unknown }).source : undefined;
    return typeof source === "string" ? path.resolve(project, source) : undefined;
  } catch {
    // A file that cannot be read is not the one that the user stands in; the command that needs it says what is wrong.
    return undefined;
  }
}

function isInside(folder: string, parent: string | undefined): boolean {
  if (parent === undefined) return false;
  const relative = path.relative(parent, folder);
  return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
}
