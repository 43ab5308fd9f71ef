import * as path from "node:path";
import { readSettings } from "../configuration";
import type { StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";
import { currentCommand } from "../backup/migrations";
import { reachableBackups, type Source } from "../backup/reachable";
import { deployedRoot, runningSpec } from "./deployed";
import { whilePaused } from "./paused";

/** Backups of a stack's database on this machine, as its processes have its URL. */
export const backups = reachableBackups((place) => Promise.resolve(sourceOf(place)));

/** @throws SlipwayError (state) when nothing was deployed, (config) when the application is given no database */
function sourceOf(place: StackPlace): Source {
  const { project, stack } = place;
  const spec = runningSpec(deployedRoot(place));
  const { app } = readSettings(stack, project);
  const variable = app.variables.database;
  const url = spec?.environment[variable];
  if (spec === undefined || url === undefined) {
    const problem = `The release of ${stack} that serves has no ${variable}.`;
    throw new SlipwayError("state", problem, `slipway up --stack ${stack}`);
  }
  const environment = { TERM: "dumb", ...spec.environment };
  const command = currentCommand(app.migrate);
  return {
    target: "local",
    url,
    cwd: spec.cwd,
    environment,
    release: path.basename(spec.cwd),
    ...(command && { current: { command, environment: (other) => ({ ...environment, [variable]: other }) } }),
    paused: (action) => whilePaused(place, action),
  };
}
