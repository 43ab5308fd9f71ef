/** The network that the settings of an environment name. */
import type { Question, Reference, Rule } from "../../model";
import { rule } from "../../rules";
import { SECURITY_GROUP, SUBNET, VPC, vpcOf } from "../ec2/placement";
import { subnetZones } from "../zones";
import { badValue } from "./option-rules";
import { BALANCER, LAUNCH, NETWORK, balancerOf, balancerSubnets, listOption, option } from "./settings";
import { INVALID_OPTION } from "./types";

const GUIDE = "AWS Elastic Beanstalk developer guide, Using Elastic Beanstalk with Amazon VPC";
const PLACES = ["Subnets", "ELBSubnets"] as const;
const LEAST_ZONES = 2;

/** Things that an option names. */
function named(namespace: string, name: string, type: string): Reference {
  return {
    property: `settings[${namespace}/${name}]`,
    names: (inputs) => listOption(inputs, namespace, name),
    to: [type],
    missing: INVALID_OPTION,
    holds: "DependencyViolation",
  };
}

/** What the settings name of the account's network. */
export const networkReferences: Reference[] = [
  named(NETWORK, "VPCId", VPC),
  ...PLACES.map((name) => named(NETWORK, name, SUBNET)),
  named(LAUNCH, "SecurityGroups", SECURITY_GROUP),
  named(BALANCER, "SecurityGroups", SECURITY_GROUP),
];

/** Subnets and groups have to lie in the VPC, and a VPC needs subnets. */
function placeFault({ inputs, site }: Question): string | undefined {
  const vpc = option(inputs, NETWORK, "VPCId");
  const subnets = listOption(inputs, NETWORK, "Subnets");
  if (vpc === undefined) {
    return subnets.length > 0 ? badValue(inputs, NETWORK, "Subnets", "a VPCId has to be specified too") : undefined;
  }
  if (subnets.length === 0) return badValue(inputs, NETWORK, "VPCId", "Subnets have to be specified too");
  const lists = [
    ...PLACES.map((name) => [NETWORK, name, SUBNET] as const),
    ...[LAUNCH, BALANCER].map((namespace) => [namespace, "SecurityGroups", SECURITY_GROUP] as const),
  ];
  for (const [namespace, name, type] of lists) {
    const strange = listOption(inputs, namespace, name).find((id) => (vpcOf(type, id, site) ?? vpc) !== vpc);
    if (strange !== undefined) return badValue(inputs, namespace, name, `'${strange}' does not exist in VPC '${vpc}'`);
  }
  return undefined;
}

/** Refused when Elastic Beanstalk is asked. */
export const networkRules: Rule[] = [
  rule({ id: "environment-network", source: GUIDE, code: INVALID_OPTION }, ["settings"], (question) => {
    const fault = placeFault(question);
    return fault && `Configuration validation exception: ${fault}`;
  }),
];

/** Why the load balancer of an environment cannot be made; undefined when it can, or there is none. */
export function balancerFault({ inputs, site }: Question): string | undefined {
  if (balancerOf(inputs) !== "application") return undefined;
  const zones = subnetZones(balancerSubnets(inputs), site);
  return zones === undefined || zones.length === 0 || zones.length >= LEAST_ZONES
    ? undefined
    : "Creating load balancer failed Reason: At least two subnets in two different Availability Zones must be specified (Service: ElasticLoadBalancingV2, Status Code: 400)";
}
