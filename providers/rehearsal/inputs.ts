/** From what the program gives to what is asked of the cloud: defaults, names, and what the provider itself refuses. */
import { createHash, randomBytes } from "node:crypto";
import { isObject } from "../protocol/values";
import { DEFAULTS } from "./differences";
import type { Cloud, Model, Question, Settings, Site, Thing, Values } from "./model";
import { isUnknownAt, known, valueAt } from "./paths";

/** An input that is refused before anything is asked of the cloud. */
export interface Failure {
  rule: string;
  reason: string;
  /** The input that is meant, where it is one. */
  property?: string;
}

/** What a provider checks. */
export interface Asked {
  /** What the program gives; not known yet is `UNKNOWN`. */
  inputs: Values;
  /** Inputs that the resource has now, as they were checked; absent for a new one. */
  olds?: Values;
  /** The resource's name in the program. */
  name: string;
  /** Makes names that are stable from one preview to the next. @default random */
  seed?: Uint8Array;
}

/** What came of it. */
export interface Checked {
  inputs: Values;
  failures: Failure[];
}

const RANDOM_END = 7;

/** Fills in what the provider fills in, and applies the rules of the provider. */
export function checkInputs(
  cloud: Cloud,
  model: Model,
  asked: Asked,
  { settings, site, old }: { settings: Settings; site: Site; old?: Thing },
): Checked {
  const given = { ...staying(model, asked), ...present(asked.inputs) };
  const prepared = cloud.prepare?.(model.type, given, settings) ?? given;
  const withDefaults = filledIn(prepared, model.defaults ?? {});
  const { inputs, failures } = named(model, withDefaults, asked);
  const filled = Object.keys(inputs).filter((key) => !(key in prepared));
  for (const property of model.required ?? []) {
    if (inputs[property] !== undefined) continue;
    failures.push({
      rule: `required:${model.type}.${property}`,
      property,
      reason: `${property} is required and not given`,
    });
  }
  const question = questionOf(inputs, site, old);
  for (const rule of model.plan ?? []) {
    const reason = rule.refuses(question);
    if (reason !== undefined) failures.push({ rule: rule.id, reason });
  }
  return { inputs: { ...inputs, [DEFAULTS]: filled.sort() }, failures };
}

/** What a rule is asked. @param inputs with `UNKNOWN` for what is not known yet */
export function questionOf(inputs: Values, site: Site, old?: Thing): Question {
  return {
    inputs: known(withoutMarks(inputs)) as Values,
    site,
    unknown: (property) => isUnknownAt(inputs, property),
    ...(old !== undefined && { old }),
  };
}

/** Inputs without what is only kept beside them. */
export function withoutMarks(inputs: Values): Values {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== DEFAULTS));
}

/** True when the provider, not the program, gave the property. */
export function isFilledIn(inputs: Values, property: string): boolean {
  const filled = inputs[DEFAULTS];
  return Array.isArray(filled) && filled.includes(property);
}

/** Inputs of before that the provider keeps although they are no longer given. */
function staying({ staying: names = [] }: Model, { olds = {} }: Asked): Record<string, unknown> {
  return present(Object.fromEntries(names.map((name) => [name, olds[name]])));
}

function present(values: Values): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
}

/** Defaults where nothing is given; those of nested properties wherever the section that they belong to is given. */
function filledIn(inputs: Values, defaults: Values): Values {
  return Object.entries(defaults).reduce(
    (all, [path, value]) => withDefault(all, path.split("."), value) as Values,
    inputs,
  );
}

function withDefault(at: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (Array.isArray(at)) return at.map((entry) => withDefault(entry, [step ?? "", ...rest], value));
  if (!isObject(at) || step === undefined) return at;
  if (rest.length === 0) return at[step] === undefined || at[step] === null ? { ...at, [step]: value } : at;
  return at[step] === undefined ? at : { ...at, [step]: withDefault(at[step], rest, value) };
}

/** Gives a name where the program gives none: the one that the resource has, else a new one with a random end. */
function named(model: Model, inputs: Values, { olds, name, seed }: Asked): Checked {
  if (model.name === undefined || valueAt(inputs, model.name.property) !== undefined) return { inputs, failures: [] };
  const { property, longest, lowerCase } = model.name;
  if (`${property}Prefix` in inputs) return { inputs, failures: [] };
  const kept = olds?.[property];
  const isKept = typeof kept === "string" && olds !== undefined && isFilledIn(olds, property);
  if (isKept) return { inputs: { ...inputs, [property]: kept }, failures: [] };
  const made = `${lowerCase === true ? name.toLowerCase() : name}-${randomEnd(seed, name)}`;
  if (made.length <= longest) return { inputs: { ...inputs, [property]: made }, failures: [] };
  const reason =
    `the name made of '${name}' has ${made.length} characters with its random end, and ${longest} are allowed; ` +
    `shorten the resource's name, or give ${property}`;
  return { inputs, failures: [{ rule: `name:${model.type}`, property, reason }] };
}

function randomEnd(seed: Uint8Array | undefined, name: string): string {
  const source = seed === undefined || seed.length === 0 ? randomBytes(32) : seed;
  return createHash("sha256").update(source).update(name).digest("hex").slice(0, RANDOM_END);
}
