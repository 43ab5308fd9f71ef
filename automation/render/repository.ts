/** The files that a platform reads, written where a person commits them. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describeWorkload } from "../../components/app";
import { TARGET_SERVERS } from "../../components/config";
import { reviewAppFiles } from "../../components/heroku";
import { writeFiles } from "../../components/heroku/bundle";
import { namedByCaller } from "../caller";
import { readSettings } from "../configuration";
import { placeOf } from "../engine/project";
import { SlipwayError } from "../errors";

/** Options of {@link renderRepository}. */
export interface RepositoryOptions {
  /** Name of the stack. */
  stack: string;
  /** Folder of Pulumi.yaml. @default SLIPWAY_PROJECT, else Slipway's own */
  project?: string;
  /** Folder that is written to. @default the application's own */
  folder?: string;
  /** Replace files that are there and differ. @default false */
  overwrite?: boolean;
}

/**
 * Writes what Heroku reads in a repository that it builds from: Procfile, requirements, `app.json`, and Slipway's own.
 *
 * @returns paths of the files, relative to the folder
 * @throws SlipwayError (config) for a stack of another target, (usage) for files that are there and differ; ConfigError
 */
export async function renderRepository({
  stack,
  project,
  folder,
  overwrite = false,
}: RepositoryOptions): Promise<string[]> {
  const settings = readSettings(stack, project);
  if (!settings.targets.includes("heroku")) {
    throw new SlipwayError("config", `The stack ${stack} is not for Heroku: no other target builds from a repository.`);
  }
  const workload = await describeWorkload(settings, placeOf(stack, project).project, stack, TARGET_SERVERS.heroku);
  const files = await reviewAppFiles(workload, settings.heroku, Object.keys(settings.secrets).sort());
  const target = folder === undefined ? workload.release.source : namedByCaller(folder);
  const differing = Object.keys(files)
    .sort()
    .filter((name) => differs(path.join(target, name), files[name] ?? ""));
  if (differing.length > 0 && !overwrite) {
    throw new SlipwayError(
      "usage",
      `In ${target} there are others of these files: ${differing.join(", ")}.`,
      `slipway render heroku --overwrite --stack ${stack} replaces them`,
    );
  }
  await writeFiles(target, files);
  return Object.keys(files).sort();
}

function differs(file: string, text: string): boolean {
  return existsSync(file) && readFileSync(file, "utf8") !== text;
}
