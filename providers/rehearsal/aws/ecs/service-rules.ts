/** What CreateService and UpdateService refuse. */
import type { Question, Rule, Values } from "../../model";
import { between, entriesBetween, excludes, oneOf, rule } from "../../rules";
import { nameOf, numberAt, objectsAt, textAt, textsAt } from "../read";
import { CAPACITY_PROVIDER } from "./capacity-provider";
import { CLUSTER_CAPACITY, FARGATE_CAPACITY } from "./cluster-capacity-providers";
import { containersOf, definitionOf, isFargate, portsOf } from "./containers";
import { clusterOf, providersOf } from "./launch";

const SOURCE = "terraform-provider-aws internal/service/ecs/service.go";
const API = "ECS API reference, CreateService";
const INVALID = "InvalidParameterException";
const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
const STRATEGY = "capacityProviderStrategies";

/** Refused by the provider, before anything is called. */
export const servicePlan: Rule[] = [
  oneOf({ id: "service-launch-type", source: SOURCE }, "launchType", ["EC2", "FARGATE", "EXTERNAL"]),
  oneOf({ id: "service-scheduling", source: SOURCE }, "schedulingStrategy", ["REPLICA", "DAEMON"]),
  oneOf({ id: "service-propagate-tags", source: SOURCE }, "propagateTags", ["SERVICE", "TASK_DEFINITION", "NONE"]),
  between({ id: "service-base", source: SOURCE }, `${STRATEGY}.base`, 0, 100_000),
  between({ id: "service-weight", source: SOURCE }, `${STRATEGY}.weight`, 0, 1000),
  between({ id: "service-container-port", source: SOURCE }, "loadBalancers.containerPort", 0, 65_536),
  between({ id: "service-grace", source: SOURCE }, "healthCheckGracePeriodSeconds", 0, 2_147_483_647),
  entriesBetween({ id: "service-placement-strategies", source: SOURCE }, "orderedPlacementStrategies", 0, 5),
  rule(
    { id: "service-strategy-change", source: `${SOURCE}, capacityProviderStrategyCustomizeDiff` },
    [STRATEGY],
    ({ inputs, old }) =>
      old !== undefined &&
      inputs["forceNewDeployment"] !== true &&
      JSON.stringify(old.inputs[STRATEGY] ?? []) !== JSON.stringify(inputs[STRATEGY] ?? [])
        ? "force_new_deployment should be true when capacity_provider_strategy is being updated"
        : undefined,
  ),
];

/** A rule that looks at the task definition. */
function ofTask(
  id: string,
  source: string,
  properties: readonly string[],
  refuses: (definition: Values, question: Question, outputs: Values) => string | undefined,
): Rule {
  return rule({ id, source, code: INVALID }, ["taskDefinition", ...properties], (question) => {
    const definition = definitionOf(question.site, textAt(question.inputs, "taskDefinition") ?? "");
    return definition && refuses(definition.inputs, question, definition.outputs);
  });
}

const there: Rule[] = [
  rule(
    { id: "service-cluster-exists", source: SOURCE, code: "ClusterNotFoundException" },
    ["cluster"],
    ({ inputs, site }) => (clusterOf(site, inputs) === undefined ? "Cluster not found." : undefined),
  ),
  rule(
    { id: "service-task-definition-exists", source: API, code: "ClientException" },
    ["taskDefinition"],
    ({ inputs, site }) => {
      const name = textAt(inputs, "taskDefinition");
      if (name === undefined)
        return inputs["launchType"] === "EXTERNAL" ? undefined : "TaskDefinition must not be blank.";
      return definitionOf(site, name) === undefined ? "TaskDefinition not found." : undefined;
    },
  ),
  rule({ id: "service-name-free", source: API, code: INVALID }, ["name", "cluster"], ({ inputs, old, site }) => {
    const twin = site
      .all("aws:ecs/service:Service")
      .find(
        ({ outputs }) =>
          outputs["name"] === inputs["name"] &&
          nameOf(String(outputs["cluster"])) === nameOf(String(inputs["cluster"])),
      );
    return old === undefined && twin !== undefined ? "Creation of service was not idempotent." : undefined;
  }),
];

const capacity: Rule[] = [
  { ...excludes({ id: "service-launch-type-or-strategy", source: API, code: INVALID }, "launchType", STRATEGY) },
  rule(
    { id: "service-capacity-of-cluster", source: "ECS API reference, CapacityProviderStrategyItem", code: INVALID },
    [STRATEGY, "cluster"],
    ({ inputs, site }) => {
      const cluster = clusterOf(site, inputs)?.outputs["name"];
      const members = textsAt(site.find(CLUSTER_CAPACITY, "clusterName", cluster)?.outputs ?? {}, "capacityProviders");
      const missing = textsAt(inputs, `${STRATEGY}.capacityProvider`).find((name) => !members.includes(name));
      if (missing === undefined) return undefined;
      const exists = FARGATE_CAPACITY.includes(missing) || site.find(CAPACITY_PROVIDER, "name", missing) !== undefined;
      return exists
        ? `The specified capacity provider '${missing}' was not found: it is not associated with the cluster '${String(cluster)}'.`
        : `The specified capacity provider '${missing}' was not found.`;
    },
  ),
  rule({ id: "service-one-base", source: API, code: INVALID }, [STRATEGY], ({ inputs }) =>
    objectsAt(inputs, STRATEGY).filter(({ base }) => Number(base ?? 0) > 0).length <= 1
      ? undefined
      : "Only one capacity provider in a capacity provider strategy can have a base defined.",
  ),
  ofTask(
    "service-compatible",
    "fabfuel/ecs-deploy, sil-org/ecs-deploy#134: UpdateService",
    ["launchType", STRATEGY],
    (definition, { inputs, site }) => {
      const wantsFargate =
        inputs["launchType"] === "FARGATE" || providersOf(site, inputs).some((name) => FARGATE_CAPACITY.includes(name));
      return wantsFargate && !isFargate(definition)
        ? "Task definition does not support launch_type FARGATE."
        : undefined;
    },
  ),
  rule(
    { id: "service-fargate-daemon", source: API, code: INVALID },
    ["launchType", "schedulingStrategy"],
    ({ inputs }) =>
      inputs["launchType"] === "FARGATE" && inputs["schedulingStrategy"] === "DAEMON"
        ? "The scheduling strategy DAEMON is not supported for launch type FARGATE."
        : undefined,
  ),
  rule(
    { id: "service-fargate-placement", source: API, code: INVALID },
    ["launchType", "orderedPlacementStrategies", "placementConstraints"],
    ({ inputs }) =>
      inputs["launchType"] === "FARGATE" &&
      objectsAt(inputs, "orderedPlacementStrategies").length + objectsAt(inputs, "placementConstraints").length > 0
        ? "Placement strategies and constraints are not supported with FARGATE launch type."
        : undefined,
  ),
];

const network: Rule[] = [
  ofTask(
    "service-network-configuration",
    "fabfuel/ecs-deploy#61",
    ["networkConfiguration"],
    (_, { inputs }, outputs) => {
      const isAwsvpc = outputs["networkMode"] === "awsvpc";
      const isGiven = inputs["networkConfiguration"] !== undefined;
      if (isAwsvpc && !isGiven) return "Network Configuration must be provided when networkMode 'awsvpc' is specified.";
      return !isAwsvpc && isGiven
        ? "Network Configuration is not valid for the given networkMode of this task definition."
        : undefined;
    },
  ),
  ofTask(
    "service-public-ip",
    "ECS API reference, AwsVpcConfiguration: assignPublicIp",
    ["networkConfiguration", "launchType", STRATEGY],
    (definition, { inputs, site }) => {
      const onFargate =
        inputs["launchType"] === "FARGATE" || providersOf(site, inputs).some((name) => FARGATE_CAPACITY.includes(name));
      const asked = objectsAt(inputs, "networkConfiguration").some(({ assignPublicIp }) => assignPublicIp === true);
      return asked && !onFargate && definition["networkMode"] === "awsvpc"
        ? "Assign public IP is not supported for this launch type."
        : undefined;
    },
  ),
  rule(
    { id: "service-one-vpc", source: "ECS API reference, AwsVpcConfiguration", code: INVALID },
    ["networkConfiguration"],
    ({ inputs, site }) => {
      const vpcs = (property: string, type: string): unknown[] =>
        textsAt(inputs, `networkConfiguration.${property}`).flatMap(
          (id) => site.find(type, "id", id)?.outputs["vpcId"] ?? [],
        );
      const all = [
        ...vpcs("subnets", "aws:ec2/subnet:Subnet"),
        ...vpcs("securityGroups", "aws:ec2/securityGroup:SecurityGroup"),
      ];
      return new Set(all).size <= 1 ? undefined : "Security groups and subnets of the service must belong to one VPC.";
    },
  ),
];

const balanced: Rule[] = [
  ofTask("service-container-in-task", API, ["loadBalancers"], (definition, { inputs }) => {
    for (const balancer of objectsAt(inputs, "loadBalancers")) {
      const name = textAt(balancer, "containerName") ?? "";
      const container = containersOf(definition).find((each) => each["name"] === name);
      if (container === undefined) return `The container ${name} does not exist in the task definition.`;
      const port = numberAt(balancer, "containerPort") ?? 0;
      if (!portsOf(container).includes(port))
        return `The container ${name} did not have a container port ${port} defined.`;
    }
    return undefined;
  }),
  ofTask("service-target-type", API, ["loadBalancers"], (_, { inputs, site }, outputs) => {
    for (const arn of textsAt(inputs, "loadBalancers.targetGroupArn")) {
      const type = textAt(site.find(TARGET_GROUP, "arn", arn)?.outputs ?? {}, "targetType");
      if (type === undefined || (type === "ip") === (outputs["networkMode"] === "awsvpc")) continue;
      return `The provided target group ${arn} has target type ${type}, which is incompatible with the ${String(outputs["networkMode"])} network mode specified in the task definition.`;
    }
    return undefined;
  }),
  rule(
    { id: "service-target-group-used", source: `${SOURCE}: retried, then given up`, code: INVALID },
    ["loadBalancers"],
    ({ inputs, site }) => {
      const idle = textsAt(inputs, "loadBalancers.targetGroupArn").find((arn) => !isBalanced(arn, site));
      return idle === undefined
        ? undefined
        : `The target group with targetGroupArn ${idle} does not have an associated load balancer.`;
    },
  ),
  rule(
    { id: "service-grace-balanced", source: API, code: INVALID },
    ["loadBalancers", "healthCheckGracePeriodSeconds"],
    ({ inputs }) =>
      inputs["healthCheckGracePeriodSeconds"] !== undefined && objectsAt(inputs, "loadBalancers").length === 0
        ? "Health check grace period is only valid for services configured to use load balancers."
        : undefined,
  ),
];

function isBalanced(arn: string, site: Question["site"]): boolean {
  const listeners = [...site.all("aws:lb/listener:Listener"), ...site.all("aws:lb/listenerRule:ListenerRule")];
  return listeners.some(({ inputs }) =>
    ["defaultActions", "actions"].some((actions) =>
      [
        ...textsAt(inputs, `${actions}.targetGroupArn`),
        ...textsAt(inputs, `${actions}.forward.targetGroups.arn`),
      ].includes(arn),
    ),
  );
}

const rollout: Rule[] = [
  between({ id: "service-minimum-percent", source: API, code: INVALID }, "deploymentMinimumHealthyPercent", 0, 100),
  rule(
    { id: "service-rollout-room", source: "ECS API reference, DeploymentConfiguration", code: INVALID },
    ["deploymentMaximumPercent", "deploymentMinimumHealthyPercent"],
    ({ inputs }) => {
      const [least, most] = [
        numberAt(inputs, "deploymentMinimumHealthyPercent") ?? 100,
        numberAt(inputs, "deploymentMaximumPercent") ?? 200,
      ];
      return most > least && most >= 100
        ? undefined
        : "maximumPercent must be greater than minimumHealthyPercent, and at least 100: no task could be replaced.";
    },
  ),
  ofTask(
    "service-registry-form",
    "Cloud Map with ECS: A records take no port, SRV records do",
    ["serviceRegistries"],
    (_, { inputs, site }) => {
      for (const registry of objectsAt(inputs, "serviceRegistries")) {
        const found = site.find("aws:servicediscovery/service:Service", "arn", textAt(registry, "registryArn"));
        const isSrv = textsAt(found?.outputs ?? {}, "dnsConfig.dnsRecords.type").includes("SRV");
        const hasPort = registry["port"] !== undefined || registry["containerPort"] !== undefined;
        if (found !== undefined && !isSrv && hasPort)
          return "When specifying a service discovery service with A records, the port must not be given.";
        if (isSrv && !hasPort)
          return "When specifying a service discovery service with SRV records, a container name and container port, or a port, must be given.";
      }
      return undefined;
    },
  ),
  ofTask(
    "service-exec-role",
    "ECS developer guide, Monitor ECS containers with ECS Exec: a task role is needed",
    ["enableExecuteCommand"],
    (definition, { inputs }) =>
      inputs["enableExecuteCommand"] === true && definition["taskRoleArn"] === undefined
        ? "The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again."
        : undefined,
  ),
];

/** Refused by CreateService and UpdateService. */
export const serviceCall: Rule[] = [...there, ...capacity, ...network, ...balanced, ...rollout];
