/** What an option of an environment takes. */

/** What an option takes: any text, where nothing is said. */
export interface Option {
  /** What it is where the program says nothing. */
  initial?: string;
  values?: readonly string[];
  /** Whether capitals make no difference. */
  anyCase?: boolean;
  /** Whole numbers, ends included. */
  range?: readonly [low: number, high: number];
  pattern?: RegExp;
}

/** Why an option does not take a value, as Elastic Beanstalk says it; undefined when it does. */
export function valueFault({ values, anyCase, range, pattern }: Option, value: string): string | undefined {
  const lower = value.toLowerCase();
  if (values !== undefined && !values.some((each) => each === value || (anyCase === true && each === lower))) {
    return `Value is not one of the allowed values: [${values.join(", ")}]`;
  }
  if (pattern !== undefined && !pattern.test(value))
    return `Value does not satisfy the regular expression ${pattern.source}`;
  if (range === undefined) return undefined;
  if (!/^-?\d+$/.test(value)) return "Value is not a number";
  if (Number(value) < range[0]) return `Value is less than minimum allowed value: ${range[0]}`;
  return Number(value) > range[1] ? `Value is greater than maximum allowed value: ${range[1]}` : undefined;
}
