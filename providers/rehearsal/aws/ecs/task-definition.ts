import type { Model, Reference, Rule } from "../../model";
import { between, entriesBetween, matches, oneOf, rule } from "../../rules";
import { numberAt, objectsAt, regionalArn, textAt } from "../read";
import { containersCall, containersPlan } from "./container-rules";
import { TASK_DEFINITION, containersOf, isFargate } from "./containers";
import { isFargateSize } from "./fargate";

const SOURCE = "terraform-provider-aws internal/service/ecs/task_definition.go";
const API = "ECS API reference, RegisterTaskDefinition";
const EFS = "volumes.efsVolumeConfiguration";
const SWITCH = ["ENABLED", "DISABLED"];

const plan: Rule[] = [
  matches(
    { id: "task-family", source: SOURCE },
    "family",
    /^[0-9A-Za-z_-]{1,255}$/,
    "up to 255 letters, digits, hyphens and underscores",
  ),
  ...containersPlan,
  oneOf({ id: "task-network-mode", source: SOURCE }, "networkMode", ["none", "bridge", "host", "awsvpc"]),
  oneOf({ id: "task-compatibilities", source: SOURCE }, "requiresCompatibilities", [
    "EC2",
    "FARGATE",
    "EXTERNAL",
    "MANAGED_INSTANCES",
  ]),
  oneOf({ id: "task-architecture", source: SOURCE }, "runtimePlatform.cpuArchitecture", ["X86_64", "ARM64"]),
  between({ id: "task-ephemeral-storage", source: SOURCE }, "ephemeralStorage.sizeInGib", 21, 200),
  entriesBetween({ id: "task-placement-constraints", source: SOURCE }, "placementConstraints", 0, 10),
  oneOf({ id: "task-efs-transit-encryption", source: SOURCE }, `${EFS}.transitEncryption`, SWITCH),
  oneOf({ id: "task-efs-iam", source: SOURCE }, `${EFS}.authorizationConfig.iam`, SWITCH),
  matches(
    { id: "task-role-arns", source: SOURCE },
    "executionRoleArn",
    /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/,
    "the ARN of a role",
  ),
];

const fargate: Rule[] = [
  rule(
    { id: "fargate-network-mode", source: API, code: "ClientException" },
    ["networkMode", "requiresCompatibilities"],
    ({ inputs }) =>
      isFargate(inputs) && inputs["networkMode"] !== "awsvpc"
        ? "Fargate only supports network mode 'awsvpc'."
        : undefined,
  ),
  rule(
    {
      id: "fargate-size",
      source: "aws-games/cloud-game-development-toolkit#737 (message); ECS developer guide (sizes)",
      code: "ClientException",
    },
    ["cpu", "memory", "requiresCompatibilities"],
    ({ inputs }) => {
      if (!isFargate(inputs)) return undefined;
      const [cpu, memory] = [numberAt(inputs, "cpu"), numberAt(inputs, "memory")];
      if (cpu === undefined || memory === undefined)
        return "Fargate requires that 'cpu' and 'memory' be defined at the task level.";
      return isFargateSize(cpu, memory)
        ? undefined
        : `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`;
    },
  ),
  rule(
    { id: "fargate-execution-role", source: "ECS developer guide, task execution IAM role", code: "ClientException" },
    ["executionRoleArn", "containerDefinitions", "requiresCompatibilities"],
    ({ inputs }) => {
      if (!isFargate(inputs) || inputs["executionRoleArn"] !== undefined) return undefined;
      const reason = containersOf(inputs).map((container) => {
        if (objectsAt(container, "secrets").length > 0) return "container secrets";
        if (textAt(container, "logConfiguration.logDriver") === "awslogs") return "log driver awslogs";
        return /\.dkr\.ecr\./.test(textAt(container, "image") ?? "") ? "ECR images" : undefined;
      });
      const first = reason.find((each) => each !== undefined);
      return first && `Fargate requires task definition to have execution role ARN to support ${first}.`;
    },
  ),
  rule(
    {
      id: "fargate-volumes",
      source: "ECS developer guide, Fargate task definition differences",
      code: "ClientException",
    },
    ["volumes", "requiresCompatibilities"],
    ({ inputs }) =>
      isFargate(inputs) &&
      objectsAt(inputs, "volumes").some(
        ({ hostPath, dockerVolumeConfiguration }) => (hostPath ?? dockerVolumeConfiguration) !== undefined,
      )
        ? "Fargate compatible task definitions do not support host or Docker volumes."
        : undefined,
  ),
];

const storage: Rule[] = [
  rule(
    { id: "task-efs-encrypted", source: "ECS API reference, EFSVolumeConfiguration", code: "ClientException" },
    ["volumes"],
    ({ inputs }) =>
      objectsAt(inputs, EFS).some(
        (efs) => efs["authorizationConfig"] !== undefined && efs["transitEncryption"] !== "ENABLED",
      )
        ? "Transit encryption must be enabled for EFS volumes that use an access point or IAM authorization."
        : undefined,
  ),
  rule(
    { id: "task-efs-root", source: "ECS API reference, EFSVolumeConfiguration", code: "ClientException" },
    ["volumes"],
    ({ inputs }) =>
      objectsAt(inputs, EFS).some(
        (efs) =>
          textAt(efs, "authorizationConfig.accessPointId") !== undefined &&
          !["/", undefined].includes(textAt(efs, "rootDirectory")),
      )
        ? "rootDirectory must be omitted or set to / when an EFS access point is used."
        : undefined,
  ),
];

const call: Rule[] = [...fargate, ...storage, ...containersCall];

const ROLE = "aws:iam/role:Role";
const references: Reference[] = [
  { property: "executionRoleArn", to: [ROLE], by: "arn", missing: "ClientException" },
  { property: "taskRoleArn", to: [ROLE], by: "arn", missing: "ClientException" },
];

/** One revision of a task definition. */
export const taskDefinition: Model = {
  type: TASK_DEFINITION,
  source: `${SOURCE}; only tags, skipDestroy and trackLatest change in place`,
  required: ["family", "containerDefinitions"],
  replaces: [
    "containerDefinitions",
    "cpu",
    "enableFaultInjection",
    "ephemeralStorage",
    "executionRoleArn",
    "family",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "proxyConfiguration",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
    "volumes",
  ],
  defaults: { skipDestroy: false, trackLatest: false },
  json: ["containerDefinitions"],
  sets: ["requiresCompatibilities", "placementConstraints", "volumes"],
  references,
  plan,
  call,
  computed: (inputs, site) => {
    const family = String(inputs["family"]);
    const revision = site.next(`task-definition/${family}`);
    const arnWithoutRevision = regionalArn(site, "ecs", `task-definition/${family}`);
    return {
      id: family,
      arn: `${arnWithoutRevision}:${revision}`,
      arnWithoutRevision,
      revision,
      networkMode: inputs["networkMode"] ?? "bridge",
      enableFaultInjection: inputs["enableFaultInjection"] ?? false,
    };
  },
  // A revision that is kept stays what a service can go back to.
  removed: (thing, site) => {
    if (thing.outputs["skipDestroy"] === true) site.add(thing);
  },
  seconds: { create: 1, delete: 1 },
};
