/** What a security group lets through, whichever resource says so. */
import type { Site, Values } from "../../model";
import { flagAt, numberAt, objectsAt, textAt, textsAt } from "../read";
import { SECURITY_GROUP } from "./placement";

export type Direction = "ingress" | "egress";

/** Types of the resources that are one rule each. */
export const RULE_TYPES: Readonly<Record<Direction, string>> = {
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
};

/** Properties of which a rule has exactly one. */
export const PEERS = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;

/** What EC2 takes for names and descriptions. Source: hashicorp/terraform-provider-aws#18874, EC2 API CreateSecurityGroup. */
export const DESCRIPTION = /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

/** Protocols by number, as EC2 names them. */
const PROTOCOLS: Readonly<Record<string, string>> = { all: "-1", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6" };

/** A rule of a group, in a form that two equal rules share. */
export interface GroupRule {
  peer: string;
  protocol: string;
  from?: number;
  to?: number;
}

/** The rule that a rule resource is, from its inputs or outputs. */
export function ruleOf(values: Values): GroupRule {
  const peer = PEERS.flatMap((property) => textsAt(values, property))[0] ?? "";
  return { peer, ...portsOf(values, textAt(values, "ipProtocol") ?? "") };
}

/** Every rule of a group in one direction, but the one that the resource with this id is. */
export function rulesOf(groupId: unknown, direction: Direction, site: Site, but?: string): GroupRule[] {
  const own = site.find(SECURITY_GROUP, "id", groupId);
  const inline =
    own === undefined ? [] : objectsAt(own.outputs, direction).flatMap((block) => inlineRules(block, own.id));
  const separate = site
    .all(RULE_TYPES[direction])
    .filter(({ id, outputs }) => outputs["securityGroupId"] === groupId && id !== but)
    .map(({ outputs }) => ruleOf(outputs));
  return [...inline, ...separate];
}

/** The rules that an inline block stands for: one for each peer. */
export function inlineRules(block: Values, groupId: string): GroupRule[] {
  const lists = ["cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups"];
  const peers = [...lists.flatMap((list) => textsAt(block, list)), ...(flagAt(block, "self") ? [groupId] : [])];
  const ports = portsOf(block, textAt(block, "protocol") ?? "");
  return peers.map((peer) => ({ peer, ...ports }));
}

/** Whether two rules let the same through. */
export function sameRule(one: GroupRule, other: GroupRule): boolean {
  return one.peer === other.peer && one.protocol === other.protocol && one.from === other.from && one.to === other.to;
}

/** A rule as EC2's messages name it. */
export function describeRule({ peer, protocol, from, to }: GroupRule): string {
  if (protocol === "-1") return `peer: ${peer}, ALL, ALLOW`;
  return `peer: ${peer}, ${protocol.toUpperCase()}, from port: ${String(from)}, to port: ${String(to)}, ALLOW`;
}

function portsOf(values: Values, protocol: string): Omit<GroupRule, "peer"> {
  const name = PROTOCOLS[protocol.toLowerCase()] ?? protocol.toLowerCase();
  const from = numberAt(values, "fromPort");
  const to = numberAt(values, "toPort");
  if (name === "-1" || from === undefined || to === undefined) return { protocol: name };
  return { protocol: name, from, to };
}
