import { InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { Route } from "@pulumi/aws/ec2/route";
import { RouteTable } from "@pulumi/aws/ec2/routeTable";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import { Eip } from "@pulumi/aws/ec2/eip";
import { NatGateway } from "@pulumi/aws/ec2/natGateway";
import { getAvailabilityZonesOutput } from "@pulumi/aws/getAvailabilityZones";
import { getRegionOutput } from "@pulumi/aws/getRegion";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { NetworkArgs, NetworkChildren } from "./args";
import { firstZones, zoneBlocks } from "./cidr";
import { SecurityGroup } from "./security-group";

const ANYWHERE = "0.0.0.0/0";
const HTTPS = 443;
/** Names of zones in keys of resources: by position, since AWS deals the real names out differently to each account. */
const ZONES = ["a", "b", "c"] as const;

type NewNetwork = Extract<NetworkArgs["network"], { kind: "new" }>;

/** An availability zone of the network, with what lies in it. */
interface Zone {
  key: string;
  public: Subnet;
  private: Subnet;
  /** Route table of the private subnet. */
  table: RouteTable;
}

/**
 * The network that everything of a stack lies in: public subnets, for the load balancer and NAT alone, and private ones
 * for the rest. A new network has one of each in every zone, and a way from the private ones to AWS's services: NAT, or
 * endpoints. An existing network is taken as it is.
 *
 * @example
 * const network = new Network("blog-network", { network: { kind: "new", cidr: "10.0.0.0/16", zones: 2, nat: "one" } });
 */
export class Network extends Component<NetworkChildren> {
  readonly vpcId: pulumi.Output<string>;
  /** One in each zone. */
  readonly publicSubnetIds: pulumi.Output<string>[];
  /** One in each zone. */
  readonly privateSubnetIds: pulumi.Output<string>[];
  /** Ways out of the private subnets: a task that starts earlier cannot get its image. Empty for an existing network. */
  readonly ready: pulumi.Resource[] = [];
  /** Ways in to the public subnets: what the internet reaches is made after them. Empty for an existing network. */
  readonly publicReady: pulumi.Resource[] = [];

  /** @throws RangeError when the network's `cidr` is no network from /16 to /20 */
  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("network:Network", name, args.transform, opts);
    const { network } = args;
    if (network.kind === "existing") {
      this.vpcId = pulumi.output(network.vpcId);
      this.publicSubnetIds = network.publicSubnetIds.map((id) => pulumi.output(id));
      this.privateSubnetIds = network.privateSubnetIds.map((id) => pulumi.output(id));
    } else {
      const vpc = new Vpc(
        ...this.child("vpc", {
          cidrBlock: network.cidr,
          enableDnsHostnames: true,
          enableDnsSupport: true,
          tags: this.tags(),
        }),
      );
      this.vpcId = vpc.id;
      const zones = this.makeZones(network);
      this.publicSubnetIds = zones.map((zone) => zone.public.id);
      this.privateSubnetIds = zones.map((zone) => zone.private.id);
      this.openPublic(zones);
      if (network.nat !== "none") this.addNat(network.nat, zones);
      else if (args.services !== undefined) this.addEndpoints(network, zones, args.services);
      this.addStorageEndpoint(zones);
    }
    const { vpcId, publicSubnetIds, privateSubnetIds } = this;
    this.registerOutputs({ vpcId, publicSubnetIds, privateSubnetIds });
  }

  private makeZones({ cidr, zones: count }: NewNetwork): Zone[] {
    const names = availableZones(this, count);
    return ZONES.slice(0, count).map((key, index) => {
      const blocks = zoneBlocks(cidr, index);
      const place = { vpcId: this.vpcId, availabilityZone: names.apply((all) => all[index] ?? "") };
      // A zone that AWS opens later may come first in its list: no reason to move what is there.
      const opts = { key, ignoreChanges: ["availabilityZone"] };
      const subnet = (role: "public" | "private") => ({
        ...place,
        cidrBlock: blocks[role],
        mapPublicIpOnLaunch: false,
        tags: this.tags(role, key),
      });
      const inside = new Subnet(...this.child("private", subnet("private"), opts));
      const table = new RouteTable(
        ...this.child("privateTable", { vpcId: this.vpcId, tags: this.tags("private", key) }, { key }),
      );
      const ids = { subnetId: inside.id, routeTableId: table.id };
      this.ready.push(new RouteTableAssociation(...this.child("privateAssociation", ids, { key })));
      return { key, public: new Subnet(...this.child("public", subnet("public"), opts)), private: inside, table };
    });
  }

  /** Connects the public subnets with the internet. */
  private openPublic(zones: Zone[]): void {
    const { vpcId } = this;
    const gateway = new InternetGateway(...this.child("gateway", { vpcId, tags: this.tags() }));
    const table = new RouteTable(...this.child("publicTable", { vpcId, tags: this.tags("public") }));
    const way = { routeTableId: table.id, destinationCidrBlock: ANYWHERE, gatewayId: gateway.id };
    const route = new Route(...this.child("publicRoute", way));
    const associations = zones.map(({ key, public: { id } }) => {
      const ids = { subnetId: id, routeTableId: table.id };
      return new RouteTableAssociation(...this.child("publicAssociation", ids, { key }));
    });
    this.publicReady.push(gateway, route, ...associations);
  }

  /** Lets the private subnets connect to the internet, which cannot connect to them. */
  private addNat(nat: "one" | "per-zone", zones: Zone[]): void {
    const gateways = (nat === "one" ? zones.slice(0, 1) : zones).map(({ key, public: { id } }) => {
      const address = new Eip(...this.child("address", { domain: "vpc", tags: this.tags("nat", key) }, { key }));
      const inputs = { allocationId: address.allocationId, subnetId: id, tags: this.tags("nat", key) };
      return new NatGateway(...this.child("nat", inputs, { key, dependsOn: this.publicReady }));
    });
    zones.forEach(({ key, table }, index) => {
      const gateway = gateways[index] ?? gateways[0];
      if (gateway === undefined) return;
      const way = { routeTableId: table.id, destinationCidrBlock: ANYWHERE, natGatewayId: gateway.id };
      this.ready.push(new Route(...this.child("privateRoute", way, { key })));
    });
  }

  /** Brings services into the network, which nothing else leaves. */
  private addEndpoints({ cidr }: NewNetwork, zones: Zone[], services: readonly string[]): void {
    const { vpcId } = this;
    const guard = new SecurityGroup(
      `${this.componentName}-endpoints`,
      { vpcId, description: "Endpoints of AWS services" },
      { parent: this },
    );
    guard.allowFrom(cidr, HTTPS, "network");
    const region = regionOf(this);
    for (const service of services) {
      const inputs = {
        vpcId,
        serviceName: pulumi.interpolate`com.amazonaws.${region}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: zones.map((zone) => zone.private.id),
        securityGroupIds: [guard.id],
        tags: this.tags(service),
      };
      const endpoint = new VpcEndpoint(...this.child("endpoint", inputs, { key: service.replaceAll(".", "-") }));
      this.ready.push(endpoint, ...guard.rules);
    }
  }

  /** S3 holds the layers of ECR's images; the way through this endpoint costs nothing, through NAT it does. */
  private addStorageEndpoint(zones: Zone[]): void {
    const inputs = {
      vpcId: this.vpcId,
      serviceName: pulumi.interpolate`com.amazonaws.${regionOf(this)}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: zones.map(({ table }) => table.id),
      tags: this.tags("s3"),
    };
    this.ready.push(new VpcEndpoint(...this.child("endpoint", inputs, { key: "s3" })));
  }

  private tags(...parts: string[]): { Name: string } {
    return { Name: [this.componentName, ...parts].join("-") };
  }
}

function regionOf(parent: pulumi.Resource): pulumi.Output<string> {
  return getRegionOutput({}, { parent }).region;
}

/** Zones of the region that every account has, in the order of their names. */
function availableZones(parent: pulumi.Resource, count: number): pulumi.Output<string[]> {
  const filters = [{ name: "opt-in-status", values: ["opt-in-not-required"] }];
  const { names } = getAvailabilityZonesOutput({ state: "available", filters }, { parent });
  return names.apply((all) => firstZones(all, count));
}
