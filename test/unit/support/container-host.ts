/** What the components of containers are tested with: a host, outputs that tell resources apart, what policies say. */
import * as pulumi from "@pulumi/pulumi";
import {
  ContainerService,
  Task,
  type ContainerHost,
  type ServiceArgs,
  type TaskArgs,
} from "../../../components/container";
import { SecurityGroup } from "../../../components/network";
import { registeredBy, type ComputedOutputs, type Registered } from "./resource-graph";

export const CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/dev-blog";
export const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:blog-database-url-1a2b3c4-AbCdEf";
export const IMAGE = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/blog-web@sha256:${"0".repeat(64)}`;

const arn = (service: string) => (name: string) => ({ arn: `arn:${service}:${name}`, name });
export const computed: ComputedOutputs = {
  "aws:cloudwatch/logGroup:LogGroup": arn("logs"),
  "aws:iam/role:Role": arn("iam"),
  "aws:iam/rolePolicy:RolePolicy": {},
  "aws:ecs/taskDefinition:TaskDefinition": (name) => ({
    arn: `arn:ecs:${name}:1`,
    arnWithoutRevision: `arn:ecs:${name}`,
  }),
  "aws:ecs/service:Service": arn("ecs"),
  "aws:servicediscovery/service:Service": arn("servicediscovery"),
  "aws:efs/fileSystem:FileSystem": arn("efs"),
  "aws:efs/mountTarget:MountTarget": {},
  "aws:efs/accessPoint:AccessPoint": arn("efs"),
  "aws:ec2/securityGroup:SecurityGroup": {},
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {},
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {},
  "aws:lambda/function:Function": arn("lambda"),
  "aws:lambda/invocation:Invocation": {},
};

export const FARGATE: ContainerHost["capacity"] = { kind: "fargate", architecture: "amd64" };
export const EC2: ContainerHost["capacity"] = {
  kind: "ec2",
  architecture: "arm64",
  instanceType: "t4g.medium",
  size: 2,
};

export function host(more: Partial<ContainerHost> = {}): ContainerHost {
  return {
    clusterArn: pulumi.output(CLUSTER),
    clusterName: pulumi.output("dev-blog"),
    capacity: FARGATE,
    capacityProvider: more.capacity?.kind === "ec2" ? "own" : "FARGATE",
    vpcId: pulumi.output("vpc-1"),
    subnetIds: [pulumi.output("subnet-a"), pulumi.output("subnet-b")],
    logDays: 30,
    exec: false,
    region: "eu-west-1",
    namespace: { id: pulumi.output("ns-1"), name: "dev-blog.internal" },
    ready: [],
    ...more,
  };
}

export const taskArgs = (more: Partial<TaskArgs> = {}): TaskArgs => ({
  host: host(),
  image: IMAGE,
  cpu: 256,
  memory: 300,
  ...more,
});
export const task = (more: Partial<TaskArgs> = {}) => registeredBy(() => new Task("web", taskArgs(more)), computed);

export function serviceArgs(more: Partial<ServiceArgs> = {}): ServiceArgs {
  return {
    ...taskArgs(),
    count: { min: 2, max: 2 },
    securityGroup: new SecurityGroup("group", { vpcId: "vpc-1", description: "Web" }),
    deployment: { minimumHealthyPercent: 50, maximumPercent: 200 },
    ...more,
  };
}
export const service = (more: Partial<ServiceArgs> = {}) =>
  registeredBy(() => new ContainerService("web", serviceArgs(more)), computed);

export function named(all: Registered[], name: string): Registered {
  const found = all.find((each) => each.name === name && each.type.startsWith("aws:"));
  if (found === undefined) throw new Error(`no ${name} among ${all.map((each) => each.name).join(", ")}`);
  return found;
}

/** Statement of an IAM policy. */
export interface Statement {
  Action: string[];
  Resource: string | string[];
}

export function parsed(value: unknown): Record<string, unknown> {
  return JSON.parse(String(value)) as Record<string, unknown>;
}

/** What the container of the task `web` is described by. */
export function container(all: Registered[]): Record<string, unknown> {
  const [first] = JSON.parse(String(named(all, "web-definition").inputs["containerDefinitions"])) as [
    Record<string, unknown>,
  ];
  return first;
}

export function statements(all: Registered[], policy: string): Statement[] {
  return parsed(named(all, policy).inputs["policy"])["Statement"] as Statement[];
}
