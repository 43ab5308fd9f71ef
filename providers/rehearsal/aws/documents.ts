/** JSON documents in inputs, such as policies, and texts that are made up at random. */
import { isObject } from "../../protocol/values";
import type { Site, Values } from "../model";

/** What a JSON text says, when it is an object; the value itself when it is one already. */
export function documentOf(value: unknown): Values | undefined {
  if (isObject(value)) return value;
  if (typeof value !== "string") return undefined;
  try {
    const document: unknown = JSON.parse(value);
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

/** Statements of a policy; one alone may stand for a list. */
export function statementsOf(policy: unknown): Values[] {
  const statements = documentOf(policy)?.["Statement"];
  return (Array.isArray(statements) ? statements : [statements]).filter(isObject);
}

/** Texts of a policy's element: one text, a list, or an object of such. */
export function textsIn(element: unknown): string[] {
  if (typeof element === "string") return [element];
  if (Array.isArray(element)) return element.flatMap(textsIn);
  return isObject(element) ? Object.values(element).flatMap(textsIn) : [];
}

/** A UUID that was never given out before. */
export function freshUuid(site: Site): string {
  return [8, 4, 4, 4, 12].map((length) => site.fresh(length)).join("-");
}
