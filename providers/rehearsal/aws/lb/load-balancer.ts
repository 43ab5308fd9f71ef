import type { Model, Question, Reference, Rule, Site } from "../../model";
import { between, exactlyOne, oneOf, rule } from "../../rules";
import { isGiven, regionalArn, textAt, textsAt } from "../read";
import { subnetVpcs, subnetZones } from "../zones";
import { nameRules } from "./names";

/** Type token of a load balancer. */
export const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";

const SOURCE = "terraform-provider-aws internal/service/elbv2/load_balancer.go";
const API = "Elastic Load Balancing API reference, CreateLoadBalancer";
const SUBNET = "aws:ec2/subnet:Subnet";
const LEAST_ZONES = 2;

const plan: Rule[] = [
  ...nameRules("load-balancer"),
  exactlyOne({ id: "load-balancer-subnets-given", source: SOURCE }, ["subnets", "subnetMappings"]),
  oneOf({ id: "load-balancer-type", source: SOURCE }, "loadBalancerType", ["application", "network", "gateway"]),
  oneOf({ id: "load-balancer-desync", source: SOURCE }, "desyncMitigationMode", ["monitor", "defensive", "strictest"]),
  oneOf({ id: "load-balancer-addresses", source: SOURCE }, "ipAddressType", [
    "ipv4",
    "dualstack",
    "dualstack-without-public-ipv4",
  ]),
  oneOf({ id: "load-balancer-forwarded-for", source: SOURCE }, "xffHeaderProcessingMode", [
    "append",
    "preserve",
    "remove",
  ]),
];

function subnetsOf({ inputs }: Question): string[] {
  return [...textsAt(inputs, "subnets"), ...textsAt(inputs, "subnetMappings.subnetId")];
}

/** Whether a VPC has an internet gateway; one that was there before is taken to have what it needs. */
function hasInternetGateway(vpcId: string, site: Site): boolean {
  const vpc = site.find("aws:ec2/vpc:Vpc", "id", vpcId);
  if (vpc === undefined || isGiven(vpc)) return true;
  return site.find("aws:ec2/internetGateway:InternetGateway", "vpcId", vpcId) !== undefined;
}

const call: Rule[] = [
  rule(
    {
      id: "load-balancer-name-free",
      source: `${SOURCE}: refused by the provider before the call`,
      code: "DuplicateLoadBalancerName",
    },
    ["name"],
    ({ inputs, old, site }) =>
      old === undefined && site.find(LOAD_BALANCER, "name", inputs["name"]) !== undefined
        ? `ELBv2 Load Balancer (${String(inputs["name"])}) already exists`
        : undefined,
  ),
  rule(
    { id: "load-balancer-two-zones", source: API, code: "ValidationError" },
    ["subnets", "subnetMappings"],
    (question) => {
      if (question.inputs["loadBalancerType"] !== "application") return undefined;
      const zones = subnetZones(subnetsOf(question), question.site);
      return zones === undefined || zones.length >= LEAST_ZONES
        ? undefined
        : "At least two subnets in two different Availability Zones must be specified";
    },
  ),
  rule(
    { id: "load-balancer-one-subnet-per-zone", source: API, code: "InvalidConfigurationRequest" },
    ["subnets", "subnetMappings"],
    (question) => {
      const subnets = subnetsOf(question);
      const zones = subnetZones(subnets, question.site);
      return zones === undefined || zones.length >= new Set(subnets).size
        ? undefined
        : "A load balancer cannot be attached to multiple subnets in the same Availability Zone";
    },
  ),
  rule(
    { id: "load-balancer-one-vpc", source: API, code: "InvalidConfigurationRequest" },
    ["subnets", "subnetMappings", "securityGroups"],
    (question) => {
      const { inputs, site } = question;
      const vpcs = subnetVpcs(subnetsOf(question), site) ?? [];
      if (vpcs.length > 1) return "All subnets must belong to the same VPC";
      const strange = textsAt(inputs, "securityGroups").find((id) => {
        const vpc = textAt(site.find("aws:ec2/securityGroup:SecurityGroup", "id", id)?.outputs ?? {}, "vpcId");
        return vpc !== undefined && vpcs[0] !== undefined && vpc !== vpcs[0];
      });
      return strange === undefined
        ? undefined
        : `One or more security groups are invalid: '${strange}' is of another VPC`;
    },
  ),
  rule(
    { id: "load-balancer-internet-gateway", source: `${API}: InvalidSubnet`, code: "InvalidSubnet" },
    ["subnets", "subnetMappings", "internal"],
    (question) => {
      const { inputs, site } = question;
      if (inputs["internal"] === true) return undefined;
      const without = subnetVpcs(subnetsOf(question), site)?.find((vpc) => !hasInternetGateway(vpc, site));
      return without === undefined ? undefined : `VPC ${without} has no internet gateway`;
    },
  ),
  between(
    {
      id: "load-balancer-idle-timeout",
      source: "Elastic Load Balancing user guide, attributes",
      code: "InvalidConfigurationRequest",
    },
    "idleTimeout",
    1,
    4000,
  ),
  between(
    {
      id: "load-balancer-keep-alive",
      source: "Elastic Load Balancing user guide, attributes",
      code: "InvalidConfigurationRequest",
    },
    "clientKeepAlive",
    60,
    604_800,
  ),
];

const unprotected: Rule = {
  id: "load-balancer-unprotected",
  source: SOURCE,
  code: "OperationNotPermitted",
  refuses: ({ old }) =>
    old?.outputs["enableDeletionProtection"] === true
      ? `Load balancer '${old.id}' cannot be deleted because deletion protection is enabled`
      : undefined,
};

const references: Reference[] = [
  { property: "subnets", to: [SUBNET], missing: "SubnetNotFound", holds: "DependencyViolation" },
  { property: "subnetMappings.subnetId", to: [SUBNET], missing: "SubnetNotFound", holds: "DependencyViolation" },
  {
    property: "securityGroups",
    to: ["aws:ec2/securityGroup:SecurityGroup"],
    missing: "InvalidSecurityGroup",
    holds: "DependencyViolation",
  },
];

/** Hosted zones of application load balancers. Source: AWS general reference, Elastic Load Balancing endpoints. */
const ZONES: Readonly<Record<string, string>> = {
  "us-east-1": "Z35SXDOTRQ7X7K",
  "us-east-2": "Z3AADJGX6KTTL2",
  "us-west-1": "Z368ELLRRE2KJ0",
  "us-west-2": "Z1H1FL5HABSF5",
  "ca-central-1": "ZQSVJUPU6J1EY",
  "sa-east-1": "Z2P70J7HTTTPLU",
  "eu-west-1": "Z32O12XQLNTSW2",
  "eu-west-2": "ZHURV8PSTC4K8",
  "eu-west-3": "Z3Q77PNBQS71R4",
  "eu-central-1": "Z215JYRZR1TBD5",
  "eu-north-1": "Z23TAZ6LKFMNIO",
  "ap-northeast-1": "Z14GRHDCWA56QT",
  "ap-southeast-1": "Z1LMS91P8CMLE5",
  "ap-southeast-2": "Z1GM3OXH4ZPM65",
  "ap-south-1": "ZP97RAFLXTNZK",
};

const DIGITS = "0123456789";

/** A load balancer; what listens on it goes away with it. */
export const loadBalancer: Model = {
  type: LOAD_BALANCER,
  source: SOURCE,
  replaces: ["customerOwnedIpv4Pool", "internal", "loadBalancerType", "name", "namePrefix"],
  name: { property: "name", longest: 32 },
  defaults: {
    loadBalancerType: "application",
    idleTimeout: 60,
    clientKeepAlive: 3600,
    desyncMitigationMode: "defensive",
    dropInvalidHeaderFields: false,
    enableDeletionProtection: false,
    enableHttp2: true,
    preserveHostHeader: false,
    xffHeaderProcessingMode: "append",
  },
  sets: ["securityGroups", "subnets", "subnetMappings"],
  references,
  plan,
  call,
  deletion: [unprotected],
  computed: (inputs, site) => {
    const name = String(inputs["name"]);
    const unique = site.fresh(16);
    const isNetwork = inputs["loadBalancerType"] === "network";
    const arnSuffix = `${isNetwork ? "net" : "app"}/${name}/${unique}`;
    const id = regionalArn(site, "elasticloadbalancing", `loadbalancer/${arnSuffix}`);
    const host = `${inputs["internal"] === true ? "internal-" : ""}${name}-`;
    const subnets = [...textsAt(inputs, "subnets"), ...textsAt(inputs, "subnetMappings.subnetId")];
    return {
      id,
      arn: id,
      arnSuffix,
      dnsName: isNetwork
        ? `${name}-${unique}.elb.${site.region}.amazonaws.com`
        : `${host}${site.fresh(10, DIGITS)}.${site.region}.elb.amazonaws.com`,
      zoneId: ZONES[site.region] ?? `Z${site.fresh(13, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")}`,
      vpcId: subnetVpcs(subnets, site)?.[0],
      internal: inputs["internal"] ?? false,
      ipAddressType: inputs["ipAddressType"] ?? "ipv4",
      subnets,
      securityGroups: inputs["securityGroups"] ?? [],
    };
  },
  removed: ({ outputs }, site) => {
    const listeners = site
      .all("aws:lb/listener:Listener")
      .filter((each) => each.outputs["loadBalancerArn"] === outputs["arn"]);
    for (const listener of listeners) site.remove(listener);
  },
  seconds: { create: 150, update: 20, delete: 20 },
};
