import { expect } from "chai";
import { networkLookups, networkModels } from "../../../providers/rehearsal/aws/net";
import type { Values } from "../../../providers/rehearsal/model";
import { AwsThings, NETWORK_TYPES, TYPES } from "../support/aws-things";
import { testRules, type Case, type Step } from "../support/rule-cases";
import { simulated } from "../support/simulated-cloud";

const ANYWHERE = "0.0.0.0/0";

const vpc =
  (more: Values): Step =>
  (cloud) =>
    new AwsThings(cloud).vpc(more);
const subnet =
  (more: Values): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    return things.subnet(await things.vpc(), "a", more);
  };
const eip =
  (more: Values): Step =>
  (cloud) =>
    new AwsThings(cloud).make("eip", more);
const times =
  (count: number, step: Step): Step =>
  async (cloud) => {
    for (let made = 0; made < count; made += 1) await step(cloud);
  };
const sides = (step: (more: Values) => Step, good: Values, bad: Values): Case => ({
  passes: step(good),
  refused: step(bad),
});

/** Two subnets of one VPC, with these networks. */
const subnets =
  (...cidrs: string[]): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const home = await things.vpc();
    for (const cidrBlock of cidrs) await things.subnet(home, "a", { cidrBlock });
  };

/** A subnet with a way to the internet, and an address. */
async function open(
  things: AwsThings,
  gateway = true,
): Promise<{ subnetId: string; allocationId: string; vpcId: string }> {
  const home = await things.vpc();
  if (gateway) await things.make("gateway", { vpcId: home.id });
  return { vpcId: home.id, subnetId: (await things.subnet(home)).id, allocationId: (await things.make("eip")).id };
}
const nat =
  (more: Values, gateway = true): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const { subnetId, allocationId } = await open(things, gateway);
    return things.make("nat", { subnetId, allocationId, ...more });
  };

/** A route to the internet gateway of a VPC. */
const route =
  (more: Values, elsewhere = false): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const home = await things.vpc();
    const other = elsewhere ? await things.vpc({ cidrBlock: "10.1.0.0/16" }) : home;
    const { id: gatewayId } = await things.make("gateway", { vpcId: other.id });
    const { id: routeTableId } = await things.make("table", { vpcId: home.id });
    return things.make("route", { routeTableId, gatewayId, destinationCidrBlock: ANYWHERE, ...more });
  };
const routes =
  (...destinations: string[]): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const home = await things.vpc();
    const { id: gatewayId } = await things.make("gateway", { vpcId: home.id });
    const { id: routeTableId } = await things.make("table", { vpcId: home.id });
    for (const destinationCidrBlock of destinations)
      await things.make("route", { routeTableId, gatewayId, destinationCidrBlock });
  };
const table =
  (more: Values): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    return things.make("table", { vpcId: (await things.vpc()).id, ...more });
  };

/** Associations of a table, with as many subnets. @param home where the table is: the VPC of the subnets, or another */
const associations =
  (home: "same" | "other", subnetCount = 1, more: Values = {}): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const own = await things.vpc();
    const tables = home === "same" ? own : await things.vpc({ cidrBlock: "10.1.0.0/16" });
    const { id: routeTableId } = await things.make("table", { vpcId: tables.id });
    const { id: first } = await things.subnet(own);
    const { id: second } = await things.subnet(own);
    await things.make("association", { routeTableId, subnetId: first, ...more });
    if (subnetCount > 1) await things.make("association", { routeTableId, subnetId: second });
    if (subnetCount === 0) await things.make("association", { routeTableId, subnetId: first });
  };
const gateways =
  (vpcs: number): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const one = await things.vpc();
    const other = vpcs > 1 ? await things.vpc({ cidrBlock: "10.1.0.0/16" }) : one;
    for (const { id: vpcId } of [one, other]) await things.make("gateway", { vpcId });
  };
const deleteGateway =
  (natFirst: boolean): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const { vpcId, subnetId, allocationId } = await open(things);
    const made = await things.make("nat", { subnetId, allocationId });
    if (natFirst) await cloud.delete(TYPES.nat, made.id);
    const gateway = cloud.all(TYPES.gateway).find(({ outputs }) => outputs["vpcId"] === vpcId);
    return cloud.delete(TYPES.gateway, gateway?.id ?? "");
  };
const shared =
  (addresses: 1 | 2): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const { subnetId, allocationId } = await open(things);
    await things.make("nat", { subnetId, allocationId });
    const second = addresses === 2 ? (await things.make("eip")).id : allocationId;
    return things.make("nat", { subnetId, allocationId: second });
  };

/** Deletes what another thing needs. */
const deleteBelow =
  (kind: "vpc" | "subnet" | "eip", needed: boolean): Step =>
  async (cloud) => {
    const things = new AwsThings(cloud);
    const { vpcId, subnetId, allocationId } = await open(things);
    const { id } = await things.make("nat", { subnetId, allocationId });
    if (!needed || kind === "vpc") {
      await cloud.delete(TYPES.nat, id);
      await cloud.delete(TYPES.gateway, cloud.all(TYPES.gateway)[0]?.id ?? "");
    }
    if (!needed && kind === "vpc") await cloud.delete(TYPES.subnet, subnetId);
    return cloud.delete(TYPES[kind], { vpc: vpcId, subnet: subnetId, eip: allocationId }[kind]);
  };
const held = (kind: "vpc" | "subnet" | "eip"): Case => ({
  passes: deleteBelow(kind, false),
  refused: deleteBelow(kind, true),
});

const cases: Record<string, Case> = {
  "vpc-cidr": sides(vpc, {}, { cidrBlock: "10.0.0.1/16" }),
  "vpc-size": sides(vpc, { cidrBlock: "10.0.0.0/28" }, { cidrBlock: "10.0.0.0/8" }),
  "vpc-tenancy": sides(vpc, { instanceTenancy: "dedicated" }, { instanceTenancy: "host" }),
  "vpc-cidr-or-pool": sides(vpc, {}, { ipv4NetmaskLength: 20, ipv4IpamPoolId: "ipam-pool-1" }),
  "vpc-netmask-needs-pool": sides(vpc, {}, { cidrBlock: undefined, ipv4NetmaskLength: 20 }),
  "vpc-has-network": sides(vpc, {}, { cidrBlock: undefined }),
  "vpc-quota": { passes: times(5, vpc({})), refused: times(6, vpc({})) },
  "subnet-cidr": sides(subnet, {}, { cidrBlock: "10.0.0.7/24" }),
  "subnet-one-zone-name": sides(subnet, {}, { availabilityZoneId: "use1-az1" }),
  "subnet-size": sides(subnet, { cidrBlock: "10.0.0.0/28" }, { cidrBlock: "10.0.0.0/29" }),
  "subnet-inside-vpc": sides(subnet, { cidrBlock: "10.0.255.0/24" }, { cidrBlock: "10.1.0.0/24" }),
  "subnet-no-overlap": {
    passes: subnets("10.0.0.0/24", "10.0.1.0/24"),
    refused: subnets("10.0.0.0/23", "10.0.1.0/24"),
  },
  "subnet-zone": sides(subnet, { availabilityZone: "us-east-1f" }, { availabilityZone: "us-east-1g" }),
  "internet-gateway-one-per-vpc": { passes: gateways(2), refused: gateways(1) },
  "internet-gateway-public-addresses": { passes: deleteGateway(true), refused: deleteGateway(false) },
  "eip-domain": sides(eip, { domain: "vpc" }, { domain: "classic" }),
  "eip-quota": { passes: times(5, eip({})), refused: times(6, eip({})) },
  "nat-connectivity": sides(nat, {}, { connectivityType: "open" }),
  "nat-zonal": sides(nat, { availabilityMode: "zonal" }, { availabilityMode: "regional" }),
  "nat-private-no-address": sides(
    nat,
    { connectivityType: "private", allocationId: undefined },
    { connectivityType: "private" },
  ),
  "nat-subnet": sides(nat, {}, { subnetId: undefined }),
  "nat-public-needs-address": sides(nat, {}, { allocationId: undefined }),
  "nat-needs-internet-gateway": { passes: nat({}), refused: nat({}, false) },
  "nat-address-free": { passes: shared(2), refused: shared(1) },
  "route-table-cidrs": sides(table, {}, { routes: [{ cidrBlock: "10.9.0.1/16", gatewayId: "local" }] }),
  "route-one-destination": sides(route, {}, { destinationIpv6CidrBlock: "::/0" }),
  "route-one-target": sides(route, {}, { natGatewayId: "nat-1" }),
  "route-cidr": sides(route, {}, { destinationCidrBlock: "0.0.0.1/0" }),
  "route-once": { passes: routes(ANYWHERE, "10.9.0.0/16"), refused: routes(ANYWHERE, ANYWHERE) },
  "route-not-local": sides(route, {}, { destinationCidrBlock: "10.0.0.0/16" }),
  "route-target-in-vpc": { passes: route({}), refused: route({}, true) },
  "association-one-end": { passes: associations("same"), refused: associations("same", 1, { gatewayId: "igw-1" }) },
  "association-one-per-subnet": { passes: associations("same", 2), refused: associations("same", 0) },
  "association-same-vpc": { passes: associations("same"), refused: associations("other") },
  [`ref:${TYPES.subnet}.vpcId`]: held("vpc"),
  [`ref:${TYPES.nat}.subnetId`]: held("subnet"),
  [`ref:${TYPES.nat}.allocationId`]: held("eip"),
  [`ref:${TYPES.route}.gatewayId`]: sides(route, {}, { gatewayId: "igw-00000000000000000" }),
  [`ref:${TYPES.route}.routeTableId`]: sides(route, {}, { routeTableId: "rtb-00000000000000000" }),
};

describe("simulated networks", () => {
  testRules(
    networkModels.filter(({ type }) => NETWORK_TYPES.includes(type)),
    networkModels,
    cases,
  );

  const codes: Record<string, [Step, string]> = {
    "a VPC that is not there": [(cloud) => new AwsThings(cloud).subnet({ id: "vpc-1" }), "InvalidVpcID.NotFound"],
    "a subnet that is not there": [nat({ subnetId: "subnet-1" }), "InvalidSubnetID.NotFound"],
    "an address that is not there": [nat({ allocationId: "eipalloc-1" }), "InvalidAllocationID.NotFound"],
    "a VPC in use": [deleteBelow("vpc", true), "DependencyViolation"],
  };
  for (const [words, [step, code]] of Object.entries(codes)) {
    it(`${words} is ${code}`, async () => {
      const cloud = simulated({ models: networkModels });
      expect((await cloud.refusal(() => step(cloud))).code).to.equal(code);
    });
  }

  it("a VPC brings a security group and a route table, which hold nothing and go with it", async () => {
    const cloud = simulated({ models: networkModels });
    const made = await new AwsThings(cloud).vpc();
    expect(made.id).to.match(/^vpc-[0-9a-f]{17}$/);
    expect(cloud.thing(TYPES.group, String(made["defaultSecurityGroupId"])).outputs["vpcId"]).to.equal(made.id);
    await cloud.delete(TYPES.vpc, made.id);
    expect(cloud.all()).to.deep.equal([]);
  });

  it("a NAT gateway has the address while it is there, and its routes lead nowhere after", async () => {
    const cloud = simulated({ models: networkModels });
    const things = new AwsThings(cloud);
    const { vpcId, subnetId, allocationId } = await open(things);
    const made = await things.make("nat", { subnetId, allocationId });
    const { id: routeTableId } = await things.make("table", { vpcId });
    const way = await things.make("route", { routeTableId, natGatewayId: made.id, destinationCidrBlock: ANYWHERE });
    const address = (): Values => cloud.thing(TYPES.eip, allocationId).outputs;
    expect(made).to.include({ publicIp: address()["publicIp"], privateIp: "10.0.1.4", vpcId });
    expect(address()["associationId"]).to.equal(made["associationId"]);
    expect(way["state"]).to.equal("active");
    await cloud.delete(TYPES.nat, made.id);
    expect(address()["associationId"]).to.equal("");
    expect(cloud.thing(TYPES.route, way.id).outputs["state"]).to.equal("blackhole");
  });

  it("another network replaces a subnet, public addresses do not", () => {
    const olds = { vpcId: "vpc-1", cidrBlock: "10.0.0.0/24", mapPublicIpOnLaunch: false };
    const replaced = (news: Values): boolean[] =>
      simulated({ models: networkModels })
        .diff(TYPES.subnet, olds, { ...olds, ...news })
        .changes.map(({ replaces }) => replaces);
    expect(replaced({ cidrBlock: "10.0.1.0/24" })).to.deep.equal([true]);
    expect(replaced({ mapPublicIpOnLaunch: true })).to.deep.equal([false]);
  });

  it("getVpc finds the one that fits, and no other", async () => {
    const cloud = simulated({ models: networkModels, lookups: networkLookups });
    const things = new AwsThings(cloud);
    const made = await things.vpc({ tags: { Name: "blog" } });
    await things.vpc({ cidrBlock: "10.1.0.0/16" });
    const get = (args: Values): Promise<Values> => cloud.lookup("aws:ec2/getVpc:getVpc", args);
    for (const args of [{ id: made.id }, { cidrBlock: "10.0.0.0/16" }, { tags: { Name: "blog" } }]) {
      expect((await get(args))["id"]).to.equal(made.id);
    }
    expect((await cloud.refusal(() => get({ id: "vpc-1" }))).code).to.equal("InvalidVpcID.NotFound");
    expect((await cloud.refusal(() => get({}))).message).to.include("multiple EC2 VPCs matched");
  });
});
