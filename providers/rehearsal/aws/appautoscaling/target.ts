import type { Model, Rule, Site } from "../../model";
import { between, matches, rule } from "../../rules";
import { nameOf, numberAt, regionalArn, textAt } from "../read";

/** Type token of a scalable target. */
export const SCALABLE_TARGET = "aws:appautoscaling/target:Target";

const SOURCE = "terraform-provider-aws internal/service/appautoscaling/target.go";
const API = "Application Auto Scaling API reference, RegisterScalableTarget";
const VALIDATION = "ValidationException";
const DIMENSION = "ecs:service:DesiredCount";
const POLICY = "aws:appautoscaling/policy:Policy";

/** Whether the service of `service/CLUSTER/NAME` exists. */
function serviceExists(resourceId: string, site: Site): boolean {
  const [, cluster, name] = resourceId.split("/");
  return site
    .all("aws:ecs/service:Service")
    .some(({ outputs }) => outputs["name"] === name && nameOf(textAt(outputs, "cluster") ?? "default") === cluster);
}

const plan: Rule[] = [
  between({ id: "scaling-minimum", source: SOURCE }, "minCapacity", 0, 1_000_000),
  between({ id: "scaling-maximum", source: SOURCE }, "maxCapacity", 0, 1_000_000),
];

const call: Rule[] = [
  matches(
    { id: "scaling-namespace", source: `${API}; only ECS is simulated`, code: VALIDATION },
    "serviceNamespace",
    /^ecs$/,
    "ecs",
  ),
  matches(
    { id: "scaling-dimension", source: API, code: VALIDATION },
    "scalableDimension",
    /^ecs:service:DesiredCount$/,
    DIMENSION,
  ),
  matches(
    { id: "scaling-resource-form", source: API, code: VALIDATION },
    "resourceId",
    /^service\/[^/]+\/[^/]+$/,
    "service/CLUSTER/SERVICE",
  ),
  rule(
    { id: "scaling-minimum-below-maximum", source: API, code: VALIDATION },
    ["minCapacity", "maxCapacity"],
    ({ inputs }) =>
      (numberAt(inputs, "minCapacity") ?? 0) > (numberAt(inputs, "maxCapacity") ?? 0)
        ? "Maximum capacity cannot be less than minimum capacity"
        : undefined,
  ),
  rule(
    { id: "scaling-service-exists", source: `${SOURCE}: retried, then given up`, code: VALIDATION },
    ["resourceId"],
    ({ inputs, site }) => {
      const resourceId = textAt(inputs, "resourceId") ?? "";
      return serviceExists(resourceId, site) ? undefined : `ECS service doesn't exist: ${resourceId}`;
    },
  ),
];

/** What may be scaled, and between which numbers. */
export const scalableTarget: Model = {
  type: SCALABLE_TARGET,
  source: SOURCE,
  required: ["minCapacity", "maxCapacity", "resourceId", "scalableDimension", "serviceNamespace"],
  replaces: ["resourceId", "scalableDimension", "serviceNamespace"],
  plan,
  call,
  computed: (inputs, site) => ({
    id: String(inputs["resourceId"]),
    arn: regionalArn(site, "application-autoscaling", `scalable-target/${site.fresh(14)}`),
    roleArn:
      inputs["roleArn"] ??
      `arn:${site.partition}:iam::${site.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
  }),
  removed: ({ id }, site) => {
    for (const policy of site.all(POLICY)) if (policy.outputs["resourceId"] === id) site.remove(policy);
  },
  seconds: { create: 2, update: 2, delete: 2 },
};
