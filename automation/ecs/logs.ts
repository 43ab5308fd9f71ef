/** Log lines of a stack on ECS, from CloudWatch Logs. */
import {
  FilterLogEventsCommand,
  GetLogEventsCommand,
  type FilteredLogEvent,
  type OutputLogEvent,
} from "@aws-sdk/client-cloudwatch-logs";
import { setTimeout } from "node:timers/promises";
import { SlipwayError } from "../errors";
import type { LogOptions } from "../target";
import { visibleLog } from "../visible";
import type { Deployed } from "./deployed";
import { containerOf, listTasks, logPlaceOf, shortName, taskName, type LogPlace } from "./services";

const LOOK_EVERY = 2000;
const LINES = 20;
/** Milliseconds by which a line may be there later than its time says; lines are looked for that far back. */
const LATE = 10_000;
/** Milliseconds that a filter looks back where no time is given. */
const FILTERED_DAY = 24 * 3600 * 1000;

/** The log of one process or job. */
interface Log extends LogPlace {
  role: string;
}

/** Log lines, each after the name of its task. */
export async function* logs(deployed: Deployed, options: LogOptions): AsyncGenerator<string> {
  const all = await logsOf(deployed, options.processes);
  const began = Date.now();
  const { since, filter, lines = LINES, follow = false } = options;
  // Where it goes on, what is written from now on is shown by that alone.
  const end = follow ? { endTime: began } : {};
  if (since !== undefined)
    yield* shown(await eventsIn(deployed, all, { startTime: since.getTime(), ...end }, filter), options);
  else if (filter === undefined) for (const log of all) yield* lastOf(deployed, log, options, { limit: lines, ...end });
  else {
    const day = { startTime: began - FILTERED_DAY, ...end };
    yield* newest(shown(await eventsIn(deployed, all, day, filter), options), lines);
  }
  if (follow) yield* followed(deployed, all, options, began);
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
    return place === undefined ? [] : [{ role, ...place }];
  });
  return (await Promise.all(found)).flat();
}

/** The last lines of each task that runs; of a job, of those that ECS still knows. */
async function* lastOf(
  deployed: Deployed,
  log: Log,
  options: LogOptions,
  which: { limit: number; endTime?: number },
): AsyncGenerator<string> {
  const serviceName = deployed.services[log.role];
  const family = shortName(deployed.definitions[log.role] ?? "").replace(/:\d+$/, "");
  const of = serviceName === undefined ? { family } : { serviceName };
  const tasks = await listTasks(deployed, of, "RUNNING");
  if (serviceName === undefined) tasks.push(...(await listTasks(deployed, of, "STOPPED")));
  for (const task of tasks) {
    const name = taskName(log.role, task);
    if (!isWanted(options, log.role, name)) continue;
    const logStreamName = `${log.prefix}${shortName(task.taskArn ?? "")}`;
    const ask = { logGroupName: log.group, logStreamName, ...which };
    const { events = [] } = await deployed.aws.logs.send(new GetLogEventsCommand(ask)).catch(nothingWritten);
    for (const event of events) yield lineOf(name, event);
  }
}

/** A task that has not written anything has no stream. */
export function nothingWritten(error: unknown): { events: OutputLogEvent[] } {
  if (error instanceof Error && error.name === "ResourceNotFoundException") return { events: [] };
  throw error;
}

/** An event, and the log that it is of. */
interface LogEvent {
  log: Log;
  event: FilteredLogEvent;
}

async function eventsIn(
  { aws }: Deployed,
  all: readonly Log[],
  time: { startTime: number; endTime?: number },
  filter: string | undefined,
): Promise<LogEvent[]> {
  const found: LogEvent[] = [];
  for (const log of all) {
    // CloudWatch takes a text in quotes as it is.
    const filterPattern = filter === undefined ? undefined : JSON.stringify(filter);
    let nextToken: string | undefined;
    do {
      const { events = [], nextToken: next } = await aws.logs.send(
        new FilterLogEventsCommand({
          logGroupName: log.group,
          logStreamNamePrefix: log.prefix,
          ...time,
          ...(filterPattern !== undefined && { filterPattern }),
          ...(nextToken !== undefined && { nextToken }),
        }),
      );
      found.push(...events.map((event) => ({ log, event })));
      nextToken = next;
    } while (nextToken !== undefined);
  }
  return found.sort((one, other) => (one.event.timestamp ?? 0) - (other.event.timestamp ?? 0));
}

function* shown(events: readonly LogEvent[], options: LogOptions): Generator<string> {
  for (const { log, event } of events) {
    const name = taskName(log.role, { taskArn: event.logStreamName ?? "" });
    if (isWanted(options, log.role, name)) yield lineOf(name, event);
  }
}

function newest(lines: Iterable<string>, count: number): string[] {
  const all = [...lines];
  return all.slice(Math.max(0, all.length - count));
}

/** Looks again and again, a little back in time each time: what was seen is not shown twice. */
async function* followed(
  deployed: Deployed,
  all: readonly Log[],
  options: LogOptions,
  began: number,
): AsyncGenerator<string> {
  const { signal, filter } = options;
  let seen = new Set<string>();
  for (let from = began; signal?.aborted !== true;) {
    const now = Date.now();
    const found = await eventsIn(deployed, all, { startTime: from }, filter);
    yield* shown(
      found.filter(({ event }) => !seen.has(event.eventId ?? "")),
      options,
    );
    seen = new Set(found.map(({ event }) => event.eventId ?? ""));
    from = Math.max(began, now - LATE);
    await setTimeout(LOOK_EVERY, undefined, signal && { signal }).catch(() => undefined);
  }
}

function isWanted({ processes }: LogOptions, role: string, name: string): boolean {
  return processes === undefined || processes.includes(role) || processes.includes(name);
}

function lineOf(name: string, { message = "" }: OutputLogEvent): string {
  return `${name} | ${visibleLog(message.trimEnd())}\n`;
}
