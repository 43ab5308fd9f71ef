/** Values at dotted paths, such as `defaultActions.targetGroupArn`; lists on the way are gone through. */
import { isObject } from "../protocol/values";
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
