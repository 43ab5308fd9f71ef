/** What AWS refuses, or what would never come to an end there, said before anything is made. */
import { loadBalancerFaults, tagFaults } from "./aws-rules";
import { setCommand, type Fault } from "./faults";
import type { Settings } from "./schema";

const FARGATE_STOP_SECONDS = 120;
/** An alarm takes 10 metrics: the queues, and how many tasks run (AWS, CloudWatch quotas). */
const SCALED_QUEUES = 9;
/** What is left of 64 characters beside `-broker-service-executionRole` and the provider's own 8. */
const NAME_BESIDE_CONTAINERS = 27;

/** Faults of the target ecs; none where the stack does not choose it. */
export function ecsFaults(settings: Settings, stack: string): Fault[] {
  if (!settings.targets.includes("ecs")) return [];
  return [
    ...stopFaults(settings, stack),
    ...rolloutFaults(settings, stack),
    ...scalingFaults(settings, stack),
    ...loadBalancerFaults("ecs", settings.ecs.loadBalancer, stack),
    ...nameFaults(settings, stack),
    ...instanceFaults(settings, stack),
    ...closedNetworkFaults(settings, stack),
    ...tagFaults("ecs", settings.ecs.tags, stack),
  ];
}

/** The processes that a rollout replaces step by step; beat is always stopped first. */
function replaced({ processes }: Settings): ["web" | "worker", NonNullable<Settings["processes"]["worker" | "web"]>][] {
  const { web, worker } = processes;
  return [["web", web], ...(worker === undefined ? [] : [["worker", worker] as ["worker", typeof worker]])];
}

function stopFaults(settings: Settings, stack: string): Fault[] {
  if (settings.ecs.capacity.kind === "ec2") return [];
  return replaced(settings)
    .filter(([, { stopTimeout }]) => stopTimeout > FARGATE_STOP_SECONDS)
    .map(([role, { stopTimeout }]) => ({
      key: `processes.${role}.stopTimeout`,
      problem: "longer than Fargate waits",
      value: String(stopTimeout),
      allowed: `${FARGATE_STOP_SECONDS} or less, or ecs.capacity.kind ec2`,
      mend: setCommand(`processes.${role}.stopTimeout`, stack, String(FARGATE_STOP_SECONDS)),
    }));
}

/** A rollout needs room: to start one task more than there are, or to stop one first. ECS rounds both against it. */
function rolloutFaults(settings: Settings, stack: string): Fault[] {
  const { minimumHealthyPercent, maximumPercent } = settings.ecs.deployment;
  const stuck = (tasks: number): boolean =>
    tasks > 0 &&
    Math.ceil((tasks * minimumHealthyPercent) / 100) >= tasks &&
    Math.floor((tasks * maximumPercent) / 100) <= tasks;
  const roles = replaced(settings)
    .filter(([, { count }]) => range(count).some(stuck))
    .map(([role]) => role);
  if (roles.length === 0) return [];
  return [
    {
      key: "ecs.deployment",
      problem: `leaves no room to replace a task of ${roles.join(" and ")}`,
      value: JSON.stringify({ minimumHealthyPercent, maximumPercent }),
      allowed: "percentages of the count that let one task more start, or one stop first",
      mend: setCommand("ecs.deployment.maximumPercent", stack, "200"),
    },
  ];
}

function range({ min, max }: { min: number; max: number }): number[] {
  return Array.from({ length: Math.max(0, max - min) + 1 }, (_, index) => min + index);
}

function scalingFaults(settings: Settings, stack: string): Fault[] {
  const ranges = replaced(settings).filter(([, { count }]) => count.max > count.min);
  const faults: Fault[] = ranges
    .filter(([, { count }]) => count.min === 0)
    .map(([role, { count }]) => ({
      key: `processes.${role}.count.min`,
      problem: "nothing is measured where nothing runs, so that nothing would ever be started",
      value: String(count.min),
      allowed: "1 or more in a range",
      mend: setCommand(`processes.${role}.count.min`, stack, "1"),
    }));
  const { broker } = settings.ecs;
  const scaled = ranges.some(([role]) => role === "worker");
  if (scaled && broker.kind === "sqs" && broker.queues.length > SCALED_QUEUES) {
    faults.push({
      key: "ecs.broker.queues",
      problem: "more than the workers can be scaled by",
      value: String(broker.queues.length),
      allowed: `${SCALED_QUEUES} queues, or a fixed processes.worker.count`,
      mend: setCommand("processes.worker.count", stack, "<number>"),
    });
  }
  return faults;
}

/** Roles of IAM are named after the application and what they are for, in 64 characters. */
function nameFaults({ app, ecs: { broker, cache } }: Settings, stack: string): Fault[] {
  const containers = broker.kind === "rabbitmq-container" || cache.kind === "redis-container";
  if (!containers || app.name.length <= NAME_BESIDE_CONTAINERS) return [];
  return [
    {
      key: "app.name",
      problem: "too long for the roles of a broker or a cache in a container",
      value: app.name,
      allowed: `${NAME_BESIDE_CONTAINERS} characters or fewer, or a broker and a cache that AWS keeps`,
      mend: setCommand("app.name", stack, "<name>"),
    },
  ];
}

function instanceFaults({ app, ecs: { capacity } }: Settings, stack: string): Fault[] {
  if (capacity.kind !== "ec2") return [];
  const { instanceType, architecture, size, maxSize } = capacity;
  const faults: Fault[] = [];
  // AWS's own processors have a g after the generation: t4g, m7gd, im4gn; and there is a1.
  const actual = /^([a-z]+\d+g|a1\.)/.test(instanceType) ? "arm64" : "amd64";
  if (actual !== architecture) {
    faults.push({
      key: "ecs.capacity.instanceType",
      problem: `has processors of ${actual}, and ecs.capacity.architecture is ${architecture}`,
      value: instanceType,
      allowed: `a type of ${architecture}, or the other architecture`,
      mend: setCommand("ecs.capacity.architecture", stack, actual),
    });
  }
  if (maxSize !== undefined && maxSize < size) {
    faults.push({
      key: "ecs.capacity.maxSize",
      problem: "below the size",
      value: String(maxSize),
      allowed: `${size} or more`,
      mend: setCommand("ecs.capacity.maxSize", stack, String(size)),
    });
  }
  if (/^(aws|ecs|fargate)/.test(app.name)) {
    faults.push({
      key: "app.name",
      problem: "starts with aws, ecs or fargate, which AWS keeps for its own capacity providers",
      value: app.name,
      allowed: "another start, or ecs.capacity.kind fargate",
      mend: setCommand("app.name", stack, "<name>"),
    });
  }
  return faults;
}

/** Without NAT, tasks reach nothing but AWS's services. */
function closedNetworkFaults({ ecs }: Settings, stack: string): Fault[] {
  const { network, broker, cache, database, image } = ecs;
  if (network.kind !== "new" || network.nat !== "none") return [];
  const outside: [string, boolean][] = [
    ["ecs.broker.kind", broker.kind === "rabbitmq-container"],
    ["ecs.cache.kind", cache.kind === "redis-container"],
    ["ecs.database.engine", database.engine === "url"],
    ["ecs.image.web", image.web !== undefined && !isInEcr(image.web)],
    ["ecs.image.worker", image.worker !== undefined && !isInEcr(image.worker)],
  ];
  return outside
    .filter(([, used]) => used)
    .map(([key]) => ({
      key,
      problem: "lies on the internet, which a network without NAT does not reach",
      allowed: "what AWS keeps, or ecs.network.nat one or per-zone",
      mend: setCommand("ecs.network.nat", stack, "one"),
    }));
}

function isInEcr(image: string): boolean {
  return /^\d{12}\.dkr\.ecr\./.test(image);
}
