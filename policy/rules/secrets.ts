/** What looks like a secret in plain text. */

const TELLING = /PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL/;
/** A variable of Slipway's that says which version of a secret there is. */
const VERSION = /^SLIPWAY_\w+_VERSION$/;
/** A URL with a password in it. */
const URL_WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;

/** Whether an environment variable holds a secret, by its name or its value. */
export function holdsSecret(name: unknown, value: unknown): boolean {
  const telling = TELLING.test(String(name)) && !VERSION.test(String(name)) && value !== "";
  return telling || URL_WITH_PASSWORD.test(String(value));
}
