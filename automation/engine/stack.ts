/** Opens a stack of the project in the real engine, making it on first use. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { LocalWorkspace, Stack, StackNotFoundError } from "@pulumi/pulumi/automation";
import { parse, parseDocument } from "yaml";
import { packageRoot } from "../../components/package-root";
import { SlipwayError } from "../errors";
import { separateConnections } from "./connections";
import { stateError } from "./failures";
import { releaseStaleLocks } from "./locks";
import { configFile, engineEnvironment, isLocalOnly, readStackFile, slipwayFolder, type StackPlace } from "./project";
import type { Program } from "./program";
import { findPulumi } from "./pulumi-cli";
import { restoreState, stateFile } from "./state-file";

/** Plugin that serves the policies, as Pulumi.yaml names it. */
const POLICY_PLUGIN = "policy-slipway";

/** A stack that operations can run on. */
export interface OpenStack {
  place: StackPlace;
  stack: Stack;
  /** Options that every operation of the engine takes for this stack. */
  engineOptions: { configFile?: string; policyPacks?: string[] };
  program: Program;
}

/** Nothing was deployed of a stack. */
export class NotDeployedError extends SlipwayError {
  constructor({ stack }: StackPlace, cause?: unknown) {
    super("state", `The stack ${stack} is not deployed.`, `slipway up --stack ${stack}`, { cause });
  }
}

/**
 * Opens a stack; makes it in its backend when it is not there yet and `create` says so.
 *
 * @param program what the stack runs
 * @param report is told, in a sentence each, what takes time or is mended on the way
 * @throws SlipwayError (config, tool, state); NotDeployedError for one that is not there and is not to be made
 */
export async function openStack(
  place: StackPlace,
  program: Program,
  report: (message: string) => void,
  create = true,
): Promise<OpenStack> {
  readStackFile(place);
  const policyPacks = isLocalOnly(place) ? [] : [policyPack(place)];
  const pulumiCommand = await findPulumi(report).catch((error: unknown) => {
    throw new SlipwayError("tool", error instanceof Error ? error.message : String(error));
  });
  const killed = await releaseStaleLocks(place, report);
  restoreState(place, killed, report);
  separateConnections();
  // A variable without a value is taken away from what the engine inherits; the SDK hands it on as it is.
  const shared = { pulumiCommand, envVars: engineEnvironment(place) as Record<string, string> };
  const workspace = await LocalWorkspace.create({ ...shared, workDir: place.project, program: program.run });
  const known = isKnown(place);
  // Every command names its stack; asking whether it is there would cost a process.
  if (known !== undefined) workspace.selectStack = () => Promise.resolve();
  // The events of an operation tell its outputs; the SDK would ask for them with two processes after each.
  workspace.stackOutputs = () => Promise.resolve({});
  const make = async (cause?: unknown): Promise<Stack> => {
    if (!create) throw new NotDeployedError(place, cause);
    const keys = await LocalWorkspace.create({ ...shared, workDir: keyFolder(place) });
    await Stack.create(place.stack, keys).catch((error: unknown) => {
      throw stateError(place, error);
    });
    return Stack.select(place.stack, workspace);
  };
  const select = (): Promise<Stack> =>
    Stack.select(place.stack, workspace).catch((error: unknown) => {
      if (error instanceof StackNotFoundError) return make(error);
      throw stateError(place, error);
    });
  const stack = known === false ? await make() : await select();
  const file = effectiveConfigFile(place);
  const engineOptions = {
    ...(file !== undefined && { configFile: file }),
    // They judge what is made in a cloud.
    ...(policyPacks.length > 0 && { policyPacks }),
  };
  return { place, stack, program, engineOptions };
}

/** Whether the file backend of the project has the stack; undefined where another backend keeps it. */
function isKnown(place: StackPlace): boolean | undefined {
  const { PULUMI_BACKEND_URL: backend } = engineEnvironment(place);
  return backend === undefined ? undefined : existsSync(stateFile(place));
}

/** What Slipway reads of a Pulumi.yaml. */
interface ProjectFile {
  name: string;
  plugins?: { analyzers?: readonly { name?: string }[] };
}

function projectFile({ project }: StackPlace): ProjectFile {
  return parse(readFileSync(path.join(project, "Pulumi.yaml"), "utf8")) as ProjectFile;
}

function projectName(place: StackPlace): string {
  return projectFile(place).name;
}

/**
 * Folder of the policies.
 *
 * @throws SlipwayError (config) where the project does not name the plugin that serves them: nothing is made unjudged
 */
function policyPack(place: StackPlace): string {
  const folder = path.join(packageRoot, "policy");
  const analyzers = projectFile(place).plugins?.analyzers ?? [];
  if (analyzers.some(({ name }) => name === POLICY_PLUGIN)) return folder;
  const file = path.join(place.project, "Pulumi.yaml");
  throw new SlipwayError(
    "config",
    `${file} does not name the plugin ${POLICY_PLUGIN}, which judges what is made in a cloud.`,
    `add it under plugins.analyzers: {name: ${POLICY_PLUGIN}, path: ${path.relative(place.project, folder)}}`,
  );
}

/**
 * Folder with a project file of its own, where Pulumi writes what it adds to a stack's config file. The salt of the
 * encryption belongs to this machine's passphrase, so it must not end up in the committed file.
 */
function keyFolder(place: StackPlace): string {
  const folder = path.join(slipwayFolder(place), "keys");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeIfChanged(path.join(folder, "Pulumi.yaml"), `name: ${projectName(place)}\nruntime: nodejs\n`);
  return folder;
}

/**
 * The config file that the engine reads: the committed one when it says how its secrets are encrypted, else a copy with
 * this machine's salt; without one, the engine finds it in the state. Undefined stands for the committed file.
 */
export function effectiveConfigFile(place: StackPlace): string | undefined {
  const { encryptionsalt, secretsprovider } = readStackFile(place);
  if (encryptionsalt !== undefined || secretsprovider !== undefined) return undefined;
  const salt = machineSalt(place);
  const copy = parseDocument(readFileSync(configFile(place), "utf8"));
  if (salt !== undefined) copy.set("encryptionsalt", salt);
  const file = path.join(slipwayFolder(place), "keys", `engine.${place.stack}.yaml`);
  writeIfChanged(file, copy.toString());
  return file;
}

/** Salt of the stack's encryption on this machine, once the stack is made. */
export function machineSalt(place: StackPlace): string | undefined {
  const file = path.join(slipwayFolder(place), "keys", `Pulumi.${place.stack}.yaml`);
  if (!existsSync(file)) return undefined;
  return (parse(readFileSync(file, "utf8")) as { encryptionsalt?: string } | null)?.encryptionsalt;
}

/** At once, for other processes that read it: operations on other stacks share the folder. */
function writeIfChanged(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  const own = `${file}.${process.pid}`;
  writeFileSync(own, text, { mode: 0o600 });
  renameSync(own, file);
}
