/** Reading and editing a stack's config file. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { isCollection, parse, parseDocument, type Document } from "yaml";
import { isSecretKey, loadSettings, setCommand, type Settings } from "../components/config";
import { availableTargets } from "../components/targets";
import { SlipwayError } from "./errors";
import { stateError } from "./engine/failures";
import { programOf } from "./engine/program";
import { configFile, engineEnvironment, placeOf, readStackFile, type StackPlace } from "./engine/project";
import { withStandIns } from "./stand-ins";
import { machineSalt, openStack, type OpenStack } from "./engine/stack";

/** One key of one stack. */
export interface ConfigKey {
  stack: string;
  /** Folder of Pulumi.yaml. @default SLIPWAY_PROJECT, else Slipway's own */
  project?: string;
  /** Key with dots, without the namespace, such as `local.port`; list entries as `targets[0]`. */
  key: string;
}

/**
 * Sets a key to a value that is no secret; comments and order of the file stay.
 *
 * @param value text as YAML: `8081` is a number, `{kind: embedded}` a section
 * @throws SlipwayError (usage) for a key that holds a secret, (config) for a file that is missing or no YAML
 */
export function setConfig({ stack, project, key }: ConfigKey, value: string): void {
  if (isSecretKey(key)) {
    throw new SlipwayError(
      "usage",
      `slipway:${key} holds a secret, which is not given on the command line.`,
      setCommand(key, stack),
    );
  }
  edit(placeOf(stack, project), (document) => {
    const above = pathOf(key).slice(0, -1);
    if (document.hasIn(above) && !isCollection(document.getIn(above, true))) {
      throw new SlipwayError(
        "usage",
        `slipway:${key} lies below a plain value.`,
        `slipway config rm ${parentOf(key)} --stack ${stack}`,
      );
    }
    const given: unknown = parse(value);
    // A plain value takes the place of the old one's text alone, so that a comment beside it stays.
    document.setIn(pathOf(key), typeof given === "object" ? document.createNode(given) : given);
  });
}

/** Removes a key. @throws SlipwayError (config) when it is not there */
export function removeConfig({ stack, project, key }: ConfigKey): void {
  edit(placeOf(stack, project), (document) => {
    if (!document.hasIn(pathOf(key)) || !document.deleteIn(pathOf(key)))
      throw new SlipwayError("config", `The stack ${stack} does not set slipway:${key}.`);
  });
}

/**
 * Sets a key to a secret, encrypted with the stack's key by the engine.
 *
 * @param report is told what takes time on the way
 * @throws SlipwayError (config, tool, state)
 */
export async function setSecretConfig(
  { stack, project, key }: ConfigKey,
  value: string,
  report: (message: string) => void,
): Promise<void> {
  const place = placeOf(stack, project);
  const open = await openStack(place, programOf(place), report);
  const { encryptionsalt, secretsprovider } = readStackFile(place);
  const salt = machineSalt(place);
  if (encryptionsalt === undefined && secretsprovider === undefined && salt !== undefined) {
    // What is encrypted in the file can only be read with the salt beside it.
    edit(place, (document) => {
      document.set("encryptionsalt", salt);
    });
  }
  await encrypt(open, key, value);
}

/** By the engine's own command, which reads the value from its input: the SDK would give it as an argument, for all to see. */
async function encrypt({ place, stack }: OpenStack, key: string, value: string): Promise<void> {
  const words = ["config", "set", "--path", `slipway:${key}`, "--secret", "--stack", place.stack, "--non-interactive"];
  const { command } = stack.workspace.pulumiCommand;
  const running = promisify(execFile)(command, words, {
    cwd: place.project,
    env: { ...process.env, ...engineEnvironment(place) },
  });
  // The command takes one newline off.
  running.child.stdin?.end(`${value}\n`);
  await running.catch((error: unknown) => {
    throw stateError(place, error);
  });
}

/**
 * The settings that a stack's config file gives. Encrypted values stand as a placeholder: nothing is decrypted.
 *
 * @throws ConfigError naming every fault; SlipwayError (config) for a file that is missing or no YAML
 */
export function readSettings(stack: string, project?: string): Settings {
  const { config } = readStackFile(placeOf(stack, project));
  const texts = Object.entries(withStandIns(config)).map(([key, value]) => [key, JSON.stringify(value)]);
  return loadSettings(Object.fromEntries(texts) as Record<string, string>, { stack, available: availableTargets });
}

function edit(place: StackPlace, change: (document: Document) => void): void {
  readStackFile(place);
  const file = configFile(place);
  const document = parseDocument(readFileSync(file, "utf8"));
  change(document);
  writeFileSync(file, document.toString({ lineWidth: 0 }));
}

function parentOf(key: string): string {
  return key.replace(/(\.[^.[\]]+|\[\d+\])$/, "");
}

/** `local.port` is `slipway:local` -> `port` in the file; `targets[0]` is the first entry of `slipway:targets`. */
function pathOf(key: string): (string | number)[] {
  const [first, ...rest] = key.split(/[.[\]]+/).filter((step) => step !== "");
  return ["config", `slipway:${first ?? ""}`, ...rest.map((step) => (/^\d+$/.test(step) ? Number(step) : step))];
}
