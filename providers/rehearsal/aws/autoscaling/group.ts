import { randomUUID } from "node:crypto";
import type { Model, Site, Values } from "../../model";
import { between, exactlyOne, excludes, lengthBetween, oneOf, rule } from "../../rules";
import { SUBNET, subnetsOf } from "../ec2/placement";
import { LAUNCH_TEMPLATE } from "../ec2/instance-types";
import { nameFor } from "../names";
import { flagAt, numberAt, textAt, textsAt } from "../read";
import { groupRules, launchRules } from "./group-rules";
import { capacityOf, GROUP, templateOf } from "./instances";

const PROVIDER = "terraform-provider-aws internal/service/autoscaling/group.go";
const MISSING = "ValidationError";
const SECONDS = { create: 60, delete: 120, empty: 5 } as const;
const NESTED = "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification";

/** Instances that are kept at a number. */
export const group: Model = {
  type: GROUP,
  source: PROVIDER,
  required: ["maxSize", "minSize"],
  replaces: ["name", "namePrefix", "initialLifecycleHooks"],
  defaults: {
    forceDelete: false,
    forceDeleteWarmPool: false,
    healthCheckGracePeriod: 300,
    ignoreFailedScalingActivities: false,
    metricsGranularity: "1Minute",
    protectFromScaleIn: false,
    waitForCapacityTimeout: "10m",
    "instanceRefresh.preferences.minHealthyPercentage": 90,
    "instanceRefresh.preferences.maxHealthyPercentage": 100,
    "instanceRefresh.preferences.skipMatching": false,
    "instanceRefresh.preferences.scaleInProtectedInstances": "Ignore",
    "instanceRefresh.preferences.standbyInstances": "Ignore",
  },
  name: { property: "name", longest: 255 },
  sets: ["vpcZoneIdentifiers", "availabilityZones", "targetGroupArns", "suspendedProcesses", "enabledMetrics", "tags"],
  references: [
    { property: "vpcZoneIdentifiers", to: [SUBNET], missing: MISSING, holds: "DependencyViolation" },
    { property: "launchTemplate.id", to: [LAUNCH_TEMPLATE], missing: MISSING },
    { property: "launchTemplate.name", to: [LAUNCH_TEMPLATE], by: "name", missing: MISSING },
    { property: `${NESTED}.launchTemplateId`, to: [LAUNCH_TEMPLATE], missing: MISSING },
    { property: "targetGroupArns", to: ["aws:lb/targetGroup:TargetGroup"], by: "arn", missing: MISSING },
    // Launch configurations are refused to new accounts: there are none.
    {
      property: "launchConfiguration",
      to: ["aws:ec2/launchConfiguration:LaunchConfiguration"],
      by: "name",
      missing: MISSING,
    },
  ],
  plan: [
    exactlyOne({ id: "asg-one-source", source: PROVIDER }, [
      "launchConfiguration",
      "launchTemplate",
      "mixedInstancesPolicy",
    ]),
    excludes({ id: "asg-zones-or-subnets", source: PROVIDER }, "availabilityZones", "vpcZoneIdentifiers"),
    excludes({ id: "asg-template-id-or-name", source: PROVIDER }, "launchTemplate.id", "launchTemplate.name"),
    lengthBetween({ id: "asg-name", source: PROVIDER }, "name", 0, 255),
    between(
      { id: "asg-healthy-percentage", source: PROVIDER },
      "instanceRefresh.preferences.minHealthyPercentage",
      0,
      100,
    ),
    oneOf({ id: "asg-metrics-granularity", source: PROVIDER }, "metricsGranularity", ["1Minute"]),
    rule({ id: "asg-tags-propagate", source: PROVIDER }, ["tags"], ({ inputs: { tags } }) =>
      Array.isArray(tags) && tags.some((tag: Values) => typeof tag["propagateAtLaunch"] !== "boolean")
        ? "each of tags needs propagateAtLaunch, true or false"
        : undefined,
    ),
  ],
  call: groupRules,
  wait: launchRules,
  deletion: [
    {
      id: "asg-can-drain",
      source: "hashicorp/terraform-provider-aws#5277",
      refuses: ({ old }) =>
        old !== undefined && !canDrain(old.outputs)
          ? `waiting for Auto Scaling Group (${old.id}) drain: timeout while waiting for state to become '0' (last state: '${capacityOf(old.outputs)}')`
          : undefined,
    },
  ],
  computed: outputsOf,
  updated: (inputs, _old, site) => ({
    availabilityZones: zonesOf(inputs, site),
    ...(inputs["launchTemplate"] !== undefined && { launchTemplate: templateNames(inputs, site) }),
  }),
  seconds: {
    create: (inputs) => (capacityOf(inputs) > 0 ? SECONDS.create : SECONDS.empty),
    update: SECONDS.empty,
    delete: (inputs) => (capacityOf(inputs) > 0 ? SECONDS.delete : SECONDS.empty),
  },
};

function outputsOf(inputs: Values, site: Site): { id: string } & Values {
  const { partition, region, account } = site;
  const name = nameFor(inputs, site);
  const service = "autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
  return {
    id: name,
    name,
    namePrefix: inputs["namePrefix"] ?? "",
    arn: `arn:${partition}:autoscaling:${region}:${account}:autoScalingGroup:${randomUUID()}:autoScalingGroupName/${name}`,
    availabilityZones: zonesOf(inputs, site),
    defaultCooldown: numberAt(inputs, "defaultCooldown") ?? 300,
    desiredCapacity: capacityOf(inputs),
    healthCheckType: textAt(inputs, "healthCheckType") ?? "EC2",
    ...(inputs["launchTemplate"] !== undefined && { launchTemplate: templateNames(inputs, site) }),
    loadBalancers: [],
    predictedCapacity: 0,
    serviceLinkedRoleArn: `arn:${partition}:iam::${account}:role/aws-service-role/${service}`,
    targetGroupArns: textsAt(inputs, "targetGroupArns"),
    trafficSources: inputs["trafficSources"] ?? [],
    vpcZoneIdentifiers: textsAt(inputs, "vpcZoneIdentifiers"),
    warmPoolSize: 0,
  };
}

function zonesOf(inputs: Values, site: Site): string[] {
  const given = textsAt(inputs, "availabilityZones");
  const subnets = subnetsOf(textsAt(inputs, "vpcZoneIdentifiers"), site);
  return [...new Set([...given, ...subnets.flatMap(({ outputs }) => textsAt(outputs, "availabilityZone"))])].sort();
}

/** A launch template is kept by id, name and version, whichever of them is given. */
function templateNames(inputs: Values, site: Site): Values {
  const template = templateOf(inputs, site);
  return {
    id: template?.id ?? "",
    name: template?.outputs["name"] ?? "",
    version: textAt(inputs, "launchTemplate.version") ?? "$Default",
  };
}

/** The provider takes scale-in protection off the instances, but starts no process that is suspended. */
function canDrain(group: Values): boolean {
  return (
    flagAt(group, "forceDelete") ||
    capacityOf(group) === 0 ||
    !textsAt(group, "suspendedProcesses").includes("Terminate")
  );
}
