/** Keeps secrets out of messages. */
import { isObject } from "../protocol/values";
import type { Values } from "./model";

/** Texts shorter than this are not blanked out: too much else would be. */
const SHORTEST = 4;
const SECRET = "[secret]";

/** Blanks out every text in the properties that are secret. */
export function hiding(values: Values, marked: ReadonlySet<string>): (text: string) => string {
  const texts = [...marked].flatMap((key) => textsIn(values[key])).filter((text) => text.length >= SHORTEST);
  return (text) => texts.reduce((clean, secret) => clean.replaceAll(secret, SECRET), text);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
