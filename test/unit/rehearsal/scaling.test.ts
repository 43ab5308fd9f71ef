import { appautoscaling } from "../../../providers/rehearsal/aws/appautoscaling";
import type { Values } from "../../../providers/rehearsal/model";
import { RunThings, everyModel, sides } from "../support/aws-run";
import { testRules, type Step } from "../support/rule-cases";

const SERVICE = "service/prod-shop/web";
const target = { serviceNamespace: "ecs", scalableDimension: "ecs:service:DesiredCount", resourceId: SERVICE };

const scalable =
  (more: Values): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    await things.run("service", await things.fargate());
    return things.run("scalable", { ...target, minCapacity: 1, maxCapacity: 4, ...more });
  };

const tracking = (specification: Values, more: Values = {}): Values => ({
  policyType: "TargetTrackingScaling",
  targetTrackingScalingPolicyConfiguration: { targetValue: 60, ...specification, ...more },
});
const predefined = (predefinedMetricType: string, more: Values = {}): Values => ({
  predefinedMetricSpecification: { predefinedMetricType, ...more },
});
const CPU = predefined("ECSServiceAverageCPUUtilization");
const custom = { customizedMetricSpecification: { metricName: "Backlog", namespace: "Shop", statistic: "Average" } };
const step = (...stepAdjustments: Values[]): Values => ({
  policyType: "StepScaling",
  stepScalingPolicyConfiguration: { adjustmentType: "ChangeInCapacity", stepAdjustments },
});
const steps = step(
  { metricIntervalLowerBound: "0", metricIntervalUpperBound: "10", scalingAdjustment: 1 },
  { metricIntervalLowerBound: "10", scalingAdjustment: 2 },
);

const policy =
  (more: Values): Step =>
  async (cloud) => {
    await scalable({})(cloud);
    return new RunThings(cloud).run("scaling", { ...target, ...tracking(CPU), ...more });
  };

/** A policy by requests, with the label of a load balancer and target group. */
const requests =
  (label: (balancer: Values, group: Values) => string): Step =>
  async (cloud) => {
    await scalable({})(cloud);
    const things = new RunThings(cloud);
    const { balancer, vpc } = await things.balancer();
    const group = await things.targets(vpc);
    const resourceLabel = label(balancer, group);
    return things.run("scaling", { ...target, ...tracking(predefined("ALBRequestCountPerTarget", { resourceLabel })) });
  };

describe("simulated scaling", () => {
  testRules(appautoscaling, everyModel, {
    "scaling-minimum": sides(scalable, { minCapacity: 0 }, { minCapacity: -1 }),
    "scaling-maximum": sides(scalable, { maxCapacity: 1 }, { minCapacity: 0, maxCapacity: -1 }),
    "scaling-namespace": sides(scalable, {}, { serviceNamespace: "lambda" }),
    "scaling-dimension": sides(scalable, {}, { scalableDimension: "ecs:service:Count" }),
    "scaling-resource-form": sides(scalable, {}, { resourceId: "web" }),
    "scaling-minimum-below-maximum": sides(scalable, { minCapacity: 4 }, { minCapacity: 5 }),
    "scaling-service-exists": sides(scalable, {}, { resourceId: "service/prod-shop/worker" }),
    "scaling-policy-name": sides(policy, { name: "cpu" }, { name: "x".repeat(256) }),
    "scaling-policy-type": sides(policy, {}, { policyType: "Magic" }),
    "scaling-policy-one-metric": sides(policy, {}, tracking({ ...CPU, ...custom })),
    "scaling-policy-adjustment": sides(
      policy,
      { ...steps, targetTrackingScalingPolicyConfiguration: undefined },
      { stepScalingPolicyConfiguration: { adjustmentType: "Double" } },
    ),
    "scaling-policy-statistic": sides(
      policy,
      tracking(custom),
      tracking({ customizedMetricSpecification: { ...custom.customizedMetricSpecification, statistic: "Median" } }),
    ),
    "scaling-policy-target": {
      passes: policy({}),
      refused: (cloud) => new RunThings(cloud).run("scaling", { ...target, ...tracking(CPU) }),
    },
    "scaling-policy-block": sides(policy, {}, { policyType: "StepScaling" }),
    "scaling-policy-metric": sides(policy, tracking(custom), tracking({})),
    "scaling-policy-predefined": sides(policy, {}, tracking(predefined("Temperature"))),
    "scaling-policy-label": {
      passes: requests((balancer, group) => `${String(balancer["arnSuffix"])}/${String(group["arnSuffix"])}`),
      refused: requests((balancer) => String(balancer["arnSuffix"])),
    },
    "scaling-policy-target-value": sides(policy, {}, tracking(CPU, { targetValue: 101 })),
    "scaling-policy-steps": sides(
      policy,
      { ...steps, targetTrackingScalingPolicyConfiguration: undefined },
      {
        ...step(
          { metricIntervalLowerBound: "0", metricIntervalUpperBound: "10", scalingAdjustment: 1 },
          { metricIntervalLowerBound: "20", scalingAdjustment: 2 },
        ),
        targetTrackingScalingPolicyConfiguration: undefined,
      },
    ),
  });
});
