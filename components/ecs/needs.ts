/** What the parts of a stack need from each other, from the config alone. */
import type { Workload } from "../app";
import type { Settings } from "../config";

type Ecs = Settings["ecs"];

/** What a task calls before its program runs: its image, its secrets, its log. */
const TASK_SERVICES = ["ecr.api", "ecr.dkr", "logs", "secretsmanager"];

/** AWS services that a network without NAT has to bring in. */
export function endpointServices({ broker, capacity, exec }: Ecs, needs: Workload["needs"]): string[] {
  return [
    ...TASK_SERVICES,
    ...(needs.broker && broker.kind === "sqs" ? ["sqs"] : []),
    ...(exec ? ["ssmmessages"] : []),
    // The agent of an instance (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html).
    ...(capacity.kind === "ec2" ? ["ecs", "ecs-agent", "ecs-telemetry"] : []),
  ];
}

/** Whether workers are scaled by the tasks that wait, which only Container Insights can divide among them. */
export function scalesByBacklog({ processes, needs }: Workload, { broker }: Ecs): boolean {
  const worker = processes.find(({ role }) => role === "worker");
  return needs.broker && broker.kind === "sqs" && worker !== undefined && worker.count.min < worker.count.max;
}
