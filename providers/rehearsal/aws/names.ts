import type { Site, Values } from "../model";
import { textAt } from "./read";

const RANDOM_END = 26;

/** The name that is given, or one that the provider makes of a prefix that is. */
export function givenName(inputs: Values, site: Site): string {
  return textAt(inputs, "name") ?? `${textAt(inputs, "namePrefix") ?? ""}${site.fresh(RANDOM_END)}`;
}
