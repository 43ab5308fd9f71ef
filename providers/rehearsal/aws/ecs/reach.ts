/** Whether a network interface in a subnet reaches what it needs: routes, endpoints and security groups. */
import type { Site, Thing, Values } from "../../model";
import { isGiven, objectsAt, textAt, textsAt } from "../read";

const EVERYWHERE = "0.0.0.0/0";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";

/** Where a network interface is, and what is let through to it. */
export interface Interface {
  subnetId: string;
  /** Security groups. */
  groupIds: readonly string[];
  /** Whether it has a public address. */
  isPublic: boolean;
}

/** Whether an interface reaches the internet: through a NAT gateway, or through an internet gateway if it is public. */
export function reachesInternet(site: Site, { subnetId, isPublic }: Interface): boolean {
  const table = routesOf(site, subnetId);
  if (table === "unknown") return true;
  return table.some(
    (route) =>
      (route["destinationCidrBlock"] ?? route["cidrBlock"]) === EVERYWHERE &&
      route["state"] !== "blackhole" &&
      (isPublic ? textAt(route, "gatewayId")?.startsWith("igw-") === true || hasOther(route) : hasOther(route)),
  );
}

function hasOther(route: Values): boolean {
  return ["natGatewayId", "transitGatewayId", "networkInterfaceId", "vpcPeeringConnectionId"].some(
    (target) => textAt(route, target) !== undefined && textAt(route, target) !== "",
  );
}

/** Whether a subnet's VPC has an endpoint of a service, such as `ecr.api`, that the subnet can use. */
export function hasEndpoint(site: Site, subnetId: string, service: string): boolean {
  const vpcId = site.find("aws:ec2/subnet:Subnet", "id", subnetId)?.outputs["vpcId"];
  return site.all("aws:ec2/vpcEndpoint:VpcEndpoint").some(({ outputs }) => {
    if (outputs["vpcId"] !== vpcId || !String(outputs["serviceName"]).endsWith(`.${service}`)) return false;
    if (outputs["vpcEndpointType"] === "Interface") return outputs["privateDnsEnabled"] === true;
    const table = tableOf(site, subnetId);
    return table !== undefined && textsAt(outputs, "routeTableIds").includes(table);
  });
}

/** Whether security groups let a connection out to a port, to anyone. */
export function letsOut(site: Site, groupIds: readonly string[], port: number): boolean {
  return groupIds.some((id) => {
    const group = site.find(GROUP, "id", id);
    if (group === undefined || isGiven(group)) return true;
    return rulesOf(site, group, "egress").some((rule) => covers(rule, port));
  });
}

/** Whether one of `groupIds` lets a connection in to a port from one of the groups `from`. */
export function letsIn(site: Site, groupIds: readonly string[], from: readonly string[], port: number): boolean {
  return groupIds.some((id) => {
    const group = site.find(GROUP, "id", id);
    if (group === undefined || isGiven(group)) return true;
    return rulesOf(site, group, "ingress").some((rule) => covers(rule, port) && admits(rule, id, from));
  });
}

function admits(rule: Values, own: string, from: readonly string[]): boolean {
  if (rule["self"] === true && from.includes(own)) return true;
  const groups = [...textsAt(rule, "referencedSecurityGroupId"), ...textsAt(rule, "securityGroups")];
  // Whether an address lies in a network is not looked at: an interface has an address of the VPC's.
  const networks = [...textsAt(rule, "cidrIpv4"), ...textsAt(rule, "cidrBlocks"), ...textsAt(rule, "prefixListId")];
  return networks.length > 0 || groups.some((group) => from.includes(group));
}

function covers(rule: Values, port: number): boolean {
  const protocol = String(rule["ipProtocol"] ?? rule["protocol"]);
  if (protocol === "-1") return true;
  return ["tcp", "6"].includes(protocol) && Number(rule["fromPort"]) <= port && port <= Number(rule["toPort"]);
}

function rulesOf(site: Site, group: Thing, direction: "ingress" | "egress"): Values[] {
  const kind = direction === "ingress" ? "Ingress" : "Egress";
  const separate = site
    .all(`aws:vpc/securityGroup${kind}Rule:SecurityGroup${kind}Rule`)
    .filter(({ outputs }) => outputs["securityGroupId"] === group.id);
  return [...objectsAt(group.inputs, direction), ...separate.map(({ outputs }) => outputs)];
}

/** The routes of a subnet; unknown for a network that was not made by the program. */
function routesOf(site: Site, subnetId: string): Values[] | "unknown" {
  const subnet = site.find("aws:ec2/subnet:Subnet", "id", subnetId);
  if (subnet === undefined || isGiven(subnet)) return "unknown";
  const table = tableOf(site, subnetId);
  const inline = site.find("aws:ec2/routeTable:RouteTable", "id", table);
  const separate = site.all("aws:ec2/route:Route").filter(({ outputs }) => outputs["routeTableId"] === table);
  return [...objectsAt(inline?.inputs ?? {}, "routes"), ...separate.map(({ outputs }) => outputs)];
}

function tableOf(site: Site, subnetId: string): string | undefined {
  const association = site.find("aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId", subnetId);
  if (association !== undefined) return textAt(association.outputs, "routeTableId");
  const vpcId = site.find("aws:ec2/subnet:Subnet", "id", subnetId)?.outputs["vpcId"];
  const vpc = site.find("aws:ec2/vpc:Vpc", "id", vpcId);
  return vpc === undefined ? undefined : textAt(vpc.outputs, "mainRouteTableId");
}
