/** Where things lie: the VPC of what is named, addresses of a subnet, zones of subnets. */
import { address, network } from "../../cidr";
import type { Site, Thing } from "../../model";
import { textAt } from "../read";

export const VPC = "aws:ec2/vpc:Vpc";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
export const INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway";
export const NAT_GATEWAY = "aws:ec2/natGateway:NatGateway";
export const ROUTE_TABLE = "aws:ec2/routeTable:RouteTable";

/** Addresses at the start of a subnet that AWS keeps for itself. */
const RESERVED = 4;

/** The VPC that a thing lies in, by its type and id; undefined when there is no such thing. */
export function vpcOf(type: string, id: string | undefined, site: Site): string | undefined {
  const found = id === undefined ? undefined : site.find(type, "id", id);
  return found === undefined ? undefined : textAt(found.outputs, "vpcId");
}

/** Those of the subnets that are there. */
export function subnetsOf(ids: readonly string[], site: Site): Thing[] {
  return ids.map((id) => site.find(SUBNET, "id", id)).filter((subnet) => subnet !== undefined);
}

/** The second of two subnets in one zone; undefined when each lies in a zone of its own. */
export function secondInZone(subnets: readonly Thing[]): Thing | undefined {
  const zone = (subnet: Thing): string | undefined => textAt(subnet.outputs, "availabilityZone");
  return subnets.find((subnet, place) => subnets.slice(0, place).some((earlier) => zone(earlier) === zone(subnet)));
}

/** The next free address of a subnet; the first four are AWS's own. */
export function freeAddress(subnetId: string, site: Site): string {
  const cidr = network(textAt(site.find(SUBNET, "id", subnetId)?.outputs, "cidrBlock"));
  return cidr === undefined ? "" : address(cidr.first + RESERVED - 1 + site.next(`address ${subnetId}`));
}
