/** The services and tasks of a stack, as ECS describes them. */
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  type ContainerDefinition,
  type DesiredStatus,
  type Service,
  type Task,
} from "@aws-sdk/client-ecs";
import { SlipwayError } from "../errors";
import type { AwsClients } from "./clients";
import type { Deployed } from "./deployed";

/** Tasks that one call describes at most. */
const TASKS_AT_ONCE = 100;

/** The service of each process. @throws SlipwayError (state) for one that is not there */
export async function describeServices({ aws, cluster, services, place }: Deployed): Promise<Map<string, Service>> {
  const { services: found = [] } = await aws.ecs.send(
    new DescribeServicesCommand({ cluster, services: Object.values(services) }),
  );
  const all = Object.entries(services).map(([role, name]) => {
    const service = found.find(({ serviceName, status }) => serviceName === name && status !== "INACTIVE");
    if (service === undefined) {
      const mend = `slipway up --stack ${place.stack} makes it anew`;
      throw new SlipwayError("state", `The service ${name} of ${role} is not in the cluster ${cluster}.`, mend);
    }
    return [role, service] as const;
  });
  return new Map(all);
}

/** Tasks of a service, or of a family of task definitions. ECS tells of stopped ones for an hour. */
export async function listTasks(
  { aws, cluster }: { aws: Pick<AwsClients, "ecs">; cluster: string },
  of: { serviceName: string } | { family: string },
  desiredStatus: DesiredStatus,
): Promise<Task[]> {
  const { taskArns: tasks = [] } = await aws.ecs.send(
    new ListTasksCommand({ cluster, desiredStatus, maxResults: TASKS_AT_ONCE, ...of }),
  );
  if (tasks.length === 0) return [];
  return (await aws.ecs.send(new DescribeTasksCommand({ cluster, tasks }))).tasks ?? [];
}

/** The container of a task definition, which has one. */
export async function containerOf(
  { aws }: { aws: Pick<AwsClients, "ecs"> },
  definition: string,
): Promise<ContainerDefinition> {
  const answer = await aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: definition }));
  return answer.taskDefinition?.containerDefinitions?.[0] ?? {};
}

/** Where a task definition's log lines go. */
export interface LogPlace {
  group: string;
  /** Beginning of the names of its streams; the id of a task follows. */
  prefix: string;
}

/** Where the log lines of a container go; undefined when that is not CloudWatch Logs. */
export function logPlaceOf({ name = "", logConfiguration }: ContainerDefinition): LogPlace | undefined {
  const { "awslogs-group": group, "awslogs-stream-prefix": prefix } = logConfiguration?.options ?? {};
  return group === undefined || prefix === undefined ? undefined : { group, prefix: `${prefix}/${name}/` };
}

/** Last part of an ARN: `family:revision` of a task definition, the id of a task. */
export function shortName(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** As much of a task's id as tells it apart. */
export function taskName(role: string, { taskArn = "" }: Task): string {
  return `${role}-${shortName(taskArn).slice(0, 8)}`;
}
