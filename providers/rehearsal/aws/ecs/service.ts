import type { Model, Reference, Values } from "../../model";
import { nameOf, objectsAt, regionalArn, textAt, textsAt } from "../read";
import { clusterOf } from "./launch";
import { serviceCall, servicePlan } from "./service-rules";
import { serviceWait } from "./service-wait";

/** Type token of a service. */
export const SERVICE = "aws:ecs/service:Service";

const SOURCE = "terraform-provider-aws internal/service/ecs/service.go";
const INVALID = "InvalidParameterException";

const references: Reference[] = [
  {
    property: "networkConfiguration.subnets",
    to: ["aws:ec2/subnet:Subnet"],
    missing: INVALID,
    holds: "DependencyViolation",
  },
  {
    property: "networkConfiguration.securityGroups",
    to: ["aws:ec2/securityGroup:SecurityGroup"],
    missing: INVALID,
    holds: "DependencyViolation",
  },
  { property: "loadBalancers.targetGroupArn", to: ["aws:lb/targetGroup:TargetGroup"], by: "arn", missing: INVALID },
  {
    property: "serviceRegistries.registryArn",
    to: ["aws:servicediscovery/service:Service"],
    by: "arn",
    missing: INVALID,
    holds: "ResourceInUse",
  },
];

const FARGATE_START = 50;
const INSTANCE_START = 20;
const LOAD_BALANCER = 40;
const STEADY = 30;
const TASKS_AT_A_TIME = 20;
const MOST_ROUNDS = 4;

/** Seconds until tasks run: images are pulled, health checks pass, and ECS looks at them for a while. */
function secondsToStart(inputs: Values): number {
  const providers = textsAt(inputs, "capacityProviderStrategies.capacityProvider");
  const onInstances = inputs["launchType"] === "EC2" || providers.some((each) => !each.startsWith("FARGATE"));
  const start = onInstances ? INSTANCE_START : FARGATE_START;
  const balanced = objectsAt(inputs, "loadBalancers").length > 0 ? LOAD_BALANCER : 0;
  return start + balanced + Math.floor(Number(inputs["desiredCount"] ?? 0) / TASKS_AT_A_TIME) * start;
}

function secondsToCreate(inputs: Values): number {
  if (inputs["waitForSteadyState"] !== true || inputs["desiredCount"] === 0) return 5;
  return secondsToStart(inputs) + STEADY;
}

/** A release replaces tasks in as many rounds as the deployment's percentages leave room for. */
function secondsToUpdate(inputs: Values): number {
  if (inputs["waitForSteadyState"] !== true || inputs["desiredCount"] === 0) return 5;
  const percent = (property: string, fallback: number): number => Number(inputs[property] ?? fallback);
  const room = percent("deploymentMaximumPercent", 200) - percent("deploymentMinimumHealthyPercent", 100);
  const rounds = Math.min(MOST_ROUNDS, Math.max(1, Math.ceil(100 / Math.max(1, room))));
  return rounds * secondsToStart(inputs) + STEADY;
}

/** A number of tasks that is kept running. */
export const service: Model = {
  type: SERVICE,
  source: SOURCE,
  replaces: ["cluster", "iamRole", "launchType", "name", "schedulingStrategy"],
  name: { property: "name", longest: 255 },
  defaults: {
    deploymentMaximumPercent: 200,
    deploymentMinimumHealthyPercent: 100,
    desiredCount: 0,
    enableEcsManagedTags: false,
    enableExecuteCommand: false,
    schedulingStrategy: "REPLICA",
    waitForSteadyState: false,
    "networkConfiguration.assignPublicIp": false,
  },
  sets: [
    "networkConfiguration.subnets",
    "networkConfiguration.securityGroups",
    "loadBalancers",
    "capacityProviderStrategies",
  ],
  references,
  plan: servicePlan,
  call: serviceCall,
  wait: serviceWait,
  computed: (inputs, site) => {
    const cluster =
      textAt(clusterOf(site, inputs)?.outputs ?? {}, "name") ?? nameOf(textAt(inputs, "cluster") ?? "default");
    const id = regionalArn(site, "ecs", `service/${cluster}/${String(inputs["name"])}`);
    const hasStrategy = objectsAt(inputs, "capacityProviderStrategies").length > 0;
    const launchType = inputs["launchType"] ?? (hasStrategy ? "" : "EC2");
    return {
      id,
      arn: id,
      cluster: inputs["cluster"] ?? "default",
      launchType,
      platformVersion: inputs["platformVersion"] ?? (launchType === "EC2" ? "" : "LATEST"),
    };
  },
  seconds: { create: secondsToCreate, update: secondsToUpdate, delete: 90 },
};
