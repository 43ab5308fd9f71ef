/** What RegisterTaskDefinition refuses of the containers. */
import type { Question, Rule, Values } from "../../model";
import { rule } from "../../rules";
import { numberAt, objectsAt, textAt, textsAt } from "../read";
import { containersOf, isFargate, parsed } from "./containers";

const API = "ECS API reference, ContainerDefinition";
const TEXT = "containerDefinitions";
const LONGEST_TEXT = 65_536;
const FARGATE_STOP_SECONDS = 120;

/** A rule that looks at one container after the other. */
function each(id: string, source: string, wrong: (container: Values, question: Question) => string | undefined): Rule {
  return rule({ id, source, code: "ClientException" }, [TEXT], (question) => {
    for (const container of containersOf(question.inputs)) {
      const found = wrong(container, question);
      if (found !== undefined) return found;
    }
    return undefined;
  });
}

function nameIn(container: Values): string {
  return textAt(container, "name") ?? "";
}

function doubled(values: readonly string[]): string | undefined {
  return values.find((value, place) => values.indexOf(value) !== place);
}

/** Refused by the provider, before anything is called. */
export const containersPlan: Rule[] = [
  rule(
    { id: "containers-json", source: "terraform-provider-aws internal/service/ecs/task_definition.go" },
    [TEXT],
    ({ inputs }) =>
      parsed(textAt(inputs, TEXT)) === undefined
        ? "ECS Task Definition container_definitions is invalid: it has to be a JSON array of objects"
        : undefined,
  ),
];

const HEALTH_RANGES: readonly [string, number, number][] = [
  ["interval", 5, 300],
  ["timeout", 2, 60],
  ["retries", 1, 10],
  ["startPeriod", 0, 300],
];

const shape: Rule[] = [
  each("container-name", API, (container) =>
    /^[0-9A-Za-z_-]{1,255}$/.test(nameIn(container))
      ? undefined
      : `Container.name contains invalid characters: ${nameIn(container)}`,
  ),
  each("container-image", API, (container) =>
    (textAt(container, "image") ?? "") === "" ? "Container.image should not be null or empty." : undefined,
  ),
  rule({ id: "container-names-unique", source: API, code: "ClientException" }, [TEXT], ({ inputs }) => {
    const twice = doubled(containersOf(inputs).map(nameIn));
    return twice === undefined ? undefined : `Container names must be unique: ${twice}.`;
  }),
  rule({ id: "container-essential", source: API, code: "ClientException" }, [TEXT], ({ inputs }) =>
    containersOf(inputs).some(({ essential }) => essential !== false)
      ? undefined
      : "At least one container must be marked as essential.",
  ),
  rule(
    { id: "containers-size", source: "ECS service quotas: task definition size limit", code: "ClientException" },
    [TEXT],
    ({ inputs }) =>
      (textAt(inputs, TEXT) ?? "").length <= LONGEST_TEXT
        ? undefined
        : "Actual length: task definition is too large; the limit is 64 KB.",
  ),
  each("container-health", "ECS API reference, HealthCheck", ({ healthCheck, name }) => {
    if (typeof healthCheck !== "object" || healthCheck === null) return undefined;
    const check = healthCheck as Values;
    const [kind] = textsAt(check, "command");
    if (kind !== "CMD" && kind !== "CMD-SHELL")
      return `Container ${String(name)}: healthCheck.command must begin with CMD or CMD-SHELL.`;
    const wrong = HEALTH_RANGES.find(([property, low, high]) => {
      const value = numberAt(check, property);
      return value !== undefined && (value < low || value > high);
    });
    return (
      wrong &&
      `Invalid healthCheck.${wrong[0]} of container ${String(name)}: it must be between ${wrong[1]} and ${wrong[2]}.`
    );
  }),
  each("container-depends-on", API, (container, { inputs }) => {
    const names = containersOf(inputs).map(nameIn);
    const other = textsAt(container, "dependsOn.containerName").find((name) => !names.includes(name));
    return other === undefined
      ? undefined
      : `Container ${nameIn(container)} depends on a container that is not there: ${other}.`;
  }),
];

const size: Rule[] = [
  each("container-memory", `${API}: memory`, (container, { inputs }) =>
    inputs["memory"] === undefined && container["memory"] === undefined && container["memoryReservation"] === undefined
      ? `Invalid setting for container '${nameIn(container)}'. At least one of 'memory' or 'memoryReservation' must be specified.`
      : undefined,
  ),
  each("container-memory-reservation", `${API}: memoryReservation`, (container) => {
    const [hard, soft] = [numberAt(container, "memory"), numberAt(container, "memoryReservation")];
    return hard === undefined || soft === undefined || hard > soft
      ? undefined
      : `Invalid setting for container '${nameIn(container)}'. 'memory' must be greater than 'memoryReservation'.`;
  }),
  rule(
    { id: "containers-fit-task", source: `${API}: cpu, memory`, code: "ClientException" },
    [TEXT, "cpu", "memory"],
    ({ inputs }) => {
      const sum = (property: string): number =>
        containersOf(inputs).reduce((total, each) => total + (numberAt(each, property) ?? 0), 0);
      if (sum("cpu") > (numberAt(inputs, "cpu") ?? Infinity))
        return "The sum of the cpu of all containers must not exceed the task's cpu.";
      const most = Math.max(0, ...containersOf(inputs).map((each) => numberAt(each, "memory") ?? 0));
      return most > (numberAt(inputs, "memory") ?? Infinity)
        ? "Invalid 'memory' setting for container: it exceeds the task's memory."
        : undefined;
    },
  ),
  each("container-stop-timeout", `${API}: stopTimeout`, (container, { inputs }) =>
    isFargate(inputs) && (numberAt(container, "stopTimeout") ?? 0) > FARGATE_STOP_SECONDS
      ? `Invalid stopTimeout of container '${nameIn(container)}': on Fargate it must be at most ${FARGATE_STOP_SECONDS} seconds.`
      : undefined,
  ),
];

const wiring: Rule[] = [
  each("container-host-port", "ECS API reference, PortMapping", (container, { inputs }) =>
    inputs["networkMode"] === "awsvpc" &&
    objectsAt(container, "portMappings").some(
      ({ containerPort, hostPort }) => hostPort !== undefined && hostPort !== 0 && hostPort !== containerPort,
    )
      ? "When networkMode=awsvpc, the host ports and container ports in port mappings must match."
      : undefined,
  ),
  rule(
    { id: "container-ports-unique", source: "ECS API reference, PortMapping", code: "ClientException" },
    [TEXT, "networkMode"],
    ({ inputs }) => {
      if (inputs["networkMode"] !== "awsvpc") return undefined;
      const ports = containersOf(inputs).flatMap((container) =>
        objectsAt(container, "portMappings").map(
          ({ containerPort, protocol }) => `${String(containerPort)}/${protocol === "udp" ? "udp" : "tcp"}`,
        ),
      );
      const twice = doubled(ports);
      return twice === undefined ? undefined : `The port ${twice} is mapped by more than one container of the task.`;
    },
  ),
  each("container-environment-unique", "ECS API reference, Secret", (container) => {
    const twice = doubled([...textsAt(container, "environment.name"), ...textsAt(container, "secrets.name")]);
    return twice === undefined
      ? undefined
      : `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${twice}'.`;
  }),
  each("container-secret-from", "ECS API reference, Secret", (container) => {
    const wrong = textsAt(container, "secrets.valueFrom").find(
      (from) => from === "" || (from.startsWith("arn:") && !/^arn:aws[a-z-]*:(secretsmanager|ssm):/.test(from)),
    );
    return wrong === undefined
      ? undefined
      : `Invalid valueFrom of a secret of container '${nameIn(container)}': ${wrong}.`;
  }),
  each("container-mount", "ECS API reference, MountPoint", (container, { inputs }) => {
    const volumes = textsAt(inputs, "volumes.name");
    const unknown = textsAt(container, "mountPoints.sourceVolume").find((volume) => !volumes.includes(volume));
    return unknown === undefined ? undefined : `Unknown volume '${unknown}'.`;
  }),
  each("container-awslogs", "ECS developer guide, Using the awslogs log driver", (container) => {
    if (textAt(container, "logConfiguration.logDriver") !== "awslogs") return undefined;
    const missing = ["awslogs-group", "awslogs-region", "awslogs-stream-prefix"].find(
      (option) => textAt(container, `logConfiguration.options.${option}`) === undefined,
    );
    return missing === undefined ? undefined : `Log driver awslogs requires options: ${missing}.`;
  }),
  each("container-log-driver", "ECS API reference, LogConfiguration", (container, { inputs }) => {
    const driver = textAt(container, "logConfiguration.logDriver");
    return driver === undefined || !isFargate(inputs) || ["awslogs", "splunk", "awsfirelens"].includes(driver)
      ? undefined
      : `The log driver '${driver}' is not supported on Fargate; use awslogs, splunk or awsfirelens.`;
  }),
];

/** Refused by RegisterTaskDefinition. */
export const containersCall: Rule[] = [...shape, ...size, ...wiring];
