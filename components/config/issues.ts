/** Says the schema's own findings as faults: what is wrong, the value given, what is allowed, the command that mends it. */
import type { z } from "zod";
import { isSecretKey, nearest, setCommand, type Fault } from "./faults";
import { settingsSchema } from "./schema";

type Issue = z.core.$ZodIssue;

/** The faults behind one issue that the schema found in `raw`. */
export function issueFaults(issue: Issue, raw: object, stack: string): Fault[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((name) => unknownKey(issue, name, stack));
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => badName(issue.path, message, stack));
  return [fault(issue.path, problem(issue, raw), issue, raw, stack)];
}

function fault(path: readonly PropertyKey[], text: string, issue: Issue, raw: object, stack: string): Fault {
  const key = path.map(String).join(".");
  const given = valueAt(raw, path);
  const allowed = allowedBy(issue);
  return {
    key,
    problem: text,
    ...(given === undefined || isSecretKey(key) ? {} : { value: JSON.stringify(given).slice(0, 200) }),
    ...(allowed === undefined ? {} : { allowed }),
    mend: setCommand(key, stack, quoted(issue, given)),
  };
}

/** YAML takes 3.12 for a number; where a text is wanted, the quotes have to reach the file. */
function quoted(issue: Issue, given: unknown): string | undefined {
  const wanted = issue.code === "invalid_type" && issue.expected === "string";
  return wanted && (typeof given === "number" || typeof given === "boolean") ? `'"${given}"'` : undefined;
}

function badName(path: readonly PropertyKey[], allowed: string, stack: string): Fault {
  const key = path.map(String).join(".");
  return { key, problem: "not a name for a variable", allowed, mend: `slipway config rm ${key} --stack ${stack}` };
}

function unknownKey(issue: Issue & { code: "unrecognized_keys" }, name: string, stack: string): Fault {
  const path = [...issue.path.map(String), name];
  const known = knownKeys(issue.path.map(String));
  const close = nearest(name, known);
  return {
    key: path.join("."),
    problem: close === undefined ? "no such key" : `no such key; did you mean ${close}?`,
    ...(known.length > 0 ? { allowed: known.join(", ") } : {}),
    mend: `slipway config rm ${path.join(".")} --stack ${stack}`,
  };
}

/** Names that are allowed below a path of the schema. */
function knownKeys(path: readonly string[]): string[] {
  let at: unknown = settingsSchema;
  for (const step of path) at = shapeOf(at)?.[step];
  return Object.keys(shapeOf(at) ?? {});
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  let at = schema as { shape?: Record<string, unknown>; def?: { innerType?: unknown } } | undefined;
  while (at !== undefined && at.shape === undefined && at.def?.innerType !== undefined)
    at = at.def.innerType as typeof at;
  return at?.shape;
}

function problem(issue: Issue, raw: object): string {
  const given = valueAt(raw, issue.path);
  if (given === undefined && (issue.code === "invalid_type" || issue.code === "invalid_value")) return "missing";
  if (issue.code === "invalid_type") return `must be ${article(issue.expected)}`;
  if (issue.code === "too_small") return "too small";
  if (issue.code === "too_big") return "too large";
  if (issue.code === "invalid_union" || issue.code === "invalid_value") return "not one of the allowed values";
  return "not of the right form";
}

function allowedBy(issue: Issue): string | undefined {
  if (issue.code === "invalid_value") return ownMessage(issue) ?? issue.values.map(String).join(", ");
  if (issue.code === "too_small") return `${issue.minimum} or more${issue.origin === "array" ? " entries" : ""}`;
  if (issue.code === "too_big") return `${issue.maximum} or less`;
  if (issue.code === "invalid_union") return unionOptions(issue);
  if (issue.code === "invalid_format" || issue.code === "custom") return issue.message;
  return undefined;
}

/** What the schema itself says of a value, such as why it is the only one; zod's own texts start like this. */
function ownMessage({ message }: Issue): string | undefined {
  return message.startsWith("Invalid ") ? undefined : message;
}

function unionOptions(issue: Issue & { code: "invalid_union" }): string | undefined {
  const options = (issue as { options?: unknown }).options;
  if (Array.isArray(options)) return options.map(String).join(", ");
  return undefined;
}

function article(type: string): string {
  const names: Record<string, string> = { int: "a whole number", record: "a map of names to values", object: "a map" };
  return names[type] ?? `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}

function valueAt(raw: object, path: readonly PropertyKey[]): unknown {
  let at: unknown = raw;
  for (const step of path)
    at = typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[step] : undefined;
  return at;
}
