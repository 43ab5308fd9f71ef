/** Which options there are, and what all of them are in an environment. */
import type { Values } from "../../model";
import type { Option } from "./option";
import { FAMILIES, OPEN, TABLE } from "./option-table";
import { type Setting, balancerOf, isSingle, isWorker, readBack } from "./settings";

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
