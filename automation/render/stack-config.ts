/** The config of a stack as its files need it: with its secrets. */
import { loadSettings, type Settings } from "../../components/config";
import { availableTargets } from "../../components/targets";
import { stateError } from "../engine/failures";
import { programOf } from "../engine/program";
import { readStackFile, type StackPlace } from "../engine/project";
import { openStack } from "../engine/stack";
import { unlessStopped } from "../stopping";
import type { RenderOptions } from "./output";

type Deciphering = Pick<RenderOptions, "report" | "signal">;

/**
 * The settings of a stack with every secret decrypted. The engine is asked only where there is one.
 *
 * @throws ConfigError naming every fault; SlipwayError (config, tool, state, timeout, cancelled)
 */
export async function decryptedSettings(place: StackPlace, options: Deciphering): Promise<Settings> {
  const { config } = readStackFile(place);
  const texts = isEncrypted(config) ? await decrypted(place, options) : plain(config);
  return loadSettings(texts, { stack: place.stack, available: availableTargets });
}

function isEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "secure" in value || Object.values(value).some(isEncrypted);
}

function plain(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, JSON.stringify(value)]));
}

async function decrypted(
  place: StackPlace,
  { report = () => undefined, signal }: Deciphering,
): Promise<Record<string, string>> {
  const all = await unlessStopped(signal, async () => {
    const { stack } = await openStack(place, programOf(place), report);
    return stack.getAllConfig().catch((error: unknown) => {
      throw stateError(place, error);
    });
  });
  return Object.fromEntries(Object.entries(all).map(([key, { value }]) => [key, value]));
}
