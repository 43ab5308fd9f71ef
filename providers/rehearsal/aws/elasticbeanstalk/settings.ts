/** The option settings of an environment, by namespace and name. */
import { isObject } from "../../../protocol/values";
import type { Values } from "../../model";
import { objectsAt } from "../read";

export const SCALING = "aws:autoscaling:asg";
export const LAUNCH = "aws:autoscaling:launchconfiguration";
export const SCHEDULED = "aws:autoscaling:scheduledaction";
export const TRIGGER = "aws:autoscaling:trigger";
export const ROLLING = "aws:autoscaling:updatepolicy:rollingupdate";
export const INSTANCES = "aws:ec2:instances";
export const NETWORK = "aws:ec2:vpc";
export const PROPERTIES = "aws:elasticbeanstalk:application:environment";
export const SECRETS = "aws:elasticbeanstalk:application:environmentsecrets";
export const COMMAND = "aws:elasticbeanstalk:command";
export const KIND = "aws:elasticbeanstalk:environment";
export const HEALTH = "aws:elasticbeanstalk:healthreporting:system";
export const MANAGED = "aws:elasticbeanstalk:managedactions";
export const UPDATES = "aws:elasticbeanstalk:managedactions:platformupdate";
export const SQSD = "aws:elasticbeanstalk:sqsd";
export const SPLITTING = "aws:elasticbeanstalk:trafficsplitting";
export const BALANCER = "aws:elbv2:loadbalancer";
export const LISTENER = "aws:elbv2:listener";

/** One option setting. */
export interface Setting {
  namespace: string;
  name: string;
  value: string;
  /** Scheduled action that it belongs to. */
  resource?: string;
}

/** Every setting whose value is known. */
export function settingsOf(inputs: Values): Setting[] {
  return objectsAt(inputs, "settings").flatMap(({ namespace, name, value, resource }) =>
    typeof namespace === "string" && typeof name === "string" && typeof value === "string"
      ? [{ namespace, name, value, ...(typeof resource === "string" && resource !== "" && { resource }) }]
      : [],
  );
}

/** What an option is set to; undefined when it is not, or to nothing. */
export function option(inputs: Values, namespace: string, name: string): string | undefined {
  const found = settingsOf(inputs).find((each) => each.namespace === namespace && each.name === name);
  return found?.value === "" ? undefined : found?.value;
}

/** The entries of an option that is a comma-separated list. */
export function listOption(inputs: Values, namespace: string, name: string): string[] {
  return entriesOf(option(inputs, namespace, name) ?? "");
}

/** Entries of a comma-separated list. */
export function entriesOf(list: string): string[] {
  return list
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

/** Whether an option is set to true. */
export function isOn(inputs: Values, namespace: string, name: string): boolean {
  return option(inputs, namespace, name)?.toLowerCase() === "true";
}

export function isWorker(inputs: Values): boolean {
  return inputs["tier"] === "Worker";
}

/** Whether an environment is one machine without a load balancer. */
export function isSingle(inputs: Values): boolean {
  return option(inputs, KIND, "EnvironmentType") === "SingleInstance";
}

/** The load balancer in front of an environment; undefined when it has none. */
export function balancerOf(inputs: Values): string | undefined {
  return isWorker(inputs) || isSingle(inputs) ? undefined : (option(inputs, KIND, "LoadBalancerType") ?? "classic");
}

/** Subnets of its load balancer: those of the machines where it has none of its own. */
export function balancerSubnets(inputs: Values): string[] {
  const own = listOption(inputs, NETWORK, "ELBSubnets");
  return own.length > 0 ? own : listOption(inputs, NETWORK, "Subnets");
}

/**
 * What the provider compares of settings: lists in one text have no order, JSON has one form, and a resource counts
 * only where it names a scheduled action. Source: environment.go, optionSettingValueHash.
 */
export function meaningOf(settings: unknown): unknown {
  return Array.isArray(settings) ? settings.map(meaningOfOne) : settings;
}

function meaningOfOne(setting: unknown): unknown {
  if (!isObject(setting)) return setting;
  const { namespace, resource, value, ...rest } = setting;
  return {
    ...rest,
    namespace,
    value: typeof value === "string" ? compact(value).split(",").sort().join(",") : value,
    ...(namespace === SCHEDULED && { resource }),
  };
}

function compact(value: string): string {
  try {
    return value.startsWith("{") ? JSON.stringify(JSON.parse(value)) : value;
  } catch {
    return value;
  }
}

/** Settings as the provider reads them back: one without a value is gone, and so is a resource of no meaning. */
export function readBack(inputs: Values): Setting[] {
  return settingsOf(inputs)
    .filter(({ value }) => value !== "")
    .map(({ namespace, name, value, resource }) => ({
      namespace,
      name,
      value,
      ...(namespace === SCHEDULED && resource !== undefined && { resource }),
    }));
}
