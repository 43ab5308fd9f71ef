import type { Rule, Site, Values } from "../../model";
import { excludes, lengthBetween, matches } from "../../rules";
import { textAt } from "../read";

const NAME = /^[\w+=,.@-]*$/;

/** The rules that the provider has for the name of every thing of IAM. */
export function nameRules(prefix: string, source: string, longest: number): Rule[] {
  return [
    matches({ id: `${prefix}-name`, source }, "name", NAME, "of a-zA-Z0-9_+=,.@-"),
    lengthBetween({ id: `${prefix}-name-length`, source }, "name", 1, longest),
    excludes({ id: `${prefix}-name-or-prefix`, source }, "name", "namePrefix"),
  ];
}

/** ARN of a thing of IAM, which lies in no region. */
export function iamArn(kind: string, name: string, inputs: Values, { partition, account }: Site): string {
  return `arn:${partition}:iam::${account}:${kind}${textAt(inputs, "path") ?? "/"}${name}`;
}

/** An id that no other thing of IAM ever had, such as `AROA` and 17 more. */
export function uniqueId(kind: "AROA" | "AIPA", site: Site): string {
  return `${kind}${site.fresh(17, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`;
}
