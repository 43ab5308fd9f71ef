import { expect } from "chai";
import { networkModels } from "../../../providers/rehearsal/aws/net";
import type { Values } from "../../../providers/rehearsal/model";
import { AwsThings, FIREWALL_TYPES, TYPES, type Made } from "../support/aws-things";
import { testRules, type Case, type Step } from "../support/rule-cases";
import { simulated } from "../support/simulated-cloud";

const HTTPS = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
const NETWORK = "10.0.0.0/16";
const SQS = "com.amazonaws.us-east-1.sqs";
const S3 = "com.amazonaws.us-east-1.s3";

const sides = (step: (more: Values) => Step, good: Values, bad: Values): Case => ({
  passes: step(good),
  refused: step(bad),
});
const group =
  (more: Values): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    return things.group(await things.vpc(), more);
  };
const groups =
  (...names: string[]): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const vpc = await things.vpc();
    for (const name of names) await things.group(vpc, { name });
  };
const inline = (count: number): Values => ({
  ingress: [
    {
      protocol: "tcp",
      fromPort: 80,
      toPort: 80,
      cidrBlocks: Array.from({ length: count }, (_, at) => `10.0.${at}.0/24`),
    },
  ],
});
const rule =
  (kind: "ingress" | "egress") =>
  (more: Values): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const { id: securityGroupId } = await things.group(await things.vpc());
    return things.make(kind, { securityGroupId, ...HTTPS, cidrIpv4: NETWORK, ...more });
  };
const rules =
  (kind: "ingress" | "egress", ...cidrs: string[]): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const { id: securityGroupId } = await things.group(await things.vpc());
    for (const cidrIpv4 of cidrs) await things.make(kind, { securityGroupId, ...HTTPS, cidrIpv4 });
  };
const networks = (count: number): string[] => Array.from({ length: count }, (_, at) => `10.${at}.0.0/16`);

/** A rule that names a group of the same VPC, or of another. */
const peers =
  (kind: "ingress" | "egress", same: boolean): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const vpc = await things.vpc();
    const other = same ? vpc : await things.vpc({ cidrBlock: "10.1.0.0/16" });
    const [own, peer] = [await things.group(vpc), await things.group(other)];
    return things.make(kind, { securityGroupId: own.id, referencedSecurityGroupId: peer.id, ...HTTPS });
  };
const deletePeer =
  (kind: "ingress" | "egress", first: boolean): Step =>
  async (cloud) => {
    const made = (await peers(kind, true)(cloud)) as Made;
    if (first) await cloud.delete(TYPES[kind], made.id);
    return cloud.delete(TYPES.group, String(made["referencedSecurityGroupId"]));
  };

/** Deletes the group that machines run with, once an auto scaling group has none of them or some. */
const deleteUsed =
  (desiredCapacity: number): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const vpc = await things.vpc();
    const used = await things.group(vpc);
    await things.machines(await things.subnet(vpc), { vpcSecurityGroupIds: [used.id] }, { desiredCapacity });
    return cloud.delete(TYPES.group, used.id);
  };

const ruleCases = (kind: "ingress" | "egress"): Record<string, Case> => {
  const one = rule(kind);
  return {
    [`${kind}-rule-one-peer`]: sides(one, {}, { cidrIpv6: "::/0" }),
    [`${kind}-rule-from-port`]: sides(one, { fromPort: 0 }, { fromPort: -2 }),
    [`${kind}-rule-to-port`]: sides(one, { toPort: 65535 }, { toPort: 65536 }),
    [`${kind}-rule-cidr`]: sides(one, {}, { cidrIpv4: "10.0.0.1/16" }),
    [`${kind}-rule-protocol`]: sides(one, { ipProtocol: "udp" }, { ipProtocol: "http" }),
    [`${kind}-rule-description`]: sides(one, { description: "from web (443)" }, { description: "the web's way in" }),
    [`${kind}-rule-ports`]: sides(one, {}, { fromPort: 444 }),
    [`${kind}-rule-all-without-ports`]: sides(
      one,
      { ipProtocol: "-1", fromPort: undefined, toPort: undefined },
      { ipProtocol: "-1" },
    ),
    [`${kind}-rule-same-vpc`]: { passes: peers(kind, true), refused: peers(kind, false) },
    [`${kind}-rule-once`]: {
      passes: rules(kind, "10.0.0.0/16", "10.1.0.0/16"),
      refused: rules(kind, NETWORK, NETWORK),
    },
    [`${kind}-rule-quota`]: { passes: rules(kind, ...networks(60)), refused: rules(kind, ...networks(61)) },
    [`ref:${TYPES[kind]}.securityGroupId`]: sides(one, {}, { securityGroupId: "sg-00000000000000000" }),
    [`ref:${TYPES[kind]}.referencedSecurityGroupId`]: {
      passes: deletePeer(kind, true),
      refused: deletePeer(kind, false),
    },
  };
};

interface Place {
  things: AwsThings;
  vpc: Made;
  /** Interface endpoint of SQS in a subnet of the VPC. */
  inSubnet: Values;
}
async function place(cloud: Parameters<Step>[0], vpcInputs: Values = { enableDnsHostnames: true }): Promise<Place> {
  const things = new AwsThings(cloud);
  const vpc = await things.vpc(vpcInputs);
  const { id: subnet } = await things.subnet(vpc);
  return {
    things,
    vpc,
    inSubnet: { vpcId: vpc.id, vpcEndpointType: "Interface", serviceName: SQS, subnetIds: [subnet] },
  };
}
const endpoint =
  (more: Values, vpcInputs?: Values): Step =>
  async (cloud) => {
    const { things, inSubnet } = await place(cloud, vpcInputs);
    return things.make("endpoint", { ...inSubnet, ...more });
  };
const gateway =
  (more: Values): Step =>
  async (cloud) => {
    const { things, vpc } = await place(cloud);
    return things.make("endpoint", { vpcId: vpc.id, serviceName: S3, ...more });
  };
const gatewayAndInterface =
  (first: boolean): Step =>
  async (cloud) => {
    const { things, vpc, inSubnet } = await place(cloud);
    if (first) await things.make("endpoint", { vpcId: vpc.id, serviceName: S3 });
    const dnsOptions = { privateDnsOnlyForInboundResolverEndpoint: true };
    return things.make("endpoint", { ...inSubnet, serviceName: S3, privateDnsEnabled: true, dnsOptions });
  };
const withTables =
  (type: "Gateway" | "Interface", count = 1): Step =>
  async (cloud) => {
    const { things, vpc, inSubnet } = await place(cloud);
    const { id } = await things.make("table", { vpcId: vpc.id });
    const routeTableIds = [id];
    if (type === "Interface") return things.make("endpoint", { ...inSubnet, routeTableIds });
    for (let made = 0; made < count; made += 1)
      await things.make("endpoint", { vpcId: vpc.id, serviceName: S3, routeTableIds });
    return undefined;
  };
const twice =
  (privateDnsEnabled: boolean): Step =>
  async (cloud) => {
    const { things, inSubnet } = await place(cloud);
    await things.make("endpoint", { ...inSubnet, privateDnsEnabled: true });
    return things.make("endpoint", { ...inSubnet, privateDnsEnabled });
  };
const inZones =
  (...zones: string[]): Step =>
  async (cloud) => {
    const { things, vpc, inSubnet } = await place(cloud);
    const subnetIds: string[] = [];
    for (const zone of zones) subnetIds.push((await things.subnet(vpc, zone)).id);
    return things.make("endpoint", { ...inSubnet, subnetIds });
  };
const guarded =
  (same: boolean): Step =>
  async (cloud) => {
    const { things, vpc, inSubnet } = await place(cloud);
    const home = same ? vpc : await things.vpc({ cidrBlock: "10.1.0.0/16" });
    return things.make("endpoint", { ...inSubnet, securityGroupIds: [(await things.group(home)).id] });
  };
const deleteGuard =
  (first: boolean): Step =>
  async (cloud) => {
    const made = (await guarded(true)(cloud)) as Made;
    if (first) await cloud.delete(TYPES.endpoint, made.id);
    return cloud.delete(TYPES.group, String((made["securityGroupIds"] as string[])[0]));
  };

const cases: Record<string, Case> = {
  "group-description-length": sides(group, { description: "d".repeat(255) }, { description: "d".repeat(256) }),
  "group-name-length": sides(group, { name: "n".repeat(255) }, { name: "n".repeat(256) }),
  "group-name-no-id": sides(group, { name: "web-sg-1" }, { name: "sg-web" }),
  "group-name-or-prefix": sides(group, { namePrefix: "web" }, { name: "web", namePrefix: "web" }),
  "group-inline-cidrs": sides(group, inline(1), {
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["10.0.0.1/8"] }],
  }),
  "group-description-characters": sides(
    group,
    { description: "Web & worker (blog)" },
    { description: "The blog's → worker" },
  ),
  "group-name-characters": sides(group, { name: "web 1" }, { name: "wéb" }),
  "group-name-unique": { passes: groups("web", "worker"), refused: groups("web", "web") },
  "group-inline-rules-quota": sides(group, inline(60), inline(61)),
  "group-free-of-instances": { passes: deleteUsed(0), refused: deleteUsed(1) },
  ...ruleCases("ingress"),
  ...ruleCases("egress"),
  "endpoint-type": sides(endpoint, {}, { vpcEndpointType: "interface" }),
  "endpoint-policy": sides(endpoint, { policy: "{}" }, { policy: "all" }),
  "endpoint-service-or-resource": sides(endpoint, {}, { resourceConfigurationArn: "arn:aws:vpc-lattice:::x" }),
  "endpoint-service-exists": sides(
    endpoint,
    { serviceName: "com.amazonaws.us-east-1.ecr.dkr" },
    { serviceName: "com.amazonaws.eu-west-1.ecr.dkr" },
  ),
  "endpoint-interface-without-tables": { passes: withTables("Gateway"), refused: withTables("Interface") },
  "endpoint-gateway-without-interfaces": {
    passes: gateway({}),
    refused: endpoint({ vpcEndpointType: "Gateway", serviceName: S3 }),
  },
  "endpoint-gateway-without-private-dns": sides(gateway, {}, { privateDnsEnabled: true }),
  "endpoint-same-vpc": { passes: guarded(true), refused: guarded(false) },
  "endpoint-one-subnet-per-zone": { passes: inZones("a", "b"), refused: inZones("a", "a") },
  "endpoint-private-dns-attributes": {
    passes: endpoint({ privateDnsEnabled: true }),
    refused: endpoint({ privateDnsEnabled: true }, {}),
  },
  "endpoint-private-dns-once": { passes: twice(false), refused: twice(true) },
  "endpoint-inbound-dns-needs-gateway": { passes: gatewayAndInterface(true), refused: gatewayAndInterface(false) },
  "endpoint-gateway-once-per-table": { passes: withTables("Gateway"), refused: withTables("Gateway", 2) },
  [`ref:${TYPES.endpoint}.securityGroupIds`]: { passes: deleteGuard(true), refused: deleteGuard(false) },
};

describe("simulated security groups and endpoints", () => {
  testRules(
    networkModels.filter(({ type }) => FIREWALL_TYPES.includes(type)),
    networkModels,
    cases,
  );

  it("a group that goes takes its own rules along, and one that is named by another's stays", async () => {
    const cloud = simulated({ models: networkModels });
    const made = (await peers("ingress", true)(cloud)) as Made;
    await cloud.delete(TYPES.group, String(made["securityGroupId"]));
    expect(cloud.all(TYPES.ingress)).to.deep.equal([]);
    expect((await cloud.refusal(() => deletePeer("egress", false)(cloud))).code).to.equal("DependencyViolation");
  });

  it("a rule changes in place, but not from a network to a group", () => {
    const olds = { securityGroupId: "sg-1", ...HTTPS, cidrIpv4: NETWORK };
    const replaced = (news: Values): boolean =>
      simulated({ models: networkModels })
        .diff(TYPES.ingress, olds, { ...olds, ...news })
        .changes.some(({ replaces }) => replaces);
    expect(replaced({ cidrIpv4: "10.1.0.0/16" })).to.equal(false);
    expect(replaced({ cidrIpv4: undefined, referencedSecurityGroupId: "sg-2" })).to.equal(true);
  });

  it("an interface endpoint has a network interface in each subnet, and the group of the VPC where none is given", async () => {
    const cloud = simulated({ models: networkModels });
    const made = (await inZones("a", "b")(cloud)) as Made;
    expect(made["networkInterfaceIds"]).to.have.lengthOf(2);
    expect(made["securityGroupIds"]).to.deep.equal([cloud.all(TYPES.vpc)[0]?.outputs["defaultSecurityGroupId"]]);
    expect(JSON.stringify(made["dnsEntries"])).to.include(`.sqs.us-east-1.vpce.amazonaws.com`);
  });
});
