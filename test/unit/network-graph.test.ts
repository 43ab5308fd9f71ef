import { expect } from "chai";
import { Network, SecurityGroup, type NetworkArgs } from "../../components/network";
import { registeredBy, type ComputedOutputs, type Registered } from "./support/resource-graph";

type NewNetwork = Extract<NetworkArgs["network"], { kind: "new" }>;

const computed: ComputedOutputs = {
  "aws:ec2/vpc:Vpc": {},
  "aws:ec2/subnet:Subnet": {},
  "aws:ec2/internetGateway:InternetGateway": {},
  "aws:ec2/routeTable:RouteTable": {},
  "aws:ec2/route:Route": {},
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {},
  "aws:ec2/eip:Eip": (name) => ({ allocationId: `${name}-id` }),
  "aws:ec2/natGateway:NatGateway": {},
  "aws:ec2/vpcEndpoint:VpcEndpoint": {},
  "aws:ec2/securityGroup:SecurityGroup": {},
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {},
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {},
};
const answers = {
  "aws:index/getAvailabilityZones:getAvailabilityZones": { names: ["eu-west-1a", "eu-west-1b", "eu-west-1c"] },
  "aws:index/getRegion:getRegion": { region: "eu-west-1" },
};

const defaults: NewNetwork = { kind: "new", cidr: "10.0.0.0/16", zones: 2, nat: "one" };
const made = (network: Partial<NewNetwork> = {}, services: string[] = []) =>
  registeredBy(() => new Network("net", { network: { ...defaults, ...network }, services }), computed, answers);
const ofType = (all: Registered[], type: string) => all.filter((each) => each.type.endsWith(`:${type}`));
const named = (all: Registered[], name: string) => {
  const found = all.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${all.map((each) => each.name).join(", ")}`);
  return found;
};

describe("network", () => {
  it("has a public and a private subnet in each zone, none of which gives out public addresses", async () => {
    const subnets = ofType(await made(), "Subnet");
    expect(
      subnets.map(({ name, inputs }) => [name, inputs["availabilityZone"], inputs["cidrBlock"]]),
    ).to.have.deep.members([
      ["net-public-a", "eu-west-1a", "10.0.0.0/24"],
      ["net-public-b", "eu-west-1b", "10.0.1.0/24"],
      ["net-private-a", "eu-west-1a", "10.0.16.0/20"],
      ["net-private-b", "eu-west-1b", "10.0.32.0/20"],
    ]);
    for (const { inputs } of subnets) expect(inputs["mapPublicIpOnLaunch"]).to.equal(false);
  });

  it("leaves what is there as it is when a zone is added", async () => {
    for (const nat of ["one", "per-zone"] as const) {
      const [two, three] = [await made({ zones: 2, nat }), await made({ zones: 3, nat })];
      const zonal = two.filter(({ type }) => !type.endsWith(":VpcEndpoint"));
      expect(zonal.length).to.be.greaterThan(12);
      for (const before of zonal) expect(named(three, before.name).inputs, before.name).to.deep.equal(before.inputs);
      expect(three.length).to.be.greaterThan(two.length);
    }
  });

  it("does not move subnets when the region's zones are listed in another order", async () => {
    for (const { ignoreChanges } of ofType(await made(), "Subnet"))
      expect(ignoreChanges).to.deep.equal(["availabilityZone"]);
  });

  it("sends only the public subnets through the internet gateway", async () => {
    const all = await made();
    expect(named(all, "net-publicRoute").inputs).to.deep.equal({
      routeTableId: "net-publicTable-id",
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: "net-gateway-id",
    });
    const tables = ofType(all, "RouteTableAssociation").map(({ inputs }) => [
      inputs["subnetId"],
      inputs["routeTableId"],
    ]);
    expect(tables).to.have.deep.members([
      ["net-public-a-id", "net-publicTable-id"],
      ["net-public-b-id", "net-publicTable-id"],
      ["net-private-a-id", "net-privateTable-a-id"],
      ["net-private-b-id", "net-privateTable-b-id"],
    ]);
  });

  const gateways = { one: ["net-nat-a-id", "net-nat-a-id"], "per-zone": ["net-nat-a-id", "net-nat-b-id"] };
  for (const [nat, ids] of Object.entries(gateways)) {
    it(`nat ${nat}: private subnets go through ${new Set(ids).size} gateway(s) in public subnets`, async () => {
      const all = await made({ nat: nat as NewNetwork["nat"] });
      const targets = ["a", "b"].map((zone) => named(all, `net-privateRoute-${zone}`).inputs["natGatewayId"]);
      expect(targets).to.deep.equal(ids);
      const made_ = ofType(all, "NatGateway");
      expect(made_).to.have.length(new Set(ids).size);
      for (const { name, inputs, dependsOn } of made_) {
        expect(inputs["subnetId"]).to.equal(name.replace("nat", "public") + "-id");
        expect(dependsOn).to.include.members(["net-gateway", "net-publicRoute", "net-publicAssociation-a"]);
      }
    });
  }

  it("reaches S3 without NAT, which costs", async () => {
    const { inputs } = named(await made(), "net-endpoint-s3");
    expect(inputs).to.deep.include({
      vpcEndpointType: "Gateway",
      serviceName: "com.amazonaws.eu-west-1.s3",
      routeTableIds: ["net-privateTable-a-id", "net-privateTable-b-id"],
    });
  });

  it("nat none: nothing leaves but to the services that are named, which let the network in alone", async () => {
    const all = await made({ nat: "none" }, ["ecr.dkr", "logs", "sqs"]);
    expect(ofType(all, "NatGateway")).to.have.length(0);
    expect(all.filter(({ name }) => name.startsWith("net-privateRoute"))).to.have.length(0);
    const services = ofType(all, "VpcEndpoint").map(
      ({ inputs }) => String(inputs["serviceName"]).split("eu-west-1.")[1],
    );
    expect(services.sort()).to.deep.equal(["ecr.dkr", "logs", "s3", "sqs"]);
    expect(named(all, "net-endpoint-ecr-dkr").inputs).to.deep.include({
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: ["net-private-a-id", "net-private-b-id"],
      securityGroupIds: ["net-endpoints-group-id"],
    });
    const [rule, ...others] = ofType(all, "SecurityGroupIngressRule");
    expect(others).to.have.length(0);
    expect(rule?.inputs).to.deep.include({ cidrIpv4: "10.0.0.0/16", fromPort: 443, toPort: 443, ipProtocol: "tcp" });
    expect(ofType(all, "SecurityGroupEgressRule")).to.have.length(0);
  });

  it("takes an existing network as it is", async () => {
    let network: Network | undefined;
    const ids = { publicSubnetIds: ["subnet-1", "subnet-2"], privateSubnetIds: ["subnet-3", "subnet-4"] };
    const all = await registeredBy(() => {
      network = new Network("net", { network: { kind: "existing", vpcId: "vpc-1", ...ids } });
    }, {});
    expect(all.map(({ type }) => type)).to.deep.equal(["slipway:network:Network"]);
    expect(network?.ready).to.have.length(0);
    expect(network?.publicSubnetIds).to.have.length(2);
  });

  it("opens each child to a transform", async () => {
    const transform: NetworkArgs["transform"] = { vpc: (args) => (args.tags = { Name: "mine" }) };
    const all = await registeredBy(() => new Network("net", { network: defaults, transform }), computed, answers);
    expect(named(all, "net-vpc").inputs["tags"]).to.deep.equal({ Name: "mine" });
  });
});

describe("security group", () => {
  const groups = async (program: (server: SecurityGroup, client: SecurityGroup) => void) => {
    const all = await registeredBy(() => {
      const group = (name: string) => new SecurityGroup(name, { vpcId: "vpc-1", description: name });
      program(group("server"), group("client"));
    }, computed);
    return all.filter(({ type }) => type.endsWith("Rule")).sort((one, other) => one.name.localeCompare(other.name));
  };

  it("lets nothing through until it is told", async () => {
    const all = await registeredBy(() => new SecurityGroup("server", { vpcId: "vpc-1", description: "It" }), computed);
    expect(all.map(({ name }) => name)).to.deep.equal(["server", "server-group"]);
    expect(named(all, "server-group").inputs).to.deep.equal({
      vpcId: "vpc-1",
      description: "It",
      tags: { Name: "server" },
    });
  });

  it("allows a peer: into the one, out of the other, and both wait for both", async () => {
    let waits: number[] = [];
    const rules = await groups((server, client) => {
      server.allow(client, 3306, "web");
      waits = [server.rules.length, client.rules.length];
    });
    const ports = { ipProtocol: "tcp", fromPort: 3306, toPort: 3306 };
    expect(rules.map(({ name, type, inputs }) => [name, type.split(":")[2], inputs])).to.have.deep.members([
      [
        "server-ingress-web",
        "SecurityGroupIngressRule",
        {
          ...ports,
          securityGroupId: "server-group-id",
          referencedSecurityGroupId: "client-group-id",
          description: "From web",
        },
      ],
      [
        "server-egress-web",
        "SecurityGroupEgressRule",
        {
          ...ports,
          securityGroupId: "client-group-id",
          referencedSecurityGroupId: "server-group-id",
          description: "To server",
        },
      ],
    ]);
    expect(waits).to.deep.equal([2, 2]);
  });

  it("allows a network in, and the internet out on HTTPS alone", async () => {
    const rules = await groups((server, client) => {
      server.allowFrom("203.0.113.0/24", 80, "world");
      client.allowOut("aws");
      client.allowOut("mail", 587);
    });
    expect(
      rules.map(({ name, inputs }) => [name, inputs["cidrIpv4"], inputs["fromPort"], inputs["toPort"]]),
    ).to.deep.equal([
      ["client-out-aws", "0.0.0.0/0", 443, 443],
      ["client-out-mail", "0.0.0.0/0", 587, 587],
      ["server-ingress-world", "203.0.113.0/24", 80, 80],
    ]);
  });
});
