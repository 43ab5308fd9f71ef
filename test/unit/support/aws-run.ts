/** An application's things in a simulated AWS, made with as little as each needs. */
import { dataModels } from "../../../providers/rehearsal/aws/data";
import { PUSHED } from "../../../providers/rehearsal/aws/ecs/images";
import { networkModels } from "../../../providers/rehearsal/aws/net";
import { runModels } from "../../../providers/rehearsal/aws/run";
import type { Model, Values } from "../../../providers/rehearsal/model";
import { AwsThings, policy, trust, type Made } from "./aws-things";
import type { Case, Step } from "./rule-cases";

export const RUN = {
  cluster: "aws:ecs/cluster:Cluster",
  provider: "aws:ecs/capacityProvider:CapacityProvider",
  capacity: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  definition: "aws:ecs/taskDefinition:TaskDefinition",
  service: "aws:ecs/service:Service",
  balancer: "aws:lb/loadBalancer:LoadBalancer",
  targets: "aws:lb/targetGroup:TargetGroup",
  listener: "aws:lb/listener:Listener",
  rule: "aws:lb/listenerRule:ListenerRule",
  certificate: "aws:acm/certificate:Certificate",
  validation: "aws:acm/certificateValidation:CertificateValidation",
  record: "aws:route53/record:Record",
  repository: "aws:ecr/repository:Repository",
  lifecycle: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  namespace: "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
  discovery: "aws:servicediscovery/service:Service",
  scalable: "aws:appautoscaling/target:Target",
  scaling: "aws:appautoscaling/policy:Policy",
  function: "aws:lambda/function:Function",
  invocation: "aws:lambda/invocation:Invocation",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  secret: "aws:secretsmanager/secret:Secret",
  secretVersion: "aws:secretsmanager/secretVersion:SecretVersion",
  image: "docker:index/image:Image",
} as const;

export type RunKind = keyof typeof RUN;

/** Every model of the simulated AWS. */
export const everyModel: readonly Model[] = [...networkModels, ...runModels, ...dataModels];

/** Images as they are named in the account's own registry. */
export const REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
export const DIGEST = `sha256:${"a".repeat(64)}`;
export const ZONE = "Z0123456789ABC";

/** A case of one step with inputs that pass, and others that do not. */
export function sides(step: (more: Values) => Step, good: Values, bad: Values): Case {
  return { passes: step(good), refused: step(bad) };
}

/** A container as a task definition has it. */
export function container(more: Values = {}): Values {
  return {
    name: "web",
    image: "docker.io/library/nginx:1",
    essential: true,
    portMappings: [{ containerPort: 8000 }],
    ...more,
  };
}

export class RunThings extends AwsThings {
  run(kind: RunKind, inputs: Values = {}): Promise<Made> {
    return this.cloud.create(RUN[kind], inputs);
  }

  /** A VPC with two subnets in two zones that reach the internet through a NAT gateway. */
  async network(more: { nat?: boolean; gateway?: boolean } = {}): Promise<{ vpc: Made; subnets: Made[] }> {
    const vpc = await this.vpc({ enableDnsSupport: true, enableDnsHostnames: true });
    const subnets = [await this.subnet(vpc, "a"), await this.subnet(vpc, "b")];
    if (more.gateway !== false) {
      const gateway = await this.make("gateway", { vpcId: vpc.id });
      if (more.nat !== false) await this.routes(vpc, subnets, gateway);
    }
    return { vpc, subnets };
  }

  private async routes(vpc: Made, subnets: Made[], gateway: Made): Promise<void> {
    const open = await this.subnet(vpc, "a");
    const table = await this.make("table", { vpcId: vpc.id });
    await this.make("route", { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id });
    await this.make("association", { subnetId: open.id, routeTableId: table.id });
    const { id: allocationId } = await this.make("eip", { domain: "vpc" });
    const nat = await this.make("nat", { subnetId: open.id, allocationId });
    const inner = await this.make("table", { vpcId: vpc.id });
    await this.make("route", { routeTableId: inner.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id });
    for (const { id } of subnets) await this.make("association", { subnetId: id, routeTableId: inner.id });
  }

  /** A security group that lets everything out, or nothing. */
  async open(vpc: Made, lets = true): Promise<Made> {
    const group = await this.group(vpc);
    if (lets) await this.make("egress", { securityGroupId: group.id, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" });
    return group;
  }

  /** A role of tasks that may do what its statements say. */
  async taskRole(statements: Values[] = [], service = "ecs-tasks.amazonaws.com"): Promise<Made> {
    const role = await this.make("role", { assumeRolePolicy: trust(service) });
    if (statements.length > 0) await this.make("rolePolicy", { role: role.id, policy: policy(...statements) });
    return role;
  }

  /** A role that pulls images and writes logs, and reads secrets if asked. */
  executionRole(more: Values[] = []): Promise<Made> {
    const Action = [
      "ecr:GetAuthorizationToken",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchCheckLayerAvailability",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ];
    return this.taskRole([{ Effect: "Allow", Action, Resource: "*" }, ...more]);
  }

  /** A task definition for Fargate with one container. */
  async definition(more: Values = {}, containers: Values[] = [container()]): Promise<Made> {
    return this.run("definition", {
      family: "web",
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      containerDefinitions: JSON.stringify(containers),
      ...more,
    });
  }

  /** A cluster that may use Fargate. */
  async cluster(): Promise<Made> {
    const cluster = await this.run("cluster", { name: "prod-shop" });
    await this.run("capacity", { clusterName: "prod-shop", capacityProviders: ["FARGATE", "FARGATE_SPOT"] });
    return cluster;
  }

  /** Inputs of a service on Fargate whose tasks start; all that it needs is made. */
  async fargate(more: Values = {}, definition?: Made): Promise<Values> {
    const { vpc, subnets } = await this.network();
    const cluster = await this.cluster();
    const group = await this.open(vpc);
    return {
      name: "web",
      cluster: cluster["arn"],
      taskDefinition: (definition ?? (await this.definition()))["arn"],
      desiredCount: 1,
      launchType: "FARGATE",
      waitForSteadyState: true,
      networkConfiguration: { subnets: subnets.map(({ id }) => id), securityGroups: [group.id] },
      ...more,
    };
  }

  /** An image in the account's registry. @returns its name */
  push(repository: string, platform = "linux/amd64"): string {
    this.cloud.open.world.store.add(
      {
        type: PUSHED,
        id: `${repository}@${DIGEST}`,
        inputs: {},
        outputs: { repositoryName: repository, imageTag: "1", imageDigest: DIGEST, platform },
      },
      "cloud",
    );
    return `${REGISTRY}/${repository}@${DIGEST}`;
  }

  /** A hosted zone that was there before. */
  zone(name = "example.com"): string {
    this.cloud.open.world.store.add(
      { type: "aws:route53/zone:Zone", id: ZONE, inputs: {}, outputs: { id: ZONE, name } },
      "given",
    );
    return ZONE;
  }

  /** A load balancer in two zones. */
  async balancer(more: Values = {}): Promise<{ balancer: Made; vpc: Made; subnets: Made[] }> {
    const { vpc, subnets } = await this.network({ nat: false });
    const balancer = await this.run("balancer", { name: "front", subnets: subnets.map(({ id }) => id), ...more });
    return { balancer, vpc, subnets };
  }

  targets(vpc: Made, more: Values = {}): Promise<Made> {
    return this.run("targets", { port: 8000, protocol: "HTTP", targetType: "ip", vpcId: vpc.id, ...more });
  }
}
