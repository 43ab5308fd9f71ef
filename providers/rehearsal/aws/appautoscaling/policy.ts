import type { Model, Rule, Values } from "../../model";
import { excludes, lengthBetween, oneOf, rule } from "../../rules";
import { freshUuid } from "../documents";
import { numberAt, objectsAt, textAt } from "../read";
import { SCALABLE_TARGET } from "./target";

const SOURCE = "terraform-provider-aws internal/service/appautoscaling/policy.go";
const API = "Application Auto Scaling API reference, PutScalingPolicy";
const VALIDATION = "ValidationException";
const TRACKING = "targetTrackingScalingPolicyConfiguration";
const STEP = "stepScalingPolicyConfiguration";
const BLOCKS: Readonly<Record<string, string>> = { TargetTrackingScaling: TRACKING, StepScaling: STEP };
const PREDEFINED = `${TRACKING}.predefinedMetricSpecification`;

const plan: Rule[] = [
  lengthBetween({ id: "scaling-policy-name", source: SOURCE }, "name", 1, 255),
  oneOf({ id: "scaling-policy-type", source: SOURCE }, "policyType", [
    "StepScaling",
    "TargetTrackingScaling",
    "PredictiveScaling",
  ]),
  excludes(
    { id: "scaling-policy-one-metric", source: SOURCE },
    PREDEFINED,
    `${TRACKING}.customizedMetricSpecification`,
  ),
  oneOf({ id: "scaling-policy-adjustment", source: SOURCE }, `${STEP}.adjustmentType`, [
    "ChangeInCapacity",
    "PercentChangeInCapacity",
    "ExactCapacity",
  ]),
  oneOf({ id: "scaling-policy-statistic", source: SOURCE }, `${TRACKING}.customizedMetricSpecification.statistic`, [
    "Average",
    "Minimum",
    "Maximum",
    "SampleCount",
    "Sum",
  ]),
];

const call: Rule[] = [
  rule(
    { id: "scaling-policy-target", source: `${SOURCE}: retried, then given up`, code: "ObjectNotFoundException" },
    ["resourceId"],
    ({ inputs, site }) =>
      site.find(SCALABLE_TARGET, "id", inputs["resourceId"]) === undefined
        ? `No scalable target registered for service namespace: ecs, resource ID: ${String(inputs["resourceId"])}, scalable dimension: ecs:service:DesiredCount`
        : undefined,
  ),
  rule({ id: "scaling-policy-block", source: API, code: VALIDATION }, ["policyType", TRACKING, STEP], ({ inputs }) => {
    const type = textAt(inputs, "policyType") ?? "";
    const wanted = BLOCKS[type];
    const other = Object.values(BLOCKS).find((block) => block !== wanted && inputs[block] !== undefined);
    if (wanted !== undefined && inputs[wanted] === undefined)
      return `${wanted} has to be given for the policy type ${type}`;
    return other === undefined ? undefined : `${other} does not fit the policy type ${type}`;
  }),
  rule({ id: "scaling-policy-metric", source: API, code: VALIDATION }, [TRACKING], ({ inputs }) => {
    const tracking = objectsAt(inputs, TRACKING)[0];
    const given = ["predefinedMetricSpecification", "customizedMetricSpecification"].some(
      (block) => tracking?.[block] !== undefined,
    );
    return tracking === undefined || given ? undefined : "A metric has to be given: predefined or customized";
  }),
  oneOf(
    { id: "scaling-policy-predefined", source: `${API}, PredefinedMetricSpecification: ECS`, code: VALIDATION },
    `${PREDEFINED}.predefinedMetricType`,
    ["ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization", "ALBRequestCountPerTarget"],
  ),
  rule(
    { id: "scaling-policy-label", source: `${API}, PredefinedMetricSpecification: ResourceLabel`, code: VALIDATION },
    [TRACKING],
    ({ inputs, site }) => {
      const isRequests = textAt(inputs, `${PREDEFINED}.predefinedMetricType`) === "ALBRequestCountPerTarget";
      const label = textAt(inputs, `${PREDEFINED}.resourceLabel`);
      if (!isRequests)
        return label === undefined ? undefined : "The resource label is only for ALBRequestCountPerTarget";
      const parts = /^(app\/[^/]+\/[0-9a-f]{16})\/(targetgroup\/[^/]+\/[0-9a-f]{16})$/.exec(label ?? "");
      if (parts === null)
        return `Invalid resource label '${label ?? ""}': it has to be app/<name>/<id>/targetgroup/<name>/<id>`;
      const exists =
        site.find("aws:lb/loadBalancer:LoadBalancer", "arnSuffix", parts[1]) &&
        site.find("aws:lb/targetGroup:TargetGroup", "arnSuffix", parts[2]);
      return exists === undefined
        ? `The load balancer or target group of the resource label '${String(label)}' does not exist`
        : undefined;
    },
  ),
  rule({ id: "scaling-policy-target-value", source: API, code: VALIDATION }, [TRACKING], ({ inputs }) => {
    const value = numberAt(inputs, `${TRACKING}.targetValue`);
    const isPercent = (textAt(inputs, `${PREDEFINED}.predefinedMetricType`) ?? "").endsWith("Utilization");
    if (value === undefined || (value > 0 && (!isPercent || value <= 100))) return undefined;
    return `The target value ${value} has to be above 0${isPercent ? ", and at most 100 for a utilization" : ""}`;
  }),
  rule(
    { id: "scaling-policy-steps", source: "Application Auto Scaling user guide, Step adjustments", code: VALIDATION },
    [STEP],
    ({ inputs }) => stepFault(inputs),
  ),
];

interface Interval {
  low: number;
  high: number;
}

/** Steps lie side by side: no two share a number, and none is missing between them. */
function stepFault(inputs: Values): string | undefined {
  const steps: Interval[] = objectsAt(inputs, `${STEP}.stepAdjustments`)
    .map((step) => ({
      low: numberAt(step, "metricIntervalLowerBound") ?? -Infinity,
      high: numberAt(step, "metricIntervalUpperBound") ?? Infinity,
    }))
    .sort((one, other) => one.low - other.low);
  if (inputs[STEP] !== undefined && steps.length === 0) return "There must be at least one step adjustment";
  if (steps.some(({ low, high }) => low >= high)) return "The lower bound of a step has to be below its upper bound";
  for (const [place, step] of steps.entries()) {
    const before = steps[place - 1];
    if (before !== undefined && before.high > step.low)
      return "There is an overlap between the step adjustment intervals";
    if (before !== undefined && before.high < step.low) return "There is a gap between the step adjustment intervals";
  }
  return undefined;
}

/** When and how far something is scaled. */
export const scalingPolicy: Model = {
  type: "aws:appautoscaling/policy:Policy",
  source: SOURCE,
  required: ["resourceId", "scalableDimension", "serviceNamespace"],
  replaces: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
  name: { property: "name", longest: 255 },
  defaults: { policyType: "StepScaling", [`${TRACKING}.disableScaleIn`]: false },
  plan,
  call,
  computed: (inputs, site) => {
    const name = String(inputs["name"]);
    const resource = String(inputs["resourceId"]);
    const alarms = inputs["policyType"] === "TargetTrackingScaling" ? ["AlarmHigh", "AlarmLow"] : [];
    const head = `arn:${site.partition}:cloudwatch:${site.region}:${site.account}:alarm:TargetTracking-${resource}`;
    return {
      id: name,
      arn: `arn:${site.partition}:autoscaling:${site.region}:${site.account}:scalingPolicy:${freshUuid(site)}:resource/ecs/${resource}:policyName/${name}`,
      alarmArns: alarms.map((alarm) => `${head}-${alarm}-${freshUuid(site)}`),
    };
  },
  seconds: { create: 2, update: 2, delete: 1 },
};
