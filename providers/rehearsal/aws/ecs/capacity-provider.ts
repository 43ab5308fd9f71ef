import type { Model, Reference, Rule } from "../../model";
import { arn, between, exactlyOne, matches, oneOf, rule } from "../../rules";
import { isGiven, regionalArn, textAt } from "../read";

/** Type token of a capacity provider. */
export const CAPACITY_PROVIDER = "aws:ecs/capacityProvider:CapacityProvider";

const GROUP = "aws:autoscaling/group:Group";
const SOURCE = "terraform-provider-aws internal/service/ecs/capacity_provider.go";
const API = "ECS API reference, CreateCapacityProvider";
const SCALING = "autoScalingGroupProvider.managedScaling";
const SWITCH = ["ENABLED", "DISABLED"];

const plan: Rule[] = [
  exactlyOne({ id: "capacity-provider-kind", source: SOURCE }, [
    "autoScalingGroupProvider",
    "managedInstancesProvider",
  ]),
  arn(
    { id: "capacity-provider-group-arn", source: SOURCE },
    "autoScalingGroupProvider.autoScalingGroupArn",
    "autoscaling",
  ),
  between({ id: "capacity-provider-target", source: SOURCE }, `${SCALING}.targetCapacity`, 1, 100),
  between({ id: "capacity-provider-least-step", source: SOURCE }, `${SCALING}.minimumScalingStepSize`, 1, 10_000),
  between({ id: "capacity-provider-most-step", source: SOURCE }, `${SCALING}.maximumScalingStepSize`, 1, 10_000),
  between({ id: "capacity-provider-warmup", source: SOURCE }, `${SCALING}.instanceWarmupPeriod`, 0, 10_000),
  oneOf({ id: "capacity-provider-scaling", source: SOURCE }, `${SCALING}.status`, SWITCH),
  oneOf(
    { id: "capacity-provider-protection", source: SOURCE },
    "autoScalingGroupProvider.managedTerminationProtection",
    SWITCH,
  ),
  oneOf({ id: "capacity-provider-draining", source: SOURCE }, "autoScalingGroupProvider.managedDraining", SWITCH),
];

const call: Rule[] = [
  matches(
    { id: "capacity-provider-name", source: API, code: "InvalidParameterException" },
    "name",
    /^(?!aws|ecs|fargate)[0-9A-Za-z_-]{1,255}$/i,
    "up to 255 letters, digits, hyphens and underscores, and must not begin with aws, ecs or fargate",
  ),
  rule(
    { id: "capacity-provider-protected-group", source: API, code: "InvalidParameterException" },
    ["autoScalingGroupProvider"],
    ({ inputs, site }) => {
      const protection = textAt(inputs, "autoScalingGroupProvider.managedTerminationProtection");
      if (protection !== "ENABLED") return undefined;
      if (textAt(inputs, `${SCALING}.status`) !== "ENABLED") {
        return "The managed termination protection setting for the capacity provider is invalid. To enable managed termination protection for a capacity provider, enable managed scaling.";
      }
      const group = site.find(GROUP, "arn", textAt(inputs, "autoScalingGroupProvider.autoScalingGroupArn"));
      if (group === undefined || isGiven(group) || group.outputs["protectFromScaleIn"] === true) return undefined;
      return "The managed termination protection setting for the capacity provider is invalid. To enable managed termination protection for a capacity provider, the Auto Scaling group must have instance protection from scale in enabled.";
    },
  ),
  rule(
    { id: "capacity-provider-own-group", source: API, code: "InvalidParameterException" },
    ["autoScalingGroupProvider"],
    ({ inputs, old, site }) => {
      const path = "autoScalingGroupProvider.autoScalingGroupArn";
      const group = textAt(inputs, path);
      const other = site
        .all(CAPACITY_PROVIDER)
        .find((each) => each !== old && group !== undefined && textAt(each.outputs, path) === group);
      return other === undefined
        ? undefined
        : `The specified Auto Scaling group ARN is already being used by another capacity provider: ${String(other.outputs["name"])}.`;
    },
  ),
];

const unused: Rule = {
  id: "capacity-provider-unused",
  source: `${API.replace("Create", "Delete")}: in use by a service of a cluster`,
  code: "ResourceInUseException",
  refuses: ({ old, site }) => {
    const name = old?.outputs["name"];
    const users = [
      ...site.all("aws:ecs/service:Service"),
      ...site.all("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"),
    ];
    const user = users.find(
      ({ outputs }) =>
        namesProvider(outputs["capacityProviderStrategies"], name) || namesProvider(outputs["capacityProviders"], name),
    );
    return user === undefined
      ? undefined
      : `The capacity provider ${String(name)} is in use by ${user.id} and cannot be deleted.`;
  },
};

function namesProvider(list: unknown, name: unknown): boolean {
  return JSON.stringify(list ?? []).includes(`"${String(name)}"`);
}

const references: Reference[] = [
  {
    property: "autoScalingGroupProvider.autoScalingGroupArn",
    to: [GROUP],
    by: "arn",
    missing: "ClientException",
  },
];

/** The instances of an auto scaling group, as capacity of clusters. */
export const capacityProvider: Model = {
  type: CAPACITY_PROVIDER,
  source: SOURCE,
  replaces: ["name", "cluster", "autoScalingGroupProvider.autoScalingGroupArn"],
  replacesIf: (old, inputs) =>
    ["autoScalingGroupProvider", "managedInstancesProvider"].filter(
      (block) => (old[block] === undefined) !== (inputs[block] === undefined),
    ),
  name: { property: "name", longest: 255 },
  references,
  plan,
  call,
  deletion: [unused],
  computed: (inputs, site) => {
    const id = regionalArn(site, "ecs", `capacity-provider/${String(inputs["name"])}`);
    return { id, arn: id };
  },
  seconds: { create: 3, update: 5, delete: 30 },
};
