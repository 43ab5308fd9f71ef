/** `init`: from a folder with a Flask application to a stack that `up` can deploy. */
import { existsSync, rmSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../../components/package-root";
import { toCaller } from "../caller";
import { readSettings, setSecretConfig } from "../configuration";
import type { TargetName } from "../../components/config";
import { availableTargets } from "../../components/targets";
import { SlipwayError } from "../errors";
import { configFile, placeOf, type StackPlace } from "../engine/project";
import { stackNames } from "../stacks";
import { unlessStopped, type Stoppable } from "../stopping";
import { askOpen, CancelledError, type Terminal } from "./ask";
import { inspectApp } from "./inspect";
import { printable, where, type Finding } from "./inspection";
import type { StackDraft } from "./draft";
import { writeStackFile } from "./stack-file";
import type { Answers } from "./questions";

/** Options of {@link init}. */
export interface InitOptions extends Stoppable {
  /** Folder of the application. */
  folder: string;
  /** Folder of Pulumi.yaml. @default SLIPWAY_PROJECT, else Slipway's own */
  project?: string;
  /** Name of the stack. @default `<application>-dev` */
  stack?: string;
  /** What the caller knows already. @default nothing */
  answers?: Answers;
  /** Where the rest is asked. @default nowhere: what is missing is an error */
  terminal?: Terminal;
  /** Where the stack is to run. @default local */
  target?: string;
  /** AWS region for the target ecs. @default none is written: AWS_REGION is asked when it is deployed */
  region?: string;
  /** Python that reads the application's files. @default python3 */
  python?: string;
  /** Replace what a stack file that exists says about the application. @default false */
  overwrite?: boolean;
  /** Told what takes time. @default nobody */
  report?: (message: string) => void;
}

/** What {@link init} wrote. */
export interface Initialised {
  stack: string;
  file: string;
  /** What was found worth knowing. */
  notes: string[];
}

const FIRST_PORT = 8080;

/**
 * Writes the config file of a new stack for the application in a folder, and sets its secrets encrypted. The application
 * is neither run nor changed.
 *
 * @throws SlipwayError (usage, config) that says what could not be found out, and how to say it; (timeout, cancelled)
 * @example
 * ```ts
 * const { stack, notes } = await init({ folder: "../shop", answers: { entry: "shop:create_app" } });
 * ```
 */
export function init(options: InitOptions): Promise<Initialised> {
  return unlessStopped(options.signal, () => make(options)).catch((error: unknown) => {
    if (error instanceof SlipwayError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const kind = error instanceof CancelledError ? "cancelled" : "config";
    throw new SlipwayError(kind, message, undefined, { cause: error });
  });
}

async function make(options: InitOptions): Promise<Initialised> {
  const { folder, answers = {}, terminal, report = () => undefined, region } = options;
  const target = targetNamed(options.target ?? "local");
  const inspection = await inspectApp(folder, options.python === undefined ? {} : { python: options.python });
  const draft = await askOpen(inspection, answers, terminal);
  const place = placeOf(options.stack ?? `${draft.app.name}-dev`, options.project);
  const file = configFile(place);
  const isNew = !existsSync(file);
  writeStackFile(draft, {
    path: file,
    checkout: place.project,
    schema: path.relative(place.project, path.join(packageRoot, "schema", "stack.json")),
    target,
    port: freeStackPort(place.project, place.stack),
    ...(isOnAws(target) && region !== undefined && { region }),
    overwrite: options.overwrite === true,
  });
  await setSecrets(place, draft.secrets, report).catch((error: unknown) => {
    // A stack without its secrets would deploy an application that does not start.
    if (isNew) rmSync(file, { force: true });
    throw error;
  });
  return { stack: place.stack, file: toCaller(file), notes: inspection.findings.map(noteText) };
}

/** @throws SlipwayError (usage) for a target that there is not */
function targetNamed(name: string): TargetName {
  const target = availableTargets.find((known) => known === name);
  if (target !== undefined) return target;
  throw new SlipwayError("usage", `${JSON.stringify(name)} is no target: allowed are ${availableTargets.join(", ")}.`);
}

/** Whether a target needs a region. */
function isOnAws(target: TargetName): boolean {
  return target === "beanstalk" || target === "ecs";
}

async function setSecrets(
  { stack, project }: StackPlace,
  secrets: StackDraft["secrets"],
  report: (message: string) => void,
): Promise<void> {
  for (const [name, value] of Object.entries(secrets)) {
    await setSecretConfig({ stack, project, key: `secrets.${name}` }, value, report);
  }
}

/** `file:line: what is the matter. What mends it.` */
function noteText({ text, fix, evidence }: Finding): string {
  const places = evidence.length === 0 ? "" : `${evidence.map(where).join(", ")}: `;
  return printable([`${places}${text}`, ...(fix === undefined ? [] : [fix])].join(" "));
}

/** The first port from 8080 on that no other stack's config takes. */
function freeStackPort(project: string, stack: string): number {
  const others = stackNames(project).filter((name) => name !== stack && existsSync(configFile(placeOf(name, project))));
  const taken = new Set(others.map((name) => portOf(name, project)));
  let port = FIRST_PORT;
  while (taken.has(port)) port += 1;
  return port;
}

function portOf(stack: string, project: string): number | undefined {
  try {
    return readSettings(stack, project).local.port;
  } catch {
    // A stack whose config is wrong, or for another target, takes no port here.
    return undefined;
  }
}
