/** Values of things by type, what is of another type counting as absent; and how things of AWS are named. */
import { isObject } from "../../protocol/values";
import type { Site, Thing, Values } from "../model";
import { valueAt, valuesAt } from "../paths";

/** The text at a path; undefined when there is none, or something else. */
export function textAt(from: Values | undefined, path: string): string | undefined {
  const value = valueAt(from ?? {}, path);
  return typeof value === "string" ? value : undefined;
}

/** The number at a path, texts that are numbers included. */
export function numberAt(from: Values, path: string): number | undefined {
  const value = valueAt(from, path);
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** Whether true, or the text of it, is at a path. */
export function flagAt(from: Values, path: string): boolean {
  const value = valueAt(from, path);
  return value === true || value === "true";
}

/** Every text at a path, lists on the way gone through. */
export function textsAt(from: Values, path: string): string[] {
  return valuesAt(from, path).filter((value) => typeof value === "string");
}

/** The objects of a list, or the one object, at a path. */
export function objectsAt(from: Values, path: string): Values[] {
  return valuesAt(from, path).filter(isObject);
}

/** The thing of a type whose id, ARN or name is the given one. */
export function named(site: Site, type: string, value: unknown): Thing | undefined {
  return site.find(type, "id", value) ?? site.find(type, "arn", value) ?? site.find(type, "name", value);
}

/** Whether a thing was there before the program, and no more is known of it than what it is called. */
export function isGiven(thing: Thing): boolean {
  return Object.keys(thing.inputs).length === 0;
}

/** `arn:aws:ecs:eu-central-1:123456789012:…` of something in the site's region and account. */
export function regionalArn({ partition, region, account }: Site, service: string, rest: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${rest}`;
}

/** A name that is the end of its ARN, whichever of both is given. */
export function nameOf(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1) : nameOrArn;
}
