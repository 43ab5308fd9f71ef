/** Ids and names as Heroku makes them up. */
import type { Site } from "../model";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const WORDS = ["angular", "calm", "crystalline", "flat", "lively", "opaque", "polar", "shallow", "tetrahedral"];
const NOUNS = ["basin", "cliff", "crag", "field", "fjord", "hollow", "lake", "plain", "slope"];

/** A UUID that was never given out before. */
export function uuid(site: Site): string {
  const hex = site.fresh(30);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(12, 15)}`, `a${hex.slice(15, 18)}`, hex.slice(18)];
  return parts.join("-");
}

export function isUuid(value: unknown): value is string {
  return typeof value === "string" && UUID.test(value);
}

/** Two words and digits, such as `polar-basin-52104`. */
export function madeUp(site: Site, digits = "0123456789"): string {
  const number = site.fresh(5, digits);
  const [word, noun] = [WORDS, NOUNS].map((list, at) => list[Number(number.charAt(at)) % list.length]);
  return `${word ?? ""}-${noun ?? ""}-${number}`;
}
