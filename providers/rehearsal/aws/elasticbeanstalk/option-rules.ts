/** What Elastic Beanstalk refuses of option settings when it is asked, one by one and together. */
import type { Rule, Values } from "../../model";
import { rule } from "../../rules";
import { instanceType } from "../ec2/instance-types";
import { valueFault } from "./option";
import { applies, optionOf } from "./options";
import {
  COMMAND,
  HEALTH,
  INSTANCES,
  KIND,
  LAUNCH,
  MANAGED,
  ROLLING,
  SCALING,
  SCHEDULED,
  SECRETS,
  TRIGGER,
  UPDATES,
  balancerOf,
  isOn,
  isSingle,
  listOption,
  option,
  settingsOf,
} from "./settings";
import { INVALID, INVALID_OPTION } from "./types";

const GUIDE = "AWS Elastic Beanstalk developer guide";
const OPTIONS = `${GUIDE}, General options for all environments`;
const POLICIES = `${GUIDE}, Deploying applications to Elastic Beanstalk environments: supported deployment policies`;
const ALWAYS = ["AllAtOnce", "Immutable"];

/** A rule about all settings together. */
function about(id: string, source: string, fault: (inputs: Values) => string | undefined): Rule {
  return rule({ id, source, code: INVALID_OPTION }, ["settings"], ({ inputs }) => {
    const found = fault(inputs);
    return found && `Configuration validation exception: ${found}`;
  });
}

/** `Invalid option value: 'x' (Namespace: 'y', OptionName: 'z'): …`, as Elastic Beanstalk says it. */
export function badValue(inputs: Values, namespace: string, name: string, reason: string): string {
  const value = option(inputs, namespace, name) ?? "";
  return `Invalid option value: '${value}' (Namespace: '${namespace}', OptionName: '${name}'): ${reason}`;
}

function badOption(namespace: string, name: string, reason: string): string {
  return `Invalid option specification (Namespace: '${namespace}', OptionName: '${name}'): ${reason}`;
}

function number(inputs: Values, namespace: string, name: string, initial: number): number {
  return Number(option(inputs, namespace, name) ?? initial);
}

const single: Rule[] = [
  about("environment-option-known", "hashicorp/terraform-provider-aws#7475, pulumi/pulumi-aws#3461", (inputs) => {
    const wrong = settingsOf(inputs).find((each) => optionOf(each) === undefined);
    return wrong && badOption(wrong.namespace, wrong.name, "Unknown configuration setting.");
  }),
  about("environment-option-value", OPTIONS, (inputs) => {
    for (const each of settingsOf(inputs)) {
      const fault = each.value === "" ? undefined : valueFault(optionOf(each) ?? {}, each.value);
      if (fault !== undefined) return badValue(inputs, each.namespace, each.name, fault);
    }
    return undefined;
  }),
  about("environment-option-twice", "squidsolutions/aws-eb-shell#1", (inputs) => {
    const keys = settingsOf(inputs).map(({ namespace, name, resource = "" }) => [namespace, name, resource].join(" "));
    const twice = settingsOf(inputs).find((_, at) => keys.indexOf(keys[at] ?? "") !== at);
    return twice && `Unknown or duplicate parameter: ${twice.name}`;
  }),
  rule(
    { id: "environment-scheduled-action", source: "hashicorp/terraform#3157", code: INVALID },
    ["settings"],
    ({ inputs }) =>
      settingsOf(inputs).some(({ namespace, resource }) => namespace === SCHEDULED && resource === undefined)
        ? "The scheduled action name cannot be blank."
        : undefined,
  ),
  about("environment-secret-arn", `${GUIDE}, Fetching secrets and parameters to environment variables`, (inputs) => {
    const wrong = settingsOf(inputs).find(
      ({ namespace, value }) =>
        namespace === SECRETS &&
        !/^arn:aws[a-z-]*:(secretsmanager:[^:]+:\d{12}:secret:|ssm:[^:]+:\d{12}:parameter\/)\S+$/.test(value),
    );
    return wrong && badValue(inputs, SECRETS, wrong.name, "it has to be the ARN of a secret or of a parameter");
  }),
];

const machines: Rule[] = [
  about("environment-sizes", OPTIONS, (inputs) =>
    number(inputs, SCALING, "MinSize", 1) > number(inputs, SCALING, "MaxSize", 4)
      ? badValue(inputs, SCALING, "MinSize", "MinSize must be less than or equal to MaxSize")
      : undefined,
  ),
  about("environment-instance-type", "Amazon EC2 instance types", (inputs) => {
    const name = instanceTypes(inputs).find((each) => instanceType(each) === undefined);
    return name && badValue(inputs, ...typesOption(inputs), `Invalid instance type: '${name}'`);
  }),
  about("environment-architecture", `${GUIDE}, Auto Scaling: SupportedArchitectures`, (inputs) => {
    const chosen = listOption(inputs, INSTANCES, "SupportedArchitectures");
    const supported = chosen.length > 0 ? chosen : ["x86_64"];
    const name = instanceTypes(inputs).find((each) => !supported.includes(instanceType(each)?.architecture ?? ""));
    return (
      name &&
      badValue(
        inputs,
        ...typesOption(inputs),
        `'${name}' does not run on the supported architectures: ${supported.join(", ")}`,
      )
    );
  }),
];

function typesOption(inputs: Values): [namespace: string, name: string] {
  return option(inputs, INSTANCES, "InstanceTypes") === undefined
    ? [LAUNCH, "InstanceType"]
    : [INSTANCES, "InstanceTypes"];
}

function instanceTypes(inputs: Values): string[] {
  return listOption(inputs, ...typesOption(inputs));
}

const deployments: Rule[] = [
  about("environment-policy-single", POLICIES, (inputs) => {
    const policy = option(inputs, COMMAND, "DeploymentPolicy") ?? "AllAtOnce";
    return isSingle(inputs) && !ALWAYS.includes(policy)
      ? badValue(inputs, COMMAND, "DeploymentPolicy", `single-instance environments take ${ALWAYS.join(" or ")}`)
      : undefined;
  }),
  about("environment-traffic-splitting", `${POLICIES}; aws/elastic-beanstalk-roadmap#55`, (inputs) =>
    option(inputs, COMMAND, "DeploymentPolicy") === "TrafficSplitting" &&
    !isSingle(inputs) &&
    balancerOf(inputs) !== "application"
      ? badValue(inputs, COMMAND, "DeploymentPolicy", "traffic splitting needs an Application Load Balancer")
      : undefined,
  ),
  about("environment-batch", OPTIONS, (inputs) => {
    const isFixed = option(inputs, COMMAND, "BatchSizeType") === "Fixed";
    const most = isFixed ? number(inputs, SCALING, "MaxSize", 4) : 100;
    return number(inputs, COMMAND, "BatchSize", 1) > most
      ? badValue(inputs, COMMAND, "BatchSize", `Value is greater than maximum allowed value: ${most}`)
      : undefined;
  }),
  about("environment-rolling-batch", OPTIONS, (inputs) => {
    const most = number(inputs, SCALING, "MaxSize", 4);
    if (number(inputs, ROLLING, "MaxBatchSize", 1) > most) {
      return badValue(inputs, ROLLING, "MaxBatchSize", `it is more than MaxSize, ${most}`);
    }
    return number(inputs, ROLLING, "MinInstancesInService", 0) >= most
      ? badValue(inputs, ROLLING, "MinInstancesInService", `it has to be less than MaxSize, ${most}`)
      : undefined;
  }),
];

const kinds: Rule[] = [
  about("environment-trigger-single", "aws-samples/eb-node-express-sample#5", (inputs) => {
    const found = settingsOf(inputs).find(({ namespace }) => namespace === TRIGGER && !applies(namespace, inputs));
    return (
      found && badOption(TRIGGER, found.name, "it cannot be applied because AWSEBCloudwatchAlarmLow doesn't exist.")
    );
  }),
  about("environment-balancer-options", `${GUIDE}, Environment types; Load balancer`, (inputs) => {
    const kind = settingsOf(inputs).find(
      ({ namespace, name }) =>
        namespace === KIND && name.startsWith("LoadBalancer") && balancerOf(inputs) === undefined,
    );
    const found =
      kind ??
      settingsOf(inputs).find(({ namespace }) => /^aws:elb(v2)?:/.test(namespace) && !applies(namespace, inputs));
    const balancer = balancerOf(inputs);
    const has = balancer === undefined ? "no load balancer" : `a load balancer of type ${balancer}`;
    return found && badOption(found.namespace, found.name, `the environment has ${has}.`);
  }),
  about("environment-worker-options", `${GUIDE}, Elastic Beanstalk worker environments`, (inputs) => {
    const found = settingsOf(inputs).find(
      ({ namespace }) => namespace === "aws:elasticbeanstalk:sqsd" && !applies(namespace, inputs),
    );
    return found && badOption(found.namespace, found.name, "Unknown configuration setting.");
  }),
];

const MANAGED_UPDATES = `${GUIDE}, Managed platform updates`;

const service: Rule[] = [
  about("environment-enhanced-role", `${GUIDE}, Enabling enhanced health reporting`, (inputs) =>
    option(inputs, HEALTH, "SystemType") === "enhanced" && option(inputs, KIND, "ServiceRole") === undefined
      ? badValue(inputs, HEALTH, "SystemType", "enhanced health reporting requires a service role")
      : undefined,
  ),
  about("environment-managed-updates", MANAGED_UPDATES, (inputs) => {
    if (!isOn(inputs, MANAGED, "ManagedActionsEnabled")) return undefined;
    const missing = [
      option(inputs, MANAGED, "PreferredStartTime") === undefined && "a PreferredStartTime",
      option(inputs, UPDATES, "UpdateLevel") === undefined && "an UpdateLevel",
      option(inputs, HEALTH, "SystemType") !== "enhanced" && "enhanced health reporting",
      option(inputs, KIND, "ServiceRole") === undefined && "a service role",
    ].filter((each) => each !== false);
    return missing.length === 0
      ? undefined
      : badOption(
          MANAGED,
          "ManagedActionsEnabled",
          `You can't enable managed platform updates without ${missing.join(", ")}.`,
        );
  }),
];

const UPDATES_ROLE = "AWSServiceRoleForElasticBeanstalkManagedUpdates";

const updatesRole = about("environment-updates-role", `${OPTIONS}: ServiceRoleForManagedUpdates`, (inputs) => {
  const role = option(inputs, MANAGED, "ServiceRoleForManagedUpdates");
  return role === undefined || role === UPDATES_ROLE || role === option(inputs, KIND, "ServiceRole")
    ? undefined
    : badValue(inputs, MANAGED, "ServiceRoleForManagedUpdates", `it has to be the service role or ${UPDATES_ROLE}`);
});

/** Refused when Elastic Beanstalk is asked. */
export const optionRules: Rule[] = [...single, ...kinds, ...machines, ...deployments, ...service, updatesRole];
