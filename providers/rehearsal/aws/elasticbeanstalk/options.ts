/** Which options there are, what each takes, and what all of them are in an environment. */
import type { Values } from "../../model";
import { FAMILIES, OPEN, TABLE } from "./option-table";
import { type Setting, balancerOf, isSingle, isWorker, readBack } from "./settings";

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

const ANYTHING: Option = {};

/** What an option takes; undefined when there is no such option. */
export function optionOf({ namespace, name }: Pick<Setting, "namespace" | "name">): Option | undefined {
  if (OPEN.includes(namespace)) return ANYTHING;
  return (TABLE[namespace] ?? familyOf(namespace))?.[name];
}

function familyOf(namespace: string): Readonly<Record<string, Option>> | undefined {
  const family = Object.keys(FAMILIES).find((each) => namespace === each || namespace.startsWith(`${each}:`));
  return family === undefined ? undefined : FAMILIES[family];
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

/** Every option of an environment with what it is: those of the program, and all others that apply to it. */
export function allSettings(inputs: Values): Setting[] {
  const own = readBack(inputs);
  const others = Object.entries(TABLE)
    .filter(([namespace]) => applies(namespace, inputs))
    .flatMap(([namespace, options]) =>
      Object.entries(options).flatMap(([name, { initial }]) =>
        initial === undefined || own.some((each) => each.namespace === namespace && each.name === name)
          ? []
          : [{ namespace, name, value: initial }],
      ),
    );
  const keyOf = ({ namespace, name }: Setting): string => `${namespace} ${name}`;
  return [...own, ...others].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Whether a namespace has to do with an environment of this tier and load balancer. */
export function applies(namespace: string, inputs: Values): boolean {
  const balancer = balancerOf(inputs);
  if (namespace.startsWith("aws:elbv2:")) return balancer === "application" || balancer === "network";
  if (namespace.startsWith("aws:elb:")) return balancer === "classic";
  if (namespace === "aws:elasticbeanstalk:sqsd") return isWorker(inputs);
  return namespace !== "aws:autoscaling:trigger" || !isSingle(inputs);
}
