/** The JSON that describes a task's container to ECS. */
import * as pulumi from "@pulumi/pulumi";
import type { HealthCheck, TaskArgs } from "./args";

/** Name of the one container of every task. */
export const CONTAINER = "main";
/** First part of a log stream's name: `<prefix>/<container>/<task id>`. */
export const LOG_PREFIX = "task";
/** Volumes of a task. */
export const VOLUME = { storage: "storage", temporary: "tmp" } as const;
/** MiB of log lines that wait for CloudWatch; when there are more, lines get lost and the program goes on. */
const LOG_BUFFER = "4m";

/** Whether the container's file system is read-only: a shell in it needs to write. */
export function isReadOnly({ readOnlyRoot, host }: Pick<TaskArgs, "readOnlyRoot" | "host">): boolean {
  return readOnlyRoot === true && !host.exec;
}

/**
 * The list of containers, which is a single one. Everything that the provider would fill in is there and lists are
 * sorted, so that the same task is the same text.
 *
 * @param logGroup name of the log group
 */
export function containerDefinitions(args: TaskArgs, logGroup: pulumi.Input<string>): pulumi.Output<string> {
  const { image, command, stopTimeout, user, port, healthCheck, host, cpu } = args;
  const mountPoints = mounts(args);
  return pulumi.jsonStringify([
    {
      name: CONTAINER,
      image,
      essential: true,
      cpu,
      ...memoryOf(args),
      ...(command !== undefined && { command }),
      ...(user !== undefined && { user }),
      ...(stopTimeout !== undefined && { stopTimeout }),
      environment: sorted(args.environment).map(([name, value]) => ({ name, value })),
      secrets: sorted(args.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
      portMappings: port === undefined ? [] : [{ containerPort: port, hostPort: port, protocol: "tcp" }],
      ...(healthCheck !== undefined && { healthCheck: filledIn(healthCheck) }),
      ...(mountPoints.length > 0 && { mountPoints }),
      ...(isReadOnly(args) && { readonlyRootFilesystem: true }),
      // A shell leaves processes behind that an init must clear away (AWS, Using ECS Exec).
      ...(host.exec && { linuxParameters: { initProcessEnabled: true } }),
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": logGroup,
          "awslogs-region": host.region,
          "awslogs-stream-prefix": LOG_PREFIX,
          "max-buffer-size": LOG_BUFFER,
          mode: "non-blocking",
        },
      },
    },
  ]);
}

/** On EC2 the wish is the limit; on Fargate the container may use all that the task has to pay for. */
function memoryOf({ host, memory }: TaskArgs): Record<string, number> {
  return host.capacity.kind === "ec2" ? { memory } : { memoryReservation: memory };
}

function mounts(args: TaskArgs): { sourceVolume: string; containerPath: string; readOnly: boolean }[] {
  const { storage } = args;
  return [
    ...(storage === undefined ? [] : [{ sourceVolume: VOLUME.storage, containerPath: storage.path, readOnly: false }]),
    ...(isReadOnly(args) ? [{ sourceVolume: VOLUME.temporary, containerPath: "/tmp", readOnly: false }] : []),
  ];
}

function filledIn({ command, interval = 30, timeout = 5, retries = 3, startPeriod = 0 }: HealthCheck): HealthCheck {
  return { command, interval, timeout, retries, startPeriod };
}

function sorted<Value>(values: Record<string, Value> = {}): [string, Value][] {
  return Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
}
