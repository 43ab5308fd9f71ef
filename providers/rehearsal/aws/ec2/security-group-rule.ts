import type { Model, Question, Rule, Values } from "../../model";
import { between, exactlyOne, matches } from "../../rules";
import { QUOTAS } from "../account/quotas";
import { numberAt, textAt } from "../read";
import { DESCRIPTION, describeRule, PEERS, RULE_TYPES, ruleOf, rulesOf, sameRule, type Direction } from "./group-rules";
import { networkAddresses } from "./cidr-rule";
import { ec2Arn, freshId } from "./ids";
import { SECURITY_GROUP, vpcOf } from "./placement";

const HIGHEST_PORT = 65_535;
const PROTOCOL = /^(-1|all|tcp|udp|icmp|icmpv6|\d{1,2}|1\d\d|2[0-4]\d|25[0-5])$/i;

/** Something that is let in to a security group. */
export const securityGroupIngressRule = ruleModel("ingress");
/** Something that is let out of a security group. */
export const securityGroupEgressRule = ruleModel("egress");

function ruleModel(direction: Direction): Model {
  const source = `terraform-provider-aws internal/service/ec2/vpc_security_group_${direction}_rule.go`;
  return {
    type: RULE_TYPES[direction],
    source,
    required: ["ipProtocol", "securityGroupId"],
    replaces: ["securityGroupId"],
    replacesIf: otherPeer,
    references: [
      { property: "securityGroupId", to: [SECURITY_GROUP], missing: "InvalidGroup.NotFound" },
      {
        property: "referencedSecurityGroupId",
        to: [SECURITY_GROUP],
        missing: "InvalidGroup.NotFound",
        holds: "DependencyViolation",
        // A group of another account.
        except: /^\d{12}\//,
      },
    ],
    plan: planRules(direction, source),
    call: callRules(direction),
    computed(_inputs, site) {
      const id = freshId("sgr", site);
      return { id, securityGroupRuleId: id, arn: ec2Arn(`security-group-rule/${id}`, site) };
    },
    seconds: { create: 1, delete: 1 },
  };
}

/** A rule can be changed, but not from one kind of peer to another. */
function otherPeer(old: Values, inputs: Values): string[] {
  const kind = (values: Values): string | undefined => PEERS.find((property) => values[property] !== undefined);
  const [before, after] = [kind(old), kind(inputs)];
  return before === undefined || after === undefined || before === after ? [] : [before, after];
}

function planRules(direction: Direction, source: string): Rule[] {
  const about = (id: string): { id: string; source: string } => ({ id: `${direction}-rule-${id}`, source });
  return [
    exactlyOne(about("one-peer"), PEERS),
    between(about("from-port"), "fromPort", -1, HIGHEST_PORT),
    between(about("to-port"), "toPort", -1, HIGHEST_PORT),
    networkAddresses(about("cidr"), "cidrIpv4"),
  ];
}

function callRules(direction: Direction): Rule[] {
  const about = (id: string, source: string, code: string): { id: string; source: string; code: string } => ({
    id: `${direction}-rule-${id}`,
    source,
    code,
  });
  const own = (code: string) => (id: string, source: string) => about(id, source, code);
  const invalid = own("InvalidParameterValue");
  return [
    matches(
      invalid("protocol", "EC2 API IpPermission"),
      "ipProtocol",
      PROTOCOL,
      "tcp, udp, icmp, icmpv6, -1 or a number",
    ),
    matches(
      invalid("description", "hashicorp/terraform-provider-aws#18874"),
      "description",
      DESCRIPTION,
      "up to 255 characters of a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
    ),
    { ...invalid("ports", "EC2 API IpPermission"), refuses: missingPorts },
    { ...invalid("all-without-ports", "aws-ia/terraform-aws-genai-document-ingestion-rag#36"), refuses: portsOfAll },
    {
      ...about("same-vpc", "philips-software/terraform-provider-hsdp#68", "InvalidGroup.NotFound"),
      refuses: otherNetwork,
    },
    {
      ...about("once", "hashicorp/terraform#1874", "InvalidPermission.Duplicate"),
      refuses: ({ inputs, old, site }) =>
        rulesOf(inputs["securityGroupId"], direction, site, old?.id).some((other) => sameRule(other, ruleOf(inputs)))
          ? `the specified rule "${describeRule(ruleOf(inputs))}" already exists`
          : undefined,
    },
    {
      ...about(
        "quota",
        "Amazon VPC quotas; aws-samples/aws-cloudfront-samples#53",
        "RulesPerSecurityGroupLimitExceeded",
      ),
      refuses: ({ inputs, old, site }) =>
        rulesOf(inputs["securityGroupId"], direction, site, old?.id).length >= QUOTAS.rulesPerGroup
          ? "The maximum number of rules per security group has been reached."
          : undefined,
    },
  ];
}

function missingPorts({ inputs }: Question): string | undefined {
  const { protocol, from, to } = ruleOf(inputs);
  if (protocol !== "tcp" && protocol !== "udp") return undefined;
  if (from === undefined || to === undefined) {
    return "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.";
  }
  return from > to ? `Invalid ${protocol.toUpperCase()} port range (${from}-${to})` : undefined;
}

function portsOfAll({ inputs }: Question): string | undefined {
  const ports = [numberAt(inputs, "fromPort"), numberAt(inputs, "toPort")];
  const some = ports.some((port) => port !== undefined && port !== -1);
  return ruleOf(inputs).protocol === "-1" && some
    ? "You may not specify all protocols and specific ports. Please specify each protocol and port range combination individually, or all protocols and no port range."
    : undefined;
}

function otherNetwork({ inputs, site }: Question): string | undefined {
  const peer = vpcOf(SECURITY_GROUP, textAt(inputs, "referencedSecurityGroupId"), site);
  const home = vpcOf(SECURITY_GROUP, textAt(inputs, "securityGroupId"), site);
  return peer === undefined || peer === home
    ? undefined
    : "You have specified two resources that belong to different networks.";
}
