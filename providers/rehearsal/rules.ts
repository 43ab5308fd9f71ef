/**
 * Rules of forms that come back in many types. A property is a dotted path; lists on the way are gone through, and a
 * list at its end is looked at entry by entry. What is absent, or not known yet, is refused by none of them unless said.
 */
import type { Question, Rule } from "./model";
import { valuesAt } from "./paths";

/** What every rule says of itself. */
export type About = Pick<Rule, "id" | "source" | "code">;

/** Texts have to fit a pattern. @param words the same in words: `up to 255 letters` */
export function matches(about: About, property: string, pattern: RegExp, words: string): Rule {
  return each(about, property, (value) => typeof value !== "string" || pattern.test(value), words);
}

/** Numbers, or texts that are numbers, have to lie in a range, ends included. */
export function between(about: About, property: string, low: number, high: number): Rule {
  const fits = (value: unknown): boolean => Number(value) >= low && Number(value) <= high;
  return each(about, property, fits, `from ${low} to ${high}`);
}

/** Values have to be one of a few. */
export function oneOf(about: About, property: string, values: readonly (string | number | boolean)[]): Rule {
  return each(about, property, (value) => values.includes(value as string), `one of ${values.join(", ")}`);
}

/** Texts have to be of a length, ends included. */
export function lengthBetween(about: About, property: string, low: number, high: number): Rule {
  const fits = (value: unknown): boolean => typeof value !== "string" || (value.length >= low && value.length <= high);
  return each(about, property, fits, `of ${low} to ${high} characters`);
}

/** A list has to have a number of entries, ends included; one that is absent has none. */
export function entriesBetween(about: About, property: string, low: number, high: number): Rule {
  return rule(about, [property], ({ inputs }) => {
    const count = valuesAt(inputs, property).length;
    if (count >= low && count <= high) return undefined;
    return `${property} has ${count} entries; allowed are ${low === high ? low : `${low} to ${high}`}`;
  });
}

/** Texts have to be JSON. */
export function jsonText(about: About, property: string): Rule {
  return each(about, property, (value) => typeof value !== "string" || isJson(value), "JSON");
}

/** Texts have to be Amazon resource names. @param service the third part, such as `iam` @default any */
export function arn(about: About, property: string, service = "[a-z0-9-]+"): Rule {
  const pattern = new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:(\\d{12}|aws|cloudfront)?:.+$`);
  return matches(about, property, pattern, service.includes("[") ? "an ARN" : `an ARN of ${service}`);
}

/** Two properties must not be set both. */
export function excludes(about: About, one: string, other: string): Rule {
  return rule(about, [], (question) =>
    isSet(question, one) && isSet(question, other) ? `${one} conflicts with ${other}: give one of them` : undefined,
  );
}

/** A property that is set needs another one set. */
export function needs(about: About, property: string, other: string): Rule {
  return rule(about, [], (question) =>
    isSet(question, property) && !isSet(question, other) ? `${property} needs ${other} set too` : undefined,
  );
}

/** One of the properties has to be set, and no more than one. */
export function exactlyOne(about: About, properties: readonly string[]): Rule {
  return rule(about, [], (question) => {
    const set = properties.filter((property) => isSet(question, property));
    return set.length === 1
      ? undefined
      : `exactly one of ${properties.join(", ")} has to be set; ${set.length === 0 ? "none" : set.join(", ")} is`;
  });
}

/** One of the properties, at least, has to be set. */
export function anyOf(about: About, properties: readonly string[]): Rule {
  return rule(about, [], (question) =>
    properties.some((property) => isSet(question, property))
      ? undefined
      : `one of ${properties.join(", ")} has to be set`,
  );
}

/** A rule that keeps quiet while any of the properties it looks at is not known yet. */
export function rule(
  about: About,
  properties: readonly string[],
  refuses: (question: Question) => string | undefined,
): Rule {
  const known = (question: Question): boolean => !properties.some((property) => question.unknown(property));
  return { ...about, refuses: (question) => (known(question) ? refuses(question) : undefined) };
}

/** True when a property is given, known or not. */
export function isSet({ inputs, unknown }: Question, property: string): boolean {
  return unknown(property) || valuesAt(inputs, property).length > 0;
}

function each(about: About, property: string, fits: (value: unknown) => boolean, words: string): Rule {
  // Entries that are not known yet are absent, and the others can be judged without them.
  return rule(about, [], ({ inputs }) => {
    const wrong = valuesAt(inputs, property).find((value) => !fits(value));
    return wrong === undefined ? undefined : `${property} is ${textOf(wrong)}; it has to be ${words}`;
  });
}

function textOf(value: unknown): string {
  const text = typeof value === "string" ? `"${value}"` : JSON.stringify(value);
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
