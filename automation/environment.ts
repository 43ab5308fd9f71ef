/** What a plain `pulumi` needs to work on a stack as Slipway does. */
import { configFile, engineEnvironment, placeOf, type EngineEnvironment } from "./engine/project";
import { effectiveConfigFile } from "./engine/stack";
import type { StackRef } from "./operations";

/**
 * Environment for a plain `pulumi` command on a stack: backend, passphrase file, and as `SLIPWAY_CONFIG_FILE` the file for
 * its `--config-file`.
 *
 * @throws SlipwayError (config) when there is no such stack
 */
export function pulumiEnvironment({ stack, project }: StackRef): Record<string, string> {
  const place = placeOf(stack, project);
  const file = effectiveConfigFile(place) ?? configFile(place);
  const named: EngineEnvironment = { ...engineEnvironment(place), SLIPWAY_CONFIG_FILE: file };
  return Object.fromEntries(Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
