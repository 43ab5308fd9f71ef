/** What differs between the inputs of a resource and those asked for now, as its provider would see it. */
import { UNKNOWN, isObject } from "../protocol/values";
import type { Cloud, Model, Values } from "./model";
import { known, valuesAt } from "./paths";

/** A property that changes. */
export interface Change {
  /** In the engine's notation: `ingress[0].fromPort`. */
  path: string;
  kind: "add" | "delete" | "update";
  /** True when it takes another resource. */
  replaces: boolean;
}

/** Inputs that were filled in by the provider; kept beside them, under a name that no input has. */
export const DEFAULTS = "__defaults";

const ASSET = "4dabf18193072939515e22adb298388d";

/** One place where old and new inputs are compared. */
interface Place {
  path: string;
  /** The same without the places in lists: `ingress.fromPort`. */
  dotted: string;
}

/** The changes from `olds` to `news`; what is not known yet counts as changed. */
export function changesBetween(cloud: Cloud, model: Model, olds: Values, news: Values): Change[] {
  const compared = (key: string): boolean => key !== DEFAULTS;
  const found: Omit<Change & Place, "replaces">[] = [];
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(compared);
  for (const key of keys)
    compare(model, { path: key, dotted: key }, olds[key], news[key], (change) => found.push(change));
  const replacing = [...model.replaces, ...(cloud.everywhere ?? [])];
  const besides = found.length === 0 ? [] : (model.replacesIf?.(knownOf(olds), knownOf(news)) ?? []);
  return found.map(({ path, dotted, kind }) => ({
    path,
    kind,
    replaces:
      replacing.some((property) => takesAnother(property, dotted, olds, news)) ||
      besides.includes(dotted.split(".")[0] ?? dotted),
  }));
}

function knownOf(values: Values): Values {
  return known(values) as Values;
}

type Found = (change: Place & Pick<Change, "kind">) => void;

function compare(model: Model, place: Place, before: unknown, after: unknown, found: Found): void {
  if (model.quiet?.includes(place.dotted) === true) return;
  const isJson = model.json?.includes(place.dotted) === true;
  const isSet = model.sets?.includes(place.dotted) === true;
  const meaning = model.means?.[place.dotted] ?? ((value: unknown): unknown => value);
  if (textOf(meaning(before), isJson, isSet) === textOf(meaning(after), isJson, isSet)) return;
  if (model.caseless?.includes(place.dotted) === true && lowered(before) === lowered(after)) return;
  if (isEmpty(before) || isEmpty(after)) {
    found({ ...place, kind: isEmpty(before) ? "add" : "delete" });
  } else if (isPlainObject(before) && isPlainObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(model, below(place, key), before[key], after[key], found);
    }
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length && !isSet) {
    before.forEach((entry, at) => {
      compare(model, { ...place, path: `${place.path}[${at}]` }, entry, after[at], found);
    });
  } else found({ ...place, kind: "update" });
}

function below({ path, dotted }: Place, key: string): Place {
  return { path: path + (/^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`), dotted: `${dotted}.${key}` };
}

/** A change at or below a replacing property, or one of a whole section that the property is part of. */
function takesAnother(property: string, changed: string, olds: Values, news: Values): boolean {
  if (changed === property || changed.startsWith(`${property}.`)) return true;
  if (!property.startsWith(`${changed}.`)) return false;
  return textOf(valuesAt(olds, property)) !== textOf(valuesAt(news, property));
}

/** Nothing given, an empty list and an empty object are one to a provider. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !(ASSET in value);
}

/** What can be read, without what the cloud has filled in inside of what was given. */
export function likeInput(input: unknown, output: unknown): unknown {
  if (Array.isArray(input) && Array.isArray(output) && input.length === output.length) {
    return output.map((entry, at) => likeInput(input[at], entry));
  }
  if (!isObject(input) || !isObject(output)) return output;
  const there = Object.keys(input).filter((key) => output[key] !== undefined);
  return Object.fromEntries(there.map((key) => [key, likeInput(input[key], output[key])]));
}

function lowered(value: unknown): string {
  return textOf(value).toLowerCase();
}

/** A text that is the same for values that mean the same. */
function textOf(value: unknown, isJson = false, isSet = false): string {
  if (isEmpty(value)) return "";
  if (isJson && typeof value === "string") return canonical(parsed(value));
  if (isSet && Array.isArray(value)) return canonical(value.map((entry) => canonical(entry)).sort());
  return canonical(value);
}

function canonical(value: unknown): string {
  if (value === UNKNOWN) return "?";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  // Files are the same when their contents are.
  if (ASSET in value && typeof value["hash"] === "string") return `#${value["hash"]}`;
  const entries = Object.entries(value).filter(([, inner]) => !isEmpty(inner));
  const sorted = entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${sorted.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(",")}}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
