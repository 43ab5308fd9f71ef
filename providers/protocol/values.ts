/** The engine's property values as plain data, and back: secrets and values that are not known yet included. */

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN_ON_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Stands for a value that only a later step of the deployment will know (previews only). */
export const UNKNOWN: unique symbol = Symbol("unknown");

export type Plain = string | number | boolean | null | typeof UNKNOWN | Plain[] | { [key: string]: Plain };
export type Bag = Record<string, Plain>;

/** Properties received from the engine: their values, and which of them hold something secret. */
export interface Received {
  values: Bag;
  secrets: Set<string>;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads properties off the wire. */
export function receive(wire: Record<string, unknown>): Received {
  const secrets = new Set<string>();
  const entries = Object.entries(wire).map(([key, value]) => [key, plain(value, () => secrets.add(key))] as const);
  return { values: Object.fromEntries(entries), secrets };
}

function plain(value: unknown, onSecret: () => void): Plain {
  if (value === UNKNOWN_ON_WIRE) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item) => plain(item, onSecret));
  if (isObject(value)) {
    if (value[SIGNATURE] === SECRET) {
      onSecret();
      return plain(value["value"], onSecret);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, onSecret)]));
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

/** Puts properties on the wire; the ones named in `secrets` are marked, so that the engine encrypts them. */
export function send(values: Readonly<Record<string, unknown>>, secrets: ReadonlySet<string>): Record<string, unknown> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  const mark = (key: string, value: unknown) => (secrets.has(key) ? { [SIGNATURE]: SECRET, value } : value);
  return Object.fromEntries(present.map(([key, value]) => [key, mark(key, onWire(value))]));
}

function onWire(value: unknown): unknown {
  if (value === UNKNOWN) return UNKNOWN_ON_WIRE;
  if (Array.isArray(value)) return value.map(onWire);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, onWire(item)]));
  return value;
}

export function hasUnknown(value: Plain | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** One property that differs between two bags; `path` in the engine's notation. */
export interface Difference {
  path: string;
  kind: "add" | "delete" | "update";
}

/** The input or output that a path is about. */
export function topOf(path: string): string {
  return /^\w+/.exec(path)?.[0] ?? path;
}

/** Lists what differs, down to the entries of nested objects; lists count as one value. */
export function differences(olds: Bag, news: Bag, prefix = ""): Difference[] {
  const found: Difference[] = [];
  for (const key of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    const path = prefix === "" ? key : prefix + (/^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);
    const before = olds[key];
    const after = news[key];
    if (before === undefined) found.push({ path, kind: "add" });
    else if (after === undefined) found.push({ path, kind: "delete" });
    else if (isBag(before) && isBag(after)) found.push(...differences(before, after, path));
    else if (hasUnknown(after) || JSON.stringify(before) !== JSON.stringify(after))
      found.push({ path, kind: "update" });
  }
  return found;
}

function isBag(value: Plain): value is Bag {
  return isObject(value);
}
