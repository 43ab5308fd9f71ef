/** What containers and their images have to be. */
import { holdsSecret } from "./secrets";
import { jsonAt, listAt, objectAt, type Inputs, type PolicyRule } from "../rule";

const TASK = "aws:ecs/taskDefinition:TaskDefinition";
function containers(inputs: Inputs): Inputs[] {
  const list = jsonAt(inputs, "containerDefinitions");
  return Array.isArray(list) ? (list as Inputs[]) : [];
}

function firstOf(inputs: Inputs, look: (container: Inputs) => string | undefined): string | undefined {
  return containers(inputs)
    .map(look)
    .find((found) => found !== undefined);
}

const imagePinned: PolicyRule = {
  name: "image-pinned",
  description: "A container runs an image by digest or by a version, never by the tag latest.",
  level: "mandatory",
  types: [TASK],
  violation: (inputs) =>
    firstOf(inputs, ({ image }) => {
      if (typeof image !== "string" || image.includes("@sha256:")) return undefined;
      const tag = /:([^/:]+)$/.exec(image)?.[1];
      if (tag !== undefined && tag !== "latest") return undefined;
      return `${image} is another image tomorrow; name a digest or a version.`;
    }),
};

const containerUnprivileged: PolicyRule = {
  name: "container-unprivileged",
  description: "No container has the rights of its host.",
  level: "mandatory",
  types: [TASK],
  violation: (inputs) =>
    firstOf(inputs, ({ name, privileged }) =>
      privileged === true ? `The container ${String(name)} is privileged; leave that away.` : undefined,
    ),
};

const environmentPlain: PolicyRule = {
  name: "no-secret-in-environment",
  description: "Secrets reach a container from Secrets Manager, not as text in its definition.",
  level: "mandatory",
  types: [TASK],
  violation: (inputs) =>
    firstOf(inputs, (container) => {
      const found = listAt(container, "environment").find(({ name, value }) => holdsSecret(name, value));
      return found && `The variable ${String(found["name"])} holds a secret in plain text; give it by valueFrom.`;
    }),
};

const repositorySafe: PolicyRule = {
  name: "repository-immutable",
  description: "A tag of a repository means one image for good, and images are scanned.",
  level: "mandatory",
  types: ["aws:ecr/repository:Repository"],
  violation: (inputs) => {
    if (inputs["imageTagMutability"] !== "IMMUTABLE")
      return 'Tags can be moved; set imageTagMutability to "IMMUTABLE".';
    if (objectAt(inputs, "imageScanningConfiguration")["scanOnPush"] !== true) return "Images are not scanned on push.";
    return undefined;
  },
};

const logsKept: PolicyRule = {
  name: "logs-kept-for-a-time",
  description: "Logs are kept for a time that somebody chose.",
  level: "mandatory",
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  violation: ({ retentionInDays }) =>
    typeof retentionInDays === "number" && retentionInDays > 0
      ? undefined
      : "Logs are kept, and paid for, for ever; set retentionInDays.",
};

const rolloutWatched: PolicyRule = {
  name: "rollout-rolled-back",
  description: "A rollout that fails goes back by itself.",
  level: "mandatory",
  types: ["aws:ecs/service:Service"],
  violation: (inputs) => {
    const { enable, rollback } = objectAt(inputs, "deploymentCircuitBreaker");
    return enable === true && rollback === true
      ? undefined
      : "A failed rollout would be tried for ever; turn on deploymentCircuitBreaker with rollback.";
  },
};

export const containerRules: readonly PolicyRule[] = [
  imagePinned,
  containerUnprivileged,
  environmentPlain,
  repositorySafe,
  logsKept,
  rolloutWatched,
];
