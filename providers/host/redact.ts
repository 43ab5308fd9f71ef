/** Keeps secrets out of messages: a failing program may print what it was given. */
import { isObject } from "./values";

const SECRET_NAME = /SECRET|PASSW|TOKEN|KEY|CREDENTIAL|DSN|SALT/i;
const CREDENTIALS = /(\w+:\/\/[^\s/:@]*:)[^\s/@]+@/g;
const SHORTEST = 4;

/** Blanks out passwords in URLs, and the values of variables in `environment` whose names say that they are secret. */
export function redact(message: string, environment: unknown): string {
  let clean = message.replace(CREDENTIALS, "$1***@");
  for (const [name, value] of isObject(environment) ? Object.entries(environment) : []) {
    if (typeof value !== "string" || value.length < SHORTEST || !SECRET_NAME.test(name)) continue;
    clean = clean.replaceAll(value, "***");
  }
  return clean;
}
