/** From the config that the engine hands over to checked settings, with every fault reported at once. */
import { ConfigError } from "./faults";
import { issueFaults } from "./issues";
import { PROFILES, withProfile } from "./profiles";
import { crossFaults, type LoadOptions } from "./rules";
import { settingsSchema, type Settings, type SettingsInput } from "./schema";

/**
 * Reads the config of a stack, as the engine gives it: `slipway:key` -> text, JSON for anything but a plain text.
 *
 * @throws ConfigError naming every fault, the value given, what is allowed and the command that mends it
 */
export function loadSettings(config: Readonly<Record<string, string>>, options: LoadOptions): Settings {
  const raw: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(config)) {
    const [namespace, name] = split(key);
    if (namespace === "slipway") raw[name] = decode(text);
  }
  return checkSettings(raw, options);
}

/**
 * Checks settings that are already values, such as those of a program that uses the components as a library.
 *
 * @throws ConfigError as {@link loadSettings}
 */
export function checkSettings(raw: SettingsInput | Record<string, unknown>, options: LoadOptions): Settings {
  const environment = raw["environment" as keyof typeof raw];
  const profile = PROFILES[environment === "stg" || environment === "prod" ? environment : "dev"];
  const parsed = settingsSchema.safeParse(withProfile(raw, profile));
  const faults = parsed.success
    ? crossFaults(parsed.data, options)
    : parsed.error.issues.flatMap((issue) => issueFaults(issue, raw, options.stack));
  if (!parsed.success || faults.length > 0) throw new ConfigError(options.stack, faults);
  return parsed.data;
}

function split(key: string): [string, string] {
  const colon = key.indexOf(":");
  return [key.slice(0, colon), key.slice(colon + 1)];
}

/** Objects, lists, numbers and booleans arrive as JSON; a text that is no JSON is a plain text. */
function decode(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
