/** The options of an environment, as Elastic Beanstalk names them. */
import type { elasticbeanstalk } from "@pulumi/aws/types/input";
import * as pulumi from "@pulumi/pulumi";

type Value = pulumi.Input<string | number | boolean>;

/** Namespace -> name of the option -> its value. */
export type Options = Record<string, Record<string, Value>>;

/**
 * Options as the provider compares them: by namespace and name, in one order, each value a text. What it reads back
 * has the same form, so that nothing differs where nothing changed
 * (terraform-provider-aws internal/service/elasticbeanstalk/environment.go, optionSettingValueHash).
 */
export function settingsOf(options: Options): elasticbeanstalk.EnvironmentSetting[] {
  return Object.entries(options)
    .flatMap(([namespace, own]) => Object.entries(own).map(([name, value]) => ({ namespace, name, value })))
    .sort((one, other) => compare(one.namespace, other.namespace) || compare(one.name, other.name))
    .map(({ value, ...option }) => ({ ...option, value: pulumi.output(value).apply(String) }));
}

/** A list as one text, in the order in which the provider reads it back. */
export function listOf(values: readonly pulumi.Input<string>[]): pulumi.Output<string> {
  return pulumi.all([...values]).apply((known) => [...known].sort().join(","));
}

/** Options of several parts as one. */
export function mergeOptions(...parts: readonly Options[]): Options {
  const merged: Options = {};
  for (const part of parts) {
    for (const [namespace, own] of Object.entries(part)) merged[namespace] = { ...merged[namespace], ...own };
  }
  return merged;
}

/** By code points, as Go sorts. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
