/** Log lines of a stack on ECS. */
import type { Task } from "@aws-sdk/client-ecs";
import { logLines, type Log } from "../aws/logs";
import { SlipwayError } from "../errors";
import type { LogOptions } from "../target";
import type { Deployed } from "./deployed";
import { containerOf, listTasks, logPlaceOf, shortName, taskName } from "./services";

/** Log lines, each after the name of its task. */
export async function* logs(deployed: Deployed, options: LogOptions): AsyncGenerator<string> {
  yield* logLines(deployed.aws.logs, await logsOf(deployed, options.processes), options);
}

/** What is asked for; without a wish, the processes. @throws SlipwayError (usage) for one that is not there */
async function logsOf(deployed: Deployed, processes: readonly string[] | undefined): Promise<Log[]> {
  const { definitions, services } = deployed;
  const wanted = processes?.map((name) => name.replace(/-[0-9a-f]{8}$/, "")) ?? Object.keys(services);
  const unknown = wanted.filter((role) => definitions[role] === undefined);
  if (unknown.length > 0) {
    const there = Object.keys(definitions).join(", ");
    throw new SlipwayError("usage", `There is no log of ${unknown.join(", ")}; there are ${there}.`);
  }
  const found = [...new Set(wanted)].map(async (role) => {
    const place = logPlaceOf(await containerOf(deployed, definitions[role] ?? ""));
    if (place === undefined) return [];
    const { group, prefix } = place;
    const streams = async (): Promise<string[]> =>
      (await tasksOf(deployed, role)).map(({ taskArn = "" }) => `${prefix}${shortName(taskArn)}`);
    return [{ role, group, prefix, streams, nameOf: (stream: string) => taskName(role, { taskArn: stream }) }];
  });
  return (await Promise.all(found)).flat();
}

/** The tasks of a process that run; of a job, those that ECS still knows. */
async function tasksOf(deployed: Deployed, role: string): Promise<Task[]> {
  const serviceName = deployed.services[role];
  if (serviceName !== undefined) return listTasks(deployed, { serviceName }, "RUNNING");
  const family = shortName(deployed.definitions[role] ?? "").replace(/:\d+$/, "");
  const [running, stopped] = await Promise.all([
    listTasks(deployed, { family }, "RUNNING"),
    listTasks(deployed, { family }, "STOPPED"),
  ]);
  return [...running, ...stopped];
}
