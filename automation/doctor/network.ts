/** Who is let in by a stack's security groups: everybody may reach the front of the application, and nothing else. */
import { nameOf } from "../engine/changes";
import { optionOf } from "../graph/parts";
import type { StateEntry } from "../engine/state";
import { fail, ok, type Check, type Look } from "./finding";
import type { Patient } from "./patient";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const ANYWHERE: ReadonlySet<string> = new Set(["0.0.0.0/0", "::/0"]);
/** Ports that the front of an application listens on. */
const FRONT = new Set([80, 443]);

/** A way in that is open to everybody. */
interface OpenDoor {
  /** Id of the security group. */
  group: string;
  /** Everybody, by IPv4 or IPv6. */
  source: string;
  /** First and last port; undefined for all of every protocol. */
  ports: readonly [number, number] | undefined;
  /** Resource of the stack that opens it; undefined for a rule that no program has made. */
  rule?: string;
}

/** Open ways into the groups of a stack, but for those to what serves the application. */
function openDoors(resources: readonly StateEntry[]): OpenDoor[] {
  const fronts = frontGroups(resources);
  const doors = [...doorsOfRules(resources), ...doorsOfGroups(resources)];
  const isFront = ({ group, ports }: OpenDoor): boolean =>
    fronts.has(group) && ports !== undefined && ports[0] === ports[1] && FRONT.has(ports[0]);
  const first = (door: OpenDoor, at: number): boolean => doors.findIndex((each) => keyOf(each) === keyOf(door)) === at;
  return doors.filter((door, at) => !isFront(door) && first(door, at));
}

function keyOf({ group, source, ports }: OpenDoor): string {
  return `${group} ${source} ${String(ports)}`;
}

/** Groups of load balancers, and of an instance of Elastic Beanstalk that has none. */
function frontGroups(resources: readonly StateEntry[]): Set<string> {
  return new Set(
    resources.flatMap(({ type, inputs = {} }) => {
      if (type === "aws:lb/loadBalancer:LoadBalancer") return texts(inputs["securityGroups"]);
      if (type !== "aws:elasticbeanstalk/environment:Environment" || inputs["tier"] === "Worker") return [];
      const single = optionOf(inputs, "aws:elasticbeanstalk:environment", "EnvironmentType") === "SingleInstance";
      const namespace = single ? "aws:autoscaling:launchconfiguration" : "aws:elbv2:loadbalancer";
      return (optionOf(inputs, namespace, "SecurityGroups") ?? "").split(",");
    }),
  );
}

/** Rules that are resources of their own. */
function doorsOfRules(resources: readonly StateEntry[]): OpenDoor[] {
  return resources.flatMap(({ type, urn, inputs = {} }): OpenDoor[] => {
    const { securityGroupId: group, fromPort, toPort } = inputs;
    const own = type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    const old = type === "aws:ec2/securityGroupRule:SecurityGroupRule" && inputs["type"] === "ingress";
    const sources = own ? [inputs["cidrIpv4"], inputs["cidrIpv6"]] : old ? blocks(inputs) : [];
    if (typeof group !== "string") return [];
    return everybody(sources).map((source) => ({
      ...{ group, source },
      ports: portsOf(fromPort, toPort),
      rule: nameOf(urn),
    }));
  });
}

/** Rules that the groups were last seen with, whoever made them. */
function doorsOfGroups(resources: readonly StateEntry[]): OpenDoor[] {
  return resources.flatMap(({ type, urn, id = "", inputs = {}, outputs = {} }) => {
    if (type !== GROUP || !Array.isArray(outputs["ingress"])) return [];
    const own = inputs["ingress"] === undefined ? {} : { rule: nameOf(urn) };
    return (outputs["ingress"] as Record<string, unknown>[]).flatMap((rule) =>
      everybody(blocks(rule)).map((source): OpenDoor => ({
        ...{ group: id, source },
        ports: portsOf(rule["fromPort"], rule["toPort"]),
        ...own,
      })),
    );
  });
}

function everybody(sources: readonly unknown[]): string[] {
  return sources.filter((source) => typeof source === "string").filter((source) => ANYWHERE.has(source));
}

function blocks(rule: Readonly<Record<string, unknown>>): string[] {
  return [...texts(rule["cidrBlocks"]), ...texts(rule["ipv6CidrBlocks"])];
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** A rule for every protocol has no ports, or 0. */
function portsOf(from: unknown, to: unknown): [number, number] | undefined {
  return typeof from === "number" && typeof to === "number" && from > 0 ? [from, to] : undefined;
}

async function groups({ place, anatomy }: Patient): Promise<Look[]> {
  const { resources } = await anatomy();
  const count = resources.filter(({ type }) => type === GROUP).length;
  if (count === 0) return [];
  const doors = openDoors(resources);
  if (doors.length === 0) return [ok(`${count} groups, only the front of the application is open`)];
  return doors.map(({ group, source, ports, rule }) => {
    const what =
      ports === undefined ? "every port" : ports[0] === ports[1] ? `port ${ports[0]}` : `ports ${ports.join("-")}`;
    const by = rule === undefined ? "a rule that is not of this stack" : rule;
    const mend =
      rule === undefined
        ? `aws ec2 revoke-security-group-ingress --group-id ${group} --ip-permissions '${permission(source, ports)}'`
        : `take ${rule} out of the program, then slipway up --stack ${place.stack}`;
    return fail(`${group}: ${what} is open to ${source}, by ${by}`, mend);
  });
}

function permission(source: string, ports: OpenDoor["ports"]): string {
  const range = ports === undefined ? "IpProtocol=-1" : `IpProtocol=tcp,FromPort=${ports[0]},ToPort=${ports[1]}`;
  return source.includes(":") ? `${range},Ipv6Ranges=[{CidrIpv6=${source}}]` : `${range},IpRanges=[{CidrIp=${source}}]`;
}

export const NETWORK: readonly Check[] = [{ name: "security groups", targets: ["ecs", "beanstalk"], look: groups }];
