import { expect } from "chai";
import { service } from "../../../providers/rehearsal/aws/ecs/service";
import type { Values } from "../../../providers/rehearsal/model";
import { DIGEST, REGISTRY, RUN, RunThings, container, everyModel } from "../support/aws-run";
import type { Made } from "../support/aws-things";
import { testRules, type Step } from "../support/rule-cases";
import { simulated, type SimulatedCloud } from "../support/simulated-cloud";

const REGISTER = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role";
const READ = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*" };

/** Makes a task definition, and tells what the service says besides. */
type Prepare = (things: RunThings) => Promise<{ definition?: Made; more?: Values }>;

const started =
  (prepare: Prepare, change: (inputs: Values, things: RunThings) => Promise<Values> = async (inputs) => inputs): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const { definition, more } = await prepare(things);
    return things.run("service", await change(await things.fargate(more, definition), things));
  };
const task =
  (more: Values, containers: Values[] = [container()]): Prepare =>
  async (things) => ({ definition: await things.definition(more, containers) });
/** A task with an execution role that may do `more`. */
const pulled =
  (of: Values | ((things: RunThings) => Values | Promise<Values>), more: Values[] = [], role?: "none"): Prepare =>
  async (things) => {
    const { arn: executionRoleArn } = role === "none" ? await things.taskRole() : await things.executionRole(more);
    const values = typeof of === "function" ? await of(things) : of;
    return { definition: await things.definition({ executionRoleArn }, [container(values)]) };
  };
const own = (things: RunThings): Values => ({ image: things.push("web") });
const gone = { image: `${REGISTRY}/web@${DIGEST}` };

const secret =
  (value: string | undefined, key = ""): ((things: RunThings) => Promise<Values>) =>
  async (things) => {
    const { id: secretId, arn } = await things.run("secret", { name: "web" });
    if (value !== undefined) await things.run("secretVersion", { secretId, secretString: value });
    return { secrets: [{ name: "KEY", valueFrom: `${String(arn)}${key}` }] };
  };
const logged =
  (there: boolean): ((things: RunThings) => Promise<Values>) =>
  async (things) => {
    if (there) await things.run("logGroup", { name: "/shop/web" });
    const options = { "awslogs-group": "/shop/web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web" };
    return { logConfiguration: { logDriver: "awslogs", options } };
  };
const role =
  (trusted: string): Prepare =>
  async (things) => {
    const { arn: taskRoleArn } = await things.taskRole([], trusted);
    return { definition: await things.definition({ taskRoleArn }) };
  };

/** A network of a service without a way out, or with endpoints in it. */
const closed =
  (services: readonly string[]) =>
  async (inputs: Values, things: RunThings): Promise<Values> => {
    const vpc = await things.vpc({ cidrBlock: "10.9.0.0/16", enableDnsSupport: true, enableDnsHostnames: true });
    const { id: subnetId } = await things.make("subnet", {
      vpcId: vpc.id,
      cidrBlock: "10.9.1.0/24",
      availabilityZone: "us-east-1a",
    });
    const table = await things.make("table", { vpcId: vpc.id });
    await things.make("association", { subnetId, routeTableId: table.id });
    const group = await things.open(vpc);
    for (const each of services) {
      const serviceName = `com.amazonaws.us-east-1.${each}`;
      const at =
        each === "s3"
          ? { vpcEndpointType: "Gateway", routeTableIds: [table.id] }
          : {
              vpcEndpointType: "Interface",
              privateDnsEnabled: true,
              subnetIds: [subnetId],
              securityGroupIds: [group.id],
            };
      await things.make("endpoint", { vpcId: vpc.id, serviceName, ...at });
    }
    return { ...inputs, networkConfiguration: { subnets: [subnetId], securityGroups: [group.id] } };
  };
const shut = async (inputs: Values, things: RunThings): Promise<Values> => {
  const vpcId = things.cloud.all("aws:ec2/vpc:Vpc")[0]?.id ?? "";
  const group = await things.open({ id: vpcId }, false);
  return {
    ...inputs,
    networkConfiguration: { ...(inputs["networkConfiguration"] as Values), securityGroups: [group.id] },
  };
};

/** A service with storage, of which mount targets are in so many of its two zones. */
const stored =
  (zones: number, lets = true): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const { id: fileSystemId } = await things.make("fileSystem", { encrypted: true });
    const volumes = [{ name: "data", efsVolumeConfiguration: { fileSystemId } }];
    const inputs = await things.fargate({}, await things.definition({ volumes }));
    const { subnets, securityGroups } = inputs["networkConfiguration"] as Record<string, string[]>;
    const guard = await things.open({ id: cloud.all("aws:ec2/vpc:Vpc")[0]?.id ?? "" });
    const from = { ipProtocol: "tcp", fromPort: 2049, toPort: 2049, referencedSecurityGroupId: securityGroups?.[0] };
    if (lets) await things.make("ingress", { securityGroupId: guard.id, ...from });
    for (const subnetId of (subnets ?? []).slice(0, zones)) {
      await things.make("mountTarget", { fileSystemId, subnetId, securityGroups: [guard.id] });
    }
    return things.run("service", inputs);
  };

interface Machines {
  instanceType?: string;
  joins?: string;
  memory?: string;
  count?: number;
  architecture?: string;
  image?: string;
}

/** A service on instances of its own. */
const machines =
  ({
    instanceType = "t3.medium",
    joins = "prod-shop",
    memory = "1024",
    count = 1,
    architecture,
    image,
  }: Machines): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const runtimePlatform =
      architecture === undefined ? undefined : { cpuArchitecture: architecture, operatingSystemFamily: "LINUX" };
    const containers = [container(image === undefined ? {} : { image: things.push("web", image) })];
    const { arn: executionRoleArn } = await things.executionRole();
    const needs = { requiresCompatibilities: ["EC2"], cpu: "256", memory, runtimePlatform, executionRoleArn };
    const definition = await things.definition(needs, containers);
    const inputs = await things.fargate({ launchType: undefined, desiredCount: count }, definition);
    const { subnets } = inputs["networkConfiguration"] as Record<string, string[]>;
    const instanceRole = await things.role();
    await things.make("attachment", { role: instanceRole.id, policyArn: REGISTER });
    const { arn } = await things.make("profile", { role: instanceRole.id });
    const userData = Buffer.from(`#!/bin/sh\necho ECS_CLUSTER=${joins} >> /etc/ecs/ecs.config\n`).toString("base64");
    const launch = { instanceType, userData, iamInstanceProfile: { arn } };
    const group = await things.machines({ id: subnets?.[0] ?? "" }, launch, { desiredCapacity: 1 });
    await things.run("provider", { name: "machines", autoScalingGroupProvider: { autoScalingGroupArn: group["arn"] } });
    const capacity = cloud.all(RUN.capacity)[0]?.id ?? "";
    await cloud.update(RUN.capacity, capacity, { clusterName: capacity, capacityProviders: ["FARGATE", "machines"] });
    return things.run("service", {
      ...inputs,
      capacityProviderStrategies: [{ capacityProvider: "machines", weight: 1 }],
    });
  };

/** A service behind a load balancer with a security group of its own. */
const balanced =
  (lets: boolean, zones = 2): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const inputs = await things.fargate();
    const vpc = { id: cloud.all("aws:ec2/vpc:Vpc")[0]?.id ?? "" };
    const { subnets, securityGroups } = inputs["networkConfiguration"] as Record<string, string[]>;
    const other = await things.subnet(vpc, "c");
    const guard = await things.open(vpc);
    const of = zones === 2 ? subnets : [subnets?.[0], other.id];
    const balancer = await things.run("balancer", { name: "front", subnets: of, securityGroups: [guard.id] });
    const group = await things.targets(vpc);
    const defaultActions = [{ type: "forward", targetGroupArn: group["arn"] }];
    await things.run("listener", { loadBalancerArn: balancer["arn"], port: 80, protocol: "HTTP", defaultActions });
    const from = { ipProtocol: "tcp", fromPort: 8000, toPort: 8000, referencedSecurityGroupId: guard.id };
    if (lets) await things.make("ingress", { securityGroupId: securityGroups?.[0], ...from });
    const loadBalancers = [{ targetGroupArn: group["arn"], containerName: "web", containerPort: 8000 }];
    return things.run("service", { ...inputs, loadBalancers });
  };

describe("tasks of simulated services", () => {
  testRules([{ ...service, plan: [], call: [] }], everyModel, {
    "task-instances-registered": { passes: machines({}), refused: machines({ joins: "other" }) },
    "task-processor": {
      passes: machines({ architecture: "X86_64", image: "linux/amd64" }),
      refused: machines({ image: "linux/arm64" }),
    },
    "task-room": { passes: machines({ memory: "3072" }), refused: machines({ memory: "4096" }) },
    "task-storage": { passes: stored(2), refused: stored(1) },
    "task-roles-assumable": {
      passes: started(role("ecs-tasks.amazonaws.com")),
      refused: started(role("ec2.amazonaws.com")),
    },
    "task-egress": { passes: started(task({})), refused: started(task({}), shut) },
    "task-way-out": {
      passes: started(pulled(own), closed(["ecr.api", "ecr.dkr", "s3"])),
      refused: started(pulled(own), closed(["ecr.api", "ecr.dkr"])),
    },
    "task-pull-allowed": { passes: started(pulled(own)), refused: started(pulled(own, [], "none")) },
    "task-image-exists": { passes: started(pulled(own)), refused: started(pulled(gone)) },
    "task-secrets": { passes: started(pulled(secret("x"), [READ])), refused: started(pulled(secret("x"))) },
    "task-log-group": { passes: started(pulled(logged(true))), refused: started(pulled(logged(false))) },
    "task-target-reachable": { passes: balanced(true), refused: balanced(false) },
    "task-target-zone": { passes: balanced(true), refused: balanced(true, 1) },
  });

  const refusalOf = async (step: Step): Promise<string> => {
    const cloud = simulated({ models: everyModel });
    return (await cloud.refusal(() => step(cloud))).message;
  };

  it("tells why a secret cannot be read", async () => {
    expect(await refusalOf(started(pulled(secret(undefined), [READ])))).to.include("AWSCURRENT");
    expect(await refusalOf(started(pulled(secret('{"a":1}', ":b::"), [READ])))).to.include("json key b");
    await started(pulled(secret('{"a":1}', ":a::"), [READ]))(simulated({ models: everyModel }));
  });

  it("mounts storage only from groups that its targets let in", async () => {
    expect(await refusalOf(stored(2, false))).to.include("port 2049");
  });

  it("has room for as many tasks as an instance has network interfaces for", async () => {
    await machines({ memory: "256", count: 2 })(simulated({ models: everyModel }));
    expect(await refusalOf(machines({ memory: "256", count: 3 }))).to.include("RESOURCE:ENI");
  });

  it("asks for the processor that the instances have", async () => {
    expect(await refusalOf(machines({ architecture: "ARM64" }))).to.include("ecs.cpu-architecture");
  });

  it("pulls from elsewhere only with a way to the internet", async () => {
    expect(await refusalOf(started(task({}), closed(["ecr.api", "ecr.dkr", "s3"])))).to.include("library/nginx:1");
  });

  it("does not look at the tasks of a service that nobody waits for, or that has none", async () => {
    for (const more of [{ waitForSteadyState: false }, { desiredCount: 0 }]) {
      const prepare: Prepare = async (things) => ({ ...(await pulled(gone)(things)), more });
      await started(prepare)(simulated({ models: everyModel }));
    }
  });

  const release = async (
    cloud: SimulatedCloud,
    breaker: Values,
  ): Promise<{ id: string; first: unknown; second: unknown; message: string }> => {
    const things = new RunThings(cloud);
    const { arn: executionRoleArn } = await things.executionRole();
    const first = await things.definition({ executionRoleArn }, [container({ image: things.push("web") })]);
    const inputs = await things.fargate({ deploymentCircuitBreaker: breaker }, first);
    const { id } = await things.run("service", inputs);
    const second = await things.definition({ executionRoleArn }, [container({ image: `${REGISTRY}/web:gone` })]);
    const { message } = await cloud.refusal(() =>
      cloud.update(RUN.service, id, { ...inputs, taskDefinition: second["arn"] }),
    );
    return { id, first: first["arn"], second: second["arn"], message };
  };

  it("goes back to what ran before when a circuit breaker rolls back", async () => {
    const cloud = simulated({ models: everyModel });
    const { id, first, message } = await release(cloud, { enable: true, rollback: true });
    expect(message)
      .to.include("CannotPullContainerError")
      .and.to.include(`Rolled back to ${String(first)}`);
    expect(cloud.thing(RUN.service, id).outputs["taskDefinition"]).to.equal(first);
  });

  it("stays with what failed otherwise", async () => {
    const cloud = simulated({ models: everyModel });
    const { id, second } = await release(cloud, { enable: true, rollback: false });
    expect(cloud.thing(RUN.service, id).outputs["taskDefinition"]).to.equal(second);
  });

  it("keeps from a role what a policy denies", async () => {
    const denied = { ...READ, Effect: "Deny" };
    expect(await refusalOf(started(pulled(secret("x"), [READ, denied])))).to.include("AccessDeniedException");
  });
});
