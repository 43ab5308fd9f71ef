import type { Values } from "../../../providers/rehearsal/model";
import { service } from "../../../providers/rehearsal/aws/ecs/service";
import { RUN, RunThings, container, everyModel, sides } from "../support/aws-run";
import type { Made } from "../support/aws-things";
import { testRules, type Case, type Step } from "../support/rule-cases";
import type { SimulatedCloud } from "../support/simulated-cloud";

const STRATEGY = "capacityProviderStrategies";
const FARGATE = { capacityProvider: "FARGATE", weight: 1 };
const SPOT = { capacityProvider: "FARGATE_SPOT", weight: 1 };
const EC2: Values = { requiresCompatibilities: ["EC2"] };

const run =
  (more: Values): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    return things.run("service", await things.fargate(more));
  };
const byStrategy = (...entries: Values[]): Values => ({ launchType: undefined, [STRATEGY]: entries });
/** A service whose task definition says more. */
const task =
  (definition: Values, more: Values = {}, containers = [container()]): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    return things.run("service", await things.fargate(more, await things.definition(definition, containers)));
  };
const onEc2 = (more: Values = {}): Step =>
  task({ requiresCompatibilities: ["EC2"] }, { launchType: "EC2", waitForSteadyState: false, ...more });

interface Balanced {
  cloud: SimulatedCloud;
  things: RunThings;
  inputs: Values;
  group: Made;
}

/** A service behind a load balancer. */
const balanced =
  (more: (made: Balanced) => Values | Promise<Values> = () => ({}), targets: Values = {}, listens = true): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const inputs = await things.fargate();
    const [vpcId] = cloud.all("aws:ec2/vpc:Vpc").map(({ id }) => id);
    const group = await things.targets({ id: vpcId ?? "" }, targets);
    const networking = inputs["networkConfiguration"] as Values;
    const balancer = await things.run("balancer", { name: "front", subnets: networking["subnets"] });
    const defaultActions = [{ type: "forward", targetGroupArn: group["arn"] }];
    if (listens)
      await things.run("listener", { loadBalancerArn: balancer["arn"], port: 80, protocol: "HTTP", defaultActions });
    const loadBalancers = [{ targetGroupArn: group["arn"], containerName: "web", containerPort: 8000 }];
    const made = { cloud, things, inputs: { ...inputs, loadBalancers }, group };
    return things.run("service", { ...made.inputs, ...(await more(made)) });
  };
const container2 = (more: Values): Step =>
  balanced(({ group }) => ({
    loadBalancers: [{ targetGroupArn: group["arn"], containerName: "web", containerPort: 8000, ...more }],
  }));

const registered =
  (type: "A" | "SRV", more: Values): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const inputs = await things.fargate();
    const vpc = cloud.all("aws:ec2/vpc:Vpc")[0]?.id;
    const { id: namespaceId } = await things.run("namespace", { name: "shop.internal", vpc });
    const dnsConfig = { namespaceId, dnsRecords: [{ type, ttl: 10 }] };
    const { arn: registryArn, id } = await things.run("discovery", { name: "web", dnsConfig });
    await things.run("service", { ...inputs, serviceRegistries: { registryArn, ...more } });
    return id;
  };
const secondVpc =
  (own: boolean): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const inputs = await things.fargate();
    const group = own ? undefined : await things.open(await things.vpc({ cidrBlock: "10.9.0.0/16" }));
    const networking = inputs["networkConfiguration"] as Values;
    const securityGroups = group === undefined ? networking["securityGroups"] : [group.id];
    return things.run("service", { ...inputs, networkConfiguration: { ...networking, securityGroups } });
  };
const changed =
  (forceNewDeployment: boolean): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const inputs = await things.fargate(byStrategy(FARGATE));
    const { id } = await things.run("service", inputs);
    await cloud.update(RUN.service, id, { ...inputs, ...byStrategy(SPOT), forceNewDeployment });
  };
const named =
  (...names: string[]): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const inputs = await things.fargate();
    for (const name of names) await things.run("service", { ...inputs, name });
  };
const plan = (good: Values, bad: Values): Case => sides(run, good, bad);
const exec =
  (role: boolean): Step =>
  async (cloud) => {
    const taskRoleArn = role ? (await new RunThings(cloud).taskRole())["arn"] : undefined;
    return task({ taskRoleArn }, { enableExecuteCommand: true })(cloud);
  };
const BRIDGE = { networkMode: "bridge", requiresCompatibilities: ["EC2"] };
const idle = { launchType: "EC2", waitForSteadyState: false };

describe("simulated services", () => {
  testRules([{ ...service, wait: [] }], everyModel, {
    "service-launch-type": plan({}, { launchType: "FARGATE_SPOT" }),
    "service-scheduling": plan({}, { schedulingStrategy: "CRON" }),
    "service-propagate-tags": plan({ propagateTags: "SERVICE" }, { propagateTags: "CLUSTER" }),
    "service-base": plan(byStrategy({ ...FARGATE, base: 1 }), byStrategy({ ...FARGATE, base: -1 })),
    "service-weight": plan(byStrategy(FARGATE), byStrategy({ ...FARGATE, weight: 1001 })),
    "service-container-port": { passes: balanced(), refused: container2({ containerPort: 70_000 }) },
    "service-grace": {
      passes: balanced(() => ({ healthCheckGracePeriodSeconds: 60 })),
      refused: run({ healthCheckGracePeriodSeconds: -1 }),
    },
    "service-placement-strategies": {
      passes: onEc2({ orderedPlacementStrategies: [{ type: "spread", field: "instanceId" }] }),
      refused: onEc2({ orderedPlacementStrategies: Array.from({ length: 6 }, () => ({ type: "random" })) }),
    },
    "service-strategy-change": { passes: changed(true), refused: changed(false) },
    "service-cluster-exists": plan({}, { cluster: "gone" }),
    "service-task-definition-exists": plan({ taskDefinition: "web" }, { taskDefinition: "gone:1" }),
    "service-name-free": { passes: named("web", "worker"), refused: named("web", "web") },
    "service-launch-type-or-strategy": plan(byStrategy(FARGATE), { [STRATEGY]: [FARGATE] }),
    "service-capacity-of-cluster": plan(byStrategy(SPOT), byStrategy({ capacityProvider: "machines", weight: 1 })),
    "service-one-base": plan(
      byStrategy({ ...FARGATE, base: 1 }, SPOT),
      byStrategy({ ...FARGATE, base: 1 }, { ...SPOT, base: 1 }),
    ),
    "service-compatible": { passes: task({}), refused: task(EC2) },
    "service-fargate-daemon": plan({}, { schedulingStrategy: "DAEMON" }),
    "service-fargate-placement": plan({}, { orderedPlacementStrategies: [{ type: "random" }] }),
    "service-network-configuration": {
      passes: task(BRIDGE, { ...idle, networkConfiguration: undefined }),
      refused: run({ networkConfiguration: undefined }),
    },
    "service-public-ip": {
      passes: onEc2(),
      refused: async (cloud) => {
        const things = new RunThings(cloud);
        const inputs = await things.fargate(idle, await things.definition(EC2));
        const networking = inputs["networkConfiguration"] as Values;
        return things.run("service", { ...inputs, networkConfiguration: { ...networking, assignPublicIp: true } });
      },
    },
    "service-one-vpc": { passes: secondVpc(true), refused: secondVpc(false) },
    "service-container-in-task": { passes: balanced(), refused: container2({ containerPort: 9000 }) },
    "service-target-type": { passes: balanced(), refused: balanced(() => ({}), { targetType: "instance" }) },
    "service-target-group-used": { passes: balanced(), refused: balanced(() => ({}), {}, false) },
    "service-grace-balanced": {
      passes: balanced(() => ({ healthCheckGracePeriodSeconds: 60 })),
      refused: run({ healthCheckGracePeriodSeconds: 60 }),
    },
    "service-minimum-percent": plan({ deploymentMinimumHealthyPercent: 0 }, { deploymentMinimumHealthyPercent: 101 }),
    "service-rollout-room": plan(
      { deploymentMinimumHealthyPercent: 0, deploymentMaximumPercent: 100 },
      { deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 100 },
    ),
    "service-registry-form": { passes: registered("A", {}), refused: registered("A", { port: 8000 }) },
    "service-exec-role": { passes: exec(true), refused: exec(false) },
    "ref:aws:ecs/service:Service.serviceRegistries.registryArn": {
      passes: registered("SRV", { containerName: "web", containerPort: 8000 }),
      refused: async (cloud) => {
        const id = await registered("A", {})(cloud);
        await cloud.delete(RUN.discovery, String(id));
      },
    },
    "ref:aws:ecs/service:Service.networkConfiguration.subnets": {
      passes: run({}),
      refused: run({ networkConfiguration: { subnets: ["subnet-00000000000000000"] } }),
    },
  });
});
