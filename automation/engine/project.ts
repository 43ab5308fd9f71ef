/** Where a stack's files are: its config, its state, the key that its secrets are encrypted with. */
import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { packageRoot } from "../../components/package-root";
import { namedByCaller } from "../caller";
import { SlipwayError } from "../errors";

/** One stack of one project folder. */
export interface StackPlace {
  /** Folder of Pulumi.yaml. */
  project: string;
  stack: string;
  /** How the engine is set up where it is not the usual way, as in a rehearsal. */
  setup?: EngineSetup;
}

/** A place of its own for what an engine keeps, apart from what is really deployed. */
export interface EngineSetup {
  /** Folder for state, keys and the stack's own files, in place of the project's. */
  folder: string;
  /** Config file in place of the committed one. */
  configFile: string;
  /** Further environment of the engine; `undefined` takes a variable away. */
  environment: EngineEnvironment;
}

/** Environment variables for the engine, over those of this process; `undefined` takes one away. */
export type EngineEnvironment = Record<string, string | undefined>;

const STACK_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** Folder of Pulumi.yaml where none is named: what SLIPWAY_PROJECT says, else Slipway's own. */
export function defaultProject(): string {
  const named = process.env["SLIPWAY_PROJECT"];
  return named === undefined || named === "" ? packageRoot : namedByCaller(named);
}

/**
 * Names a stack of a project.
 *
 * @param project folder of Pulumi.yaml; @default {@link defaultProject}
 * @throws SlipwayError (usage) for a name that Pulumi, or a folder, cannot have
 */
export function placeOf(stack: string, project = defaultProject()): StackPlace {
  if (!STACK_NAME.test(stack)) {
    throw new SlipwayError(
      "usage",
      `${JSON.stringify(stack)} is not a name for a stack: allowed are up to 100 letters, digits, hyphens, underscores ` +
        "and full stops, starting with a letter or digit.",
    );
  }
  return { project, stack };
}

/** Folder that Slipway keeps everything of the project in that is not to be committed. */
export function slipwayFolder({ project, setup }: StackPlace): string {
  return setup?.folder ?? path.join(project, ".slipway");
}

/** The stack's config file: as it is committed, but for a rehearsal. */
export function configFile({ project, stack, setup }: StackPlace): string {
  return setup?.configFile ?? path.join(project, `Pulumi.${stack}.yaml`);
}

/** What the config file says, unchecked. */
export interface StackFile {
  config: Record<string, unknown>;
  encryptionsalt?: string;
  secretsprovider?: string;
}

/**
 * Reads the stack's config file.
 *
 * @throws SlipwayError (config) when it is missing or no YAML
 */
export function readStackFile(place: StackPlace): StackFile {
  const file = configFile(place);
  if (!existsSync(file)) {
    throw new SlipwayError(
      "config",
      `There is no ${path.basename(file)} in ${place.project}.`,
      "slipway init, or name another stack with --stack",
    );
  }
  try {
    const { config, ...rest } = (parse(readFileSync(file, "utf8")) ?? {}) as Partial<StackFile>;
    return { ...rest, config: config ?? {} };
  } catch (error) {
    throw new SlipwayError(
      "config",
      `${file} is not valid YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/**
 * Environment for the Pulumi CLI: the backend that holds the state, the key to its secrets, and no attempt to download
 * plugins where every provider is local. Providers that somebody attaches are for their own `pulumi` alone.
 */
export function engineEnvironment(place: StackPlace): EngineEnvironment {
  if (place.setup !== undefined) return setupEnvironment(place, place.setup);
  const local = isLocalOnly(place);
  return {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DEBUG_PROVIDERS: undefined,
    ...(local && { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
    ...backendEnvironment(place, local),
    ...passphraseEnvironment(),
  };
}

/** A backend and a key of the setup's own, whatever the user is logged in to. */
function setupEnvironment(place: StackPlace, { folder, environment }: EngineSetup): EngineEnvironment {
  return {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_BACKEND_URL: `file://${stateFolder(place)}`,
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: madeOnce(path.join(folder, "passphrase")),
    ...environment,
  };
}

/** True when this machine is the stack's only target, so that no account and no download is needed. */
export function isLocalOnly(place: StackPlace): boolean {
  const targets = existsSync(configFile(place)) ? readStackFile(place).config["slipway:targets"] : undefined;
  return Array.isArray(targets) && targets.length > 0 && targets.every((target) => target === "local");
}

/** A backend named by the user wins; a stack on this machine keeps its state beside the project; others, where the user is logged in. */
function backendEnvironment(place: StackPlace, local: boolean): Record<string, string> {
  if (process.env["PULUMI_BACKEND_URL"] !== undefined || !local) return {};
  return { PULUMI_BACKEND_URL: `file://${stateFolder(place)}` };
}

/** Folder of the file backend, made when it is not there. */
export function stateFolder(place: StackPlace): string {
  const folder = path.join(slipwayFolder(place), "state");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Without a passphrase of the user's, one of this user account's own: made once, kept outside every repository. */
function passphraseEnvironment(): Record<string, string> {
  if (
    process.env["PULUMI_CONFIG_PASSPHRASE"] !== undefined ||
    process.env["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined
  )
    return {};
  return { PULUMI_CONFIG_PASSPHRASE_FILE: madeOnce(passphraseFile()) };
}

/** A file with a random text, made when it is not there. @returns the file */
function madeOnce(file: string): string {
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const own = `${file}.${process.pid}`;
    writeFileSync(own, randomBytes(32).toString("base64url"), { mode: 0o600 });
    try {
      // Linking a finished file is atomic: no other process reads a text that is not whole.
      linkSync(own, file);
    } catch (error) {
      // Another process made it at the same moment; its text is as good.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(own, { force: true });
    }
  }
  return file;
}

/** The file of this user account's own passphrase. */
export function passphraseFile(): string {
  const base = process.env["XDG_CONFIG_HOME"] ?? path.join(homedir(), ".config");
  return path.join(base, "slipway", "passphrase");
}
