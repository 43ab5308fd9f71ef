/** The EC2 instances that stand behind a capacity provider. */
import type { Site, Values } from "../../model";
import { numberAt, textAt, textsAt } from "../read";
import { capacityOf, templateOf } from "../autoscaling/instances";
import { instanceType } from "../ec2/instance-types";
import { CAPACITY_PROVIDER } from "./capacity-provider";

/** What a task needs of an instance, and what an instance offers. */
export interface Room {
  cpu: number;
  /** MiB. */
  memory: number;
  /** Network interfaces for tasks of the network mode awsvpc. */
  interfaces: number;
}

/** Instances of one kind. */
export interface Instances {
  type: string;
  architecture: "X86_64" | "ARM64";
  /** Absent for a type that is not in the table. */
  room?: Room;
  /** As many as there may be. */
  count: number;
  /** Cluster that their user data names. */
  cluster: string;
  subnetIds: string[];
  /** ARN of the role of their profile. */
  roleArn?: string;
  isPublic: boolean;
  groupIds: string[];
}

const UNITS = 1024;
/** The system and the agent keep the rest. Source: ECS developer guide, "Reserving Amazon ECS Linux container instance memory". */
const REGISTERED_MEMORY = 0.94;

/** Network interfaces of the sizes. Source: EC2 user guide, "Maximum IP addresses per network interface". */
const INTERFACES: Readonly<Record<string, number>> = {
  nano: 2,
  micro: 2,
  small: 3,
  medium: 3,
  large: 3,
  xlarge: 4,
  "2xlarge": 4,
  "4xlarge": 8,
  "8xlarge": 8,
  "12xlarge": 8,
  "16xlarge": 15,
};

/** The instances of a capacity provider; undefined when it, its group or its template is not simulated. */
export function instancesOf(site: Site, provider: string): Instances | undefined {
  const capacity = site.find(CAPACITY_PROVIDER, "name", provider)?.outputs ?? {};
  const groupArn = textAt(capacity, "autoScalingGroupProvider.autoScalingGroupArn");
  const group = site.find("aws:autoscaling/group:Group", "arn", groupArn)?.outputs;
  const template = group && templateOf(group, site)?.outputs;
  const type = template && textAt(template, "instanceType");
  if (group === undefined || template === undefined || type === undefined) return undefined;
  const scales = textAt(capacity, "autoScalingGroupProvider.managedScaling.status") === "ENABLED";
  const room = roomOf(type);
  const roleArn = roleOf(site, template);
  return {
    type,
    architecture: instanceType(type)?.architecture === "arm64" ? "ARM64" : "X86_64",
    ...(room !== undefined && { room }),
    count: scales ? (numberAt(group, "maxSize") ?? 0) : capacityOf(group),
    cluster: clusterIn(textAt(template, "userData")),
    subnetIds: textsAt(group, "vpcZoneIdentifiers"),
    ...(roleArn !== undefined && { roleArn }),
    isPublic: textsAt(template, "networkInterfaces.associatePublicIpAddress").includes("true"),
    groupIds: [...textsAt(template, "vpcSecurityGroupIds"), ...textsAt(template, "networkInterfaces.securityGroups")],
  };
}

/** What an instance of a type offers to tasks; undefined for a type that nothing is known of. */
export function roomOf(type: string): Room | undefined {
  const found = instanceType(type);
  const interfaces = INTERFACES[type.split(".")[1] ?? ""];
  if (found === undefined || interfaces === undefined) return undefined;
  const memory = Math.floor(found.memory * UNITS * REGISTERED_MEMORY);
  // The first interface is the instance's own.
  return { cpu: found.cpus * UNITS, memory, interfaces: interfaces - 1 };
}

function roleOf(site: Site, template: Values): string | undefined {
  const type = "aws:iam/instanceProfile:InstanceProfile";
  const profile =
    site.find(type, "arn", textAt(template, "iamInstanceProfile.arn")) ??
    site.find(type, "name", textAt(template, "iamInstanceProfile.name"));
  const role = profile && site.find("aws:iam/role:Role", "name", textAt(profile.outputs, "role"));
  return role && textAt(role.outputs, "arn");
}

/** The agent joins the cluster that ECS_CLUSTER names. Source: amazon-ecs-agent README, environment variables. */
function clusterIn(userData: string | undefined): string {
  const text = Buffer.from(userData ?? "", "base64").toString("utf8");
  return /ECS_CLUSTER=["']?([0-9A-Za-z_-]+)/.exec(text)?.[1] ?? "default";
}
