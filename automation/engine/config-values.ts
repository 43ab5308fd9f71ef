/** Values of a stack's config as the engine gives them to a program: `namespace:key` -> text. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { stateError } from "./failures";
import { engineEnvironment, readStackFile, type StackPlace } from "./project";
import type { OpenStack } from "./stack";

/**
 * Values below one namespace, decrypted where they are secret: by the engine, which is asked only then.
 *
 * @throws SlipwayError (config) for a file that is missing or no YAML, (state) when a secret cannot be decrypted
 */
export async function configOf(open: OpenStack, namespace: string): Promise<Record<string, string>> {
  const plain = plainConfigOf(open.place, namespace);
  if (plain !== undefined) return plain;
  const all = Object.entries(await decrypted(open));
  return Object.fromEntries(all.filter(([key]) => key.startsWith(`${namespace}:`)));
}

/**
 * Values below one namespace, as {@link configOf} gives them; undefined where one is secret.
 *
 * @throws SlipwayError (config) for a file that is missing or no YAML
 */
export function plainConfigOf(place: StackPlace, namespace: string): Record<string, string> | undefined {
  const own = Object.entries(readStackFile(place).config).filter(([key]) => key.startsWith(`${namespace}:`));
  if (own.some(([, value]) => isEncrypted(value))) return undefined;
  return Object.fromEntries(own.map(([key, value]) => [key, textOf(value)]));
}

function isEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "secure" in value || Object.values(value).some(isEncrypted);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

async function decrypted({ place, stack, engineOptions }: OpenStack): Promise<Record<string, string>> {
  const { configFile } = engineOptions;
  const file = configFile === undefined ? [] : ["--config-file", configFile];
  const words = ["config", "--json", "--show-secrets", "--stack", place.stack, "--non-interactive", ...file];
  const { command } = stack.workspace.pulumiCommand;
  const { stdout } = await promisify(execFile)(command, words, {
    cwd: place.project,
    env: { ...process.env, ...engineEnvironment(place) },
  }).catch((error: unknown) => {
    throw stateError(place, error);
  });
  const values = JSON.parse(stdout) as Record<string, { value?: string }>;
  return Object.fromEntries(Object.entries(values).map(([key, { value = "" }]) => [key, value]));
}
