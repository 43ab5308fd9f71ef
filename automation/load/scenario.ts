/** What visitors do: a file of the user's, or one that is made from the application's URL map. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { templatePath, templateText } from "../../components/package-root";
import { deployedRoot, runningSpec } from "../local/deployed";
import type { StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";

/** A Locust file, and how it is called in reports. */
export interface Scenario {
  file: string;
  name: string;
}

/**
 * The file that the config names.
 *
 * @throws SlipwayError (config) when it is not there
 */
export function namedScenario({ project, stack }: StackPlace, scenario: string): Scenario {
  const file = path.resolve(project, scenario);
  if (existsSync(file)) return { file, name: scenario };
  throw new SlipwayError(
    "config",
    `slipway:load.scenario names ${file}, which is not there.`,
    `slipway config rm load.scenario --stack ${stack}`,
  );
}

/**
 * Writes a file that opens every page of the application that takes no argument, as the release that serves on this
 * machine has them.
 *
 * @param file where it goes; absolute
 * @throws SlipwayError (state) when the stack is not deployed on this machine, (config) when there is no such page
 */
export async function writeScenario(place: StackPlace, file: string): Promise<Scenario> {
  const pages = await pagesOf(place);
  const text = templateText("load", "pages.py").replace(
    'PAGES = ["/"]',
    () => `PAGES = ${JSON.stringify(pages, undefined, 4)}`,
  );
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, text);
  return { file, name: "pages" };
}

async function pagesOf(place: StackPlace): Promise<string[]> {
  const spec = runningSpec(rootOf(place));
  if (spec === undefined) throw notHere(place);
  const { VIRTUAL_ENV: venv = "" } = spec.environment;
  const script = [templatePath("load", "url_map.py")];
  const options = { cwd: spec.cwd, env: spec.environment };
  const { stdout } = await promisify(execFile)(path.join(venv, "bin", "python"), script, options).catch(
    (error: unknown) => {
      throw new SlipwayError("config", `The application's URL map cannot be read: ${lastLine(error)}`);
    },
  );
  const pages = JSON.parse(stdout.trim().split("\n").at(-1) ?? "[]") as string[];
  if (pages.length > 0) return pages;
  throw new SlipwayError(
    "config",
    "The application has no page without an argument, so that no scenario can be made.",
    `slipway config set load.scenario <file> --stack ${place.stack}`,
  );
}

function rootOf(place: StackPlace): string {
  try {
    return deployedRoot(place);
  } catch {
    throw notHere(place);
  }
}

function notHere({ stack }: StackPlace): SlipwayError {
  return new SlipwayError(
    "state",
    `The stack ${stack} does not run on this machine, so that its URL map cannot be read.`,
    "slipway load --write locustfile.py with a stack that does, and that file as load.scenario",
  );
}

function lastLine(error: unknown): string {
  const { stderr } = error as { stderr?: string };
  return stderr?.trim().split("\n").at(-1) ?? String(error);
}
