/** Keeps secrets out of messages: a failing program may print what it was given. */
import { isObject } from "../protocol/values";

const SECRET_NAME = /SECRET|PASSW|TOKEN|KEY|CREDENTIAL|DSN|SALT/i;
const CREDENTIALS = /(\w+:\/\/[^\s/:@]*:)[^\s/@]+@/g;
const SHORTEST = 4;

/**
 * Blanks out passwords in URLs, and the values of variables in `environment` that are secret: those that SLIPWAY_SECRETS
 * lists, separated by commas, and those whose names say so.
 */
export function redact(message: string, environment: unknown): string {
  let clean = message.replace(CREDENTIALS, "$1***@");
  const variables = isObject(environment) ? environment : {};
  const { SLIPWAY_SECRETS: names } = variables;
  const listed = typeof names === "string" ? names.split(",") : [];
  for (const [name, value] of Object.entries(variables)) {
    if (typeof value !== "string" || value.length < SHORTEST) continue;
    if (name === "SLIPWAY_SECRETS" || !(listed.includes(name) || SECRET_NAME.test(name))) continue;
    clean = clean.replaceAll(value, "***");
  }
  return clean;
}
