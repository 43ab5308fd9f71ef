/** Takes secrets out of texts that are to be public, beside those that the engine knows of and masks itself. */

const MASK = "[secret]";

/** Names of keys and variables whose values are secret; the last word decides, so that `passwordLength` is none. */
const SECRET_NAME = String.raw`(?:pass(?:word|wd|phrase)?|secret|token|credentials?|api[_-]?key|private[_-]?key|access[_-]?key)`;

/** Forms of credentials that are known by themselves, and what is kept of each. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  // The password of a URL.
  [/([a-z0-9]:\/\/[^\s/:@"'\\]{0,256}:)[^\s/@"'\\]{1,1024}@/gi, `$1${MASK}@`],
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g, MASK],
  // AWS, GitHub, GitLab, Heroku, npm, Slack, Stripe, Pulumi; a JSON Web Token.
  [/(?:AKIA|ASIA)[A-Z0-9]{16}/g, MASK],
  [/(?:gh[opsur]_\w{20,255}|github_pat_\w{20,255}|glpat-[\w-]{16,64}|HRKU-[\w-]{16,80}|npm_\w{30,40})/g, MASK],
  [/(?:xox[abeoprs]-[\w-]{8,255}|[rs]k_(?:live|test)_\w{16,255}|pul-[0-9a-f]{40})/g, MASK],
  [/eyJ[\w-]{8,2048}\.[\w-]{8,4096}\.[\w-]{0,1024}/g, MASK],
  // A value beside a name, as in JSON, YAML and command lines; an ARN only names a secret.
  [
    new RegExp(
      String.raw`(${SECRET_NAME}\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?)(?!arn:|\[secret\])[^\s"'\\,;}&]{1,1024}`,
      "gi",
    ),
    `$1${MASK}`,
  ],
];

const SECRET_KEY = new RegExp(`${SECRET_NAME}$`, "i");

/** True for the path of a property whose value is a secret by its name, such as `environment.API_TOKEN`. */
export function isSecretPath(path: string): boolean {
  return SECRET_KEY.test(/[^.[\]"]+(?="?\]?$)/.exec(path.slice(-200))?.[0] ?? "");
}

/** A function that takes secrets out of a text: known forms, and the values of secret variables of `environment`. */
export function masker(environment: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const own = Object.entries(environment)
    .filter(([name, value = ""]) => SECRET_KEY.test(name) && value.length >= 8)
    .map(([, value = ""]) => value)
    // One that holds another goes first.
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const without = own.reduce((left, value) => left.replaceAll(value, MASK), text);
    return FORMS.reduce((left, [form, kept]) => left.replace(form, kept), without);
  };
}
