/** Texts that stand for encrypted values of a stack's config where nothing is to be decrypted. */

/** By the last word of a key, or the last two, a text of the form that the schema asks for there. */
const FORMS: Readonly<Record<string, string>> = {
  url: "postgresql://stand-in:stand-in@stand-in.invalid/stand-in",
  "drain.url": "https://stand-in.invalid/",
  webhook: "https://stand-in.invalid/",
};

/** Long enough for a password, and of characters that are allowed in one. */
const OTHER = "stand-in-for-a-secret";

/** The config with a stand-in for every value that is encrypted: `{secure: <ciphertext>}` in the file. */
export function withStandIns(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, withStandIn(key, value)]));
}

function withStandIn(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => withStandIn(key, entry));
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) return FORMS[key] ?? FORMS[key.split(/[.:]/).at(-1) ?? key] ?? OTHER;
  const above = key.split(/[.:]/).at(-1) ?? key;
  const below = Object.entries(value).map(([name, own]) => [name, withStandIn(`${above}.${name}`, own)] as const);
  return Object.fromEntries(below);
}
