/** Why a rollout did not come to serve, as far as ECS and CloudWatch Logs know. */
import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Service, Task } from "@aws-sdk/client-ecs";
import type { Deployed } from "./deployed";
import { releaseOf } from "./images";
import { nothingWritten } from "../aws/logs";
import { containerOf, listTasks, logPlaceOf, shortName, taskName } from "./services";
import { visibleLog } from "../visible";

const LOG_LINES = 15;
const EVENTS = 3;
/** Events that say nothing of a failure. */
const ROUTINE = /has reached a steady state|has started \d+ tasks|registered \d+ targets|draining connections/;

/** Lines about a service: why its newest task of `wanted` stopped, the end of its log, and what ECS reported. */
export async function evidenceOf(deployed: Deployed, service: Service, wanted: string): Promise<string[]> {
  const { serviceName = "", events = [] } = service;
  const stopped = await listTasks(deployed, { serviceName }, "STOPPED");
  const [task] = stopped
    .filter(({ taskDefinitionArn }) => taskDefinitionArn === wanted)
    .sort((one, other) => (other.stoppedAt?.getTime() ?? 0) - (one.stoppedAt?.getTime() ?? 0));
  const reported = events
    .flatMap(({ message }) => (message === undefined || ROUTINE.test(message) ? [] : [message]))
    .slice(0, EVENTS);
  return [
    ...(task === undefined ? [] : [...stoppedLines(task), ...(await logLines(deployed, task, wanted))]),
    ...reported.map((message) => `  event: ${message}`),
  ];
}

/** What each service runs, with the release where it is known. */
export async function servesNow(deployed: Deployed, services: ReadonlyMap<string, Service>): Promise<string[]> {
  const lines = [...services].map(async ([role, { serviceName = "", desiredCount = 0 }]) => {
    const tasks = await listTasks(deployed, { serviceName }, "RUNNING");
    const running = tasks.filter(
      ({ lastStatus, healthStatus }) => lastStatus === "RUNNING" && healthStatus !== "UNHEALTHY",
    );
    const definitions = [...new Set(running.map(({ taskDefinitionArn = "" }) => taskDefinitionArn))];
    const named = await Promise.all(
      definitions.map(async (definition) => {
        const version = await runningRelease(deployed, definition);
        return `${shortName(definition)}${version === undefined ? "" : ` (release ${version})`}`;
      }),
    );
    return `  ${role}: ${named.join(" and ") || "nothing"}, ${running.length} of ${desiredCount} tasks`;
  });
  return Promise.all(lines);
}

/** Version of the release that a task definition runs, where its repository knows it. */
export async function runningRelease(deployed: Deployed, definition: string): Promise<string | undefined> {
  return releaseOf(deployed, (await containerOf(deployed, definition)).image ?? "");
}

function stoppedLines(task: Task): string[] {
  const { stoppedReason = "for a reason that ECS does not tell", containers = [] } = task;
  const ends = containers.flatMap(({ exitCode, reason }) => [
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...(reason === undefined ? [] : [reason]),
  ]);
  const detail = ends.length === 0 ? "" : ` (${ends.join(", ")})`;
  return [`  ${taskName("task", task)} stopped: ${stoppedReason}${detail}`];
}

async function logLines(deployed: Deployed, { taskArn = "" }: Task, definition: string): Promise<string[]> {
  const place = logPlaceOf(await containerOf(deployed, definition));
  if (place === undefined) return [];
  const ask = { logGroupName: place.group, logStreamName: `${place.prefix}${shortName(taskArn)}`, limit: LOG_LINES };
  const { events = [] } = await deployed.aws.logs.send(new GetLogEventsCommand(ask)).catch(nothingWritten);
  return events.map(({ message = "" }) => `  | ${visibleLog(message.trimEnd())}`);
}
