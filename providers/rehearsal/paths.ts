/** Values at dotted paths, such as `defaultActions.targetGroupArn`; lists on the way are gone through. */
import { UNKNOWN, hasUnknown, isObject, type Plain } from "../protocol/values";
import type { Values } from "./model";

/** Every value at a path, none for what is not there; a list at its end counts entry by entry. */
export function valuesAt(from: unknown, path: string): unknown[] {
  return path === "" ? everyEntry(from) : descend(from, path.split("."));
}

/** The value at a path that leads through no list; undefined when it is not there. */
export function valueAt(from: Values, path: string): unknown {
  return path.split(".").reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), from);
}

function descend(from: unknown, [step, ...rest]: readonly string[]): unknown[] {
  if (step === undefined) return everyEntry(from);
  if (Array.isArray(from)) return from.flatMap((entry) => descend(entry, [step, ...rest]));
  return isObject(from) ? descend(from[step], rest) : [];
}

function everyEntry(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(everyEntry);
  return value === undefined || value === null ? [] : [value];
}

/** The same without everything that is not known yet. */
export function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((entry) => entry !== UNKNOWN).map(known);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== UNKNOWN && inner !== null);
  return Object.fromEntries(entries.map(([key, inner]) => [key, known(inner)]));
}

/** True when the value at a path, or any part of it or of what it is in, is not known yet. */
export function isUnknownAt(from: unknown, path: string): boolean {
  return (
    path.split(".").some((_, at, steps) => {
      const values = descend(from, steps.slice(0, at));
      return values.includes(UNKNOWN);
    }) || hasUnknown(descend(from, path.split(".")) as Plain[])
  );
}
