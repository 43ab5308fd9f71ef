/** The EC2 instances that stand behind a capacity provider. */
import type { Site, Values } from "../../model";
import { numberAt, textAt, textsAt } from "../read";
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

/** vCPUs, GiB, network interfaces. Source: EC2 "Instance types", and "Maximum IP addresses per network interface". */
const SIZES: Readonly<Record<string, Readonly<Record<string, readonly [number, number, number]>>>> = {
  "t3 t4g": {
    micro: [2, 1, 2],
    small: [2, 2, 3],
    medium: [2, 4, 3],
    large: [2, 8, 3],
    xlarge: [4, 16, 4],
    "2xlarge": [8, 32, 4],
  },
  t3a: {
    micro: [2, 1, 2],
    small: [2, 2, 2],
    medium: [2, 4, 3],
    large: [2, 8, 3],
    xlarge: [4, 16, 4],
    "2xlarge": [8, 32, 4],
  },
  "m5 m5a m6i m6a m7i m7a": { large: [2, 8, 3], xlarge: [4, 16, 4], "2xlarge": [8, 32, 4], "4xlarge": [16, 64, 8] },
  "m6g m7g m8g": {
    medium: [1, 4, 2],
    large: [2, 8, 3],
    xlarge: [4, 16, 4],
    "2xlarge": [8, 32, 4],
    "4xlarge": [16, 64, 8],
  },
  "c5 c5a c6i c6a c7i c7a": { large: [2, 4, 3], xlarge: [4, 8, 4], "2xlarge": [8, 16, 4], "4xlarge": [16, 32, 8] },
  "c6g c7g c8g": {
    medium: [1, 2, 2],
    large: [2, 4, 3],
    xlarge: [4, 8, 4],
    "2xlarge": [8, 16, 4],
    "4xlarge": [16, 32, 8],
  },
  "r5 r5a r6i r6a r7i r7a": { large: [2, 16, 3], xlarge: [4, 32, 4], "2xlarge": [8, 64, 4], "4xlarge": [16, 128, 8] },
  "r6g r7g r8g": {
    medium: [1, 8, 2],
    large: [2, 16, 3],
    xlarge: [4, 32, 4],
    "2xlarge": [8, 64, 4],
    "4xlarge": [16, 128, 8],
  },
};

/** The instances of a capacity provider; undefined when it, its group or its template is not simulated. */
export function instancesOf(site: Site, provider: string): Instances | undefined {
  const capacity = site.find(CAPACITY_PROVIDER, "name", provider)?.outputs ?? {};
  const groupArn = textAt(capacity, "autoScalingGroupProvider.autoScalingGroupArn");
  const group = site.find("aws:autoscaling/group:Group", "arn", groupArn)?.outputs;
  const template = group && templateOf(site, group);
  const type = template && textAt(template, "instanceType");
  if (group === undefined || template === undefined || type === undefined) return undefined;
  const scales = textAt(capacity, "autoScalingGroupProvider.managedScaling.status") === "ENABLED";
  const room = roomOf(type);
  const roleArn = roleOf(site, template);
  return {
    type,
    architecture: isArm(type) ? "ARM64" : "X86_64",
    ...(room !== undefined && { room }),
    count: numberAt(group, scales ? "maxSize" : "desiredCapacity") ?? numberAt(group, "minSize") ?? 0,
    cluster: clusterIn(textAt(template, "userData")),
    subnetIds: textsAt(group, "vpcZoneIdentifiers"),
    ...(roleArn !== undefined && { roleArn }),
    isPublic: textsAt(template, "networkInterfaces.associatePublicIpAddress").includes("true"),
    groupIds: [...textsAt(template, "vpcSecurityGroupIds"), ...textsAt(template, "networkInterfaces.securityGroups")],
  };
}

/** What an instance of a type offers to tasks; undefined for a type that is not in the table. */
export function roomOf(type: string): Room | undefined {
  const [family = "", size = ""] = type.split(".");
  const sizes = Object.entries(SIZES).find(([families]) => families.split(" ").includes(family))?.[1];
  const found = sizes?.[size];
  if (found === undefined) return undefined;
  const [cpus, memory, interfaces] = found;
  // The first interface is the instance's own.
  return { cpu: cpus * UNITS, memory: Math.floor(memory * UNITS * REGISTERED_MEMORY), interfaces: interfaces - 1 };
}

/** Graviton types have a g after the generation's number. */
function isArm(type: string): boolean {
  return /^(a1|[a-z]+\d+g[a-z]*)\./.test(type);
}

function templateOf(site: Site, group: Values): Values | undefined {
  const name = "aws:ec2/launchTemplate:LaunchTemplate";
  const id = textAt(group, "launchTemplate.id");
  return (site.find(name, "id", id) ?? site.find(name, "name", textAt(group, "launchTemplate.name")))?.outputs;
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
