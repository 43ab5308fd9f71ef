import type { Site, Values } from "../model";
import { textAt } from "./read";

/** The name that is given, or one with the prefix that is given in its place. */
export function nameFor(inputs: Values, site: Site, property = "name"): string {
  return textAt(inputs, property) ?? `${textAt(inputs, `${property}Prefix`) ?? "terraform-"}${site.fresh(26)}`;
}
