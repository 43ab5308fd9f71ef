import { capacityProvider } from "../../../providers/rehearsal/aws/ecs/capacity-provider";
import { cluster } from "../../../providers/rehearsal/aws/ecs/cluster";
import { clusterCapacityProviders } from "../../../providers/rehearsal/aws/ecs/cluster-capacity-providers";
import type { Values } from "../../../providers/rehearsal/model";
import { RUN, RunThings, everyModel, sides } from "../support/aws-run";
import type { Made } from "../support/aws-things";
import { testRules, type Case, type Step } from "../support/rule-cases";
import type { SimulatedCloud } from "../support/simulated-cloud";

const made =
  (more: Values): Step =>
  (cloud) =>
    new RunThings(cloud).run("cluster", more);
const logging = (kind: string): Values => ({ configuration: { executeCommandConfiguration: { logging: kind } } });

async function provider(cloud: SimulatedCloud, more: Values = {}, group: Values = {}): Promise<Made> {
  const things = new RunThings(cloud);
  const machines = await things.machines(await things.lone(), {}, group);
  const autoScalingGroupProvider = { autoScalingGroupArn: machines["arn"], ...more };
  return things.run("provider", { name: "machines", autoScalingGroupProvider });
}
const provided =
  (more: Values, group: Values = {}): Step =>
  (cloud) =>
    provider(cloud, more, group);
const scaled = (more: Values): Values => ({ managedScaling: { status: "ENABLED", ...more } });
const PROTECTED = { ...scaled({}), managedTerminationProtection: "ENABLED" };

const capacity =
  (more: Values): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    await things.run("cluster", { name: "prod" });
    await provider(cloud);
    return things.run("capacity", { clusterName: "prod", capacityProviders: ["FARGATE", "machines"], ...more });
  };
const strategy = (...entries: Values[]): Values => ({ defaultCapacityProviderStrategies: entries });
const FARGATE = { capacityProvider: "FARGATE", weight: 1 };
const SPOT = { capacityProvider: "FARGATE_SPOT", weight: 1 };

/** Deletes something with a service there, or without. */
const deleted =
  (kind: "cluster" | "capacity", service: boolean): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const inputs = await things.fargate({ launchType: undefined, capacityProviderStrategies: [FARGATE] });
    if (service) await things.run("service", inputs);
    await cloud.delete(RUN[kind], cloud.all(RUN[kind])[0]?.id ?? "");
  };
const releases =
  (used: boolean): Step =>
  async (cloud) => {
    if (used) await capacity({})(cloud);
    const { id } = used ? (cloud.all(RUN.provider)[0] ?? { id: "" }) : await provider(cloud);
    await cloud.delete(RUN.provider, id);
  };
const withSpot = (good: Values, bad: Values): Case =>
  sides(
    capacity,
    { capacityProviders: ["FARGATE", "FARGATE_SPOT", "machines"], ...good },
    { capacityProviders: ["FARGATE", "FARGATE_SPOT", "machines"], ...bad },
  );

describe("simulated clusters", () => {
  testRules([cluster, capacityProvider, clusterCapacityProviders], everyModel, {
    "ecs-cluster-name": sides(made, { name: "prod_1" }, { name: "prod.1" }),
    "ecs-cluster-setting": sides(
      made,
      { settings: [{ name: "containerInsights", value: "enabled" }] },
      { settings: [{ name: "insights", value: "enabled" }] },
    ),
    "ecs-cluster-insights": sides(
      made,
      { settings: [{ name: "containerInsights", value: "enhanced" }] },
      { settings: [{ name: "containerInsights", value: "on" }] },
    ),
    "ecs-cluster-exec-logging": sides(made, logging("NONE"), logging("ALL")),
    "ecs-cluster-namespace": sides(made, {}, { serviceConnectDefaults: { namespace: "shop.internal" } }),
    "ecs-cluster-empty": { passes: deleted("cluster", false), refused: deleted("cluster", true) },
    "capacity-provider-kind": {
      passes: provided({}),
      refused: (cloud) => new RunThings(cloud).run("provider", { name: "machines" }),
    },
    "capacity-provider-group-arn": sides(provided, {}, { autoScalingGroupArn: "machines" }),
    "capacity-provider-target": sides(provided, scaled({ targetCapacity: 100 }), scaled({ targetCapacity: 101 })),
    "capacity-provider-least-step": sides(
      provided,
      scaled({ minimumScalingStepSize: 1 }),
      scaled({ minimumScalingStepSize: 0 }),
    ),
    "capacity-provider-most-step": sides(
      provided,
      scaled({ maximumScalingStepSize: 1 }),
      scaled({ maximumScalingStepSize: 0 }),
    ),
    "capacity-provider-warmup": sides(
      provided,
      scaled({ instanceWarmupPeriod: 0 }),
      scaled({ instanceWarmupPeriod: -1 }),
    ),
    "capacity-provider-scaling": sides(provided, scaled({}), scaled({ status: "ON" })),
    "capacity-provider-protection": sides(
      provided,
      { managedTerminationProtection: "DISABLED" },
      { managedTerminationProtection: "ON" },
    ),
    "capacity-provider-draining": sides(provided, { managedDraining: "ENABLED" }, { managedDraining: "ON" }),
    "capacity-provider-name": {
      passes: provided({}),
      refused: async (cloud) => {
        const things = new RunThings(cloud);
        const machines = await things.machines(await things.lone());
        await things.run("provider", {
          name: "ecs-1",
          autoScalingGroupProvider: { autoScalingGroupArn: machines["arn"] },
        });
      },
    },
    "capacity-provider-protected-group": {
      passes: provided(PROTECTED, { protectFromScaleIn: true }),
      refused: provided(PROTECTED),
    },
    "capacity-provider-own-group": {
      passes: provided({}),
      refused: async (cloud) => {
        const first = await provider(cloud);
        const { autoScalingGroupProvider } = first;
        await new RunThings(cloud).run("provider", { name: "others", autoScalingGroupProvider });
      },
    },
    "capacity-provider-unused": { passes: releases(false), refused: releases(true) },
    "cluster-capacity-cluster-name": sides(
      capacity,
      {},
      { clusterName: "arn:aws:ecs:us-east-1:123456789012:cluster/prod" },
    ),
    "cluster-capacity-base": sides(capacity, strategy(FARGATE), strategy({ ...FARGATE, base: -1 })),
    "cluster-capacity-weight": sides(capacity, strategy(FARGATE), strategy({ ...FARGATE, weight: 1001 })),
    "cluster-capacity-exists": sides(capacity, {}, { capacityProviders: ["gone"] }),
    "cluster-capacity-default-member": sides(capacity, strategy(FARGATE), strategy(SPOT)),
    "cluster-capacity-one-kind": withSpot(
      strategy(FARGATE, SPOT),
      strategy(FARGATE, { capacityProvider: "machines", weight: 1 }),
    ),
    "cluster-capacity-one-base": withSpot(
      strategy({ ...FARGATE, base: 1 }, SPOT),
      strategy({ ...FARGATE, base: 1 }, { ...SPOT, base: 1 }),
    ),
    "cluster-capacity-unused": { passes: deleted("capacity", false), refused: deleted("capacity", true) },
    "ref:aws:ecs/clusterCapacityProviders:ClusterCapacityProviders.clusterName": {
      passes: capacity({}),
      refused: capacity({ clusterName: "gone" }),
    },
  });
});
