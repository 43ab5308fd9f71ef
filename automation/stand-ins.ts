/** Texts that stand for encrypted values of a stack's config where nothing is to be decrypted. */

/** By the end of a key, a text of the form that the schema asks for there; the first that fits counts. */
const FORMS: readonly (readonly [end: string, text: string])[] = [
  ["drain.url", "https://stand-in.invalid/"],
  ["url", "postgresql://stand-in:stand-in@stand-in.invalid/stand-in"],
  ["webhook", "https://stand-in.invalid/"],
];

/** Long enough for a password, and of characters that are allowed in one. */
const OTHER = "stand-in-for-a-secret";

/** The config with a stand-in for every value that is encrypted: `{secure: <ciphertext>}` in the file. */
export function withStandIns(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return withStandIn("", config) as Record<string, unknown>;
}

/** @param path keys on the way to the value, with points before each */
function withStandIn(path: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => withStandIn(path, entry));
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) return FORMS.find(([end]) => path.endsWith(`.${end}`))?.[1] ?? OTHER;
  // A section is named `slipway:heroku`, its parts by a word.
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    withStandIn(`${path}.${key.split(":").at(-1) ?? key}`, inner),
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}
