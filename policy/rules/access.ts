/** Who may reach what, and who may do what. */
import { jsonAt, listAt, objectAt, said, type Inputs, type PolicyRule } from "../rule";

const WORLD = new Set(["0.0.0.0/0", "::/0"]);
const WEB_PORTS = new Set([80, 443]);

function worldIsLetIn({ cidrIpv4, cidrIpv6, cidrBlocks, ipv6CidrBlocks }: Inputs): boolean {
  return [cidrIpv4, cidrIpv6, cidrBlocks, ipv6CidrBlocks].flat().some((cidr) => WORLD.has(String(cidr)));
}

function openTo(rule: Inputs): string | undefined {
  const { fromPort, toPort } = rule;
  if (!worldIsLetIn(rule) || (fromPort === toPort && WEB_PORTS.has(Number(fromPort)))) return undefined;
  const ports =
    fromPort === undefined || rule["ipProtocol"] === "-1" ? "every port" : `${said(fromPort)}-${said(toPort)}`;
  return `The whole world may reach ${ports}; let in only a security group, or a network of your own.`;
}

const databasePrivate: PolicyRule = {
  name: "database-private",
  description: "No database, broker or cache can be reached from the internet.",
  level: "mandatory",
  types: ["aws:rds/instance:Instance", "aws:mq/broker:Broker"],
  violation: ({ publiclyAccessible }) =>
    publiclyAccessible === true ? "It can be reached from the internet; set publiclyAccessible to false." : undefined,
};

const securityGroupClosed: PolicyRule = {
  name: "security-group-closed",
  description: "Nothing is open to the world but the ports of the web.",
  level: "mandatory",
  types: [
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
  ],
  violation: (inputs, type) => {
    if (type === "aws:ec2/securityGroup:SecurityGroup") {
      return listAt(inputs, "ingress")
        .map(openTo)
        .find((found) => found !== undefined);
    }
    return inputs["type"] === "egress" ? undefined : openTo(inputs);
  },
};

const leastPrivilege: PolicyRule = {
  name: "least-privilege",
  description: "No role may do everything, or everything of a service to everything.",
  level: "mandatory",
  types: ["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy"],
  violation: (inputs) => {
    const statements = [objectOf(jsonAt(inputs, "policy"))["Statement"]].flat().map(objectOf);
    for (const { Effect, Action, Resource } of statements) {
      const actions = [Action].flat().filter((action) => typeof action === "string");
      const wide = actions.find((action) => /^\*$|^[a-z0-9-]+:\*$/i.test(action));
      const everything = wide === "*" || [Resource].flat().includes("*");
      if (Effect === "Allow" && wide !== undefined && everything) {
        return `It allows ${wide} on everything; name the actions and what they are for.`;
      }
    }
    return undefined;
  },
};

const metadataProtected: PolicyRule = {
  name: "instance-metadata-protected",
  description: "Instances give their credentials only to who asks with a token (IMDSv2).",
  level: "mandatory",
  types: ["aws:ec2/launchTemplate:LaunchTemplate"],
  violation: (inputs) =>
    objectAt(inputs, "metadataOptions")["httpTokens"] === "required"
      ? undefined
      : 'The instance metadata answers without a token; set metadataOptions.httpTokens to "required".',
};

function objectOf(value: unknown): Inputs {
  return typeof value === "object" && value !== null ? (value as Inputs) : {};
}

export const accessRules: readonly PolicyRule[] = [
  databasePrivate,
  securityGroupClosed,
  leastPrivilege,
  metadataProtected,
];
