/** Log lines from CloudWatch Logs. */
import {
  FilterLogEventsCommand,
  GetLogEventsCommand,
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  type OutputLogEvent,
} from "@aws-sdk/client-cloudwatch-logs";
import { setTimeout } from "node:timers/promises";
import type { LogOptions } from "../target";
import { visibleLog } from "../visible";

const LOOK_EVERY = 2000;
const LINES = 20;
/** Milliseconds by which a line may be there later than its time says; lines are looked for that far back. */
const LATE = 10_000;
/** Milliseconds that a filter looks back where no time is given. */
const FILTERED_DAY = 24 * 3600 * 1000;

/** The log of one process or job. */
export interface Log {
  role: string;
  group: string;
  /** Beginning of the names of its streams; empty where the group is its own. */
  prefix: string;
  /** Streams whose last lines are shown. */
  streams: () => Promise<string[]>;
  /** What writes a stream, such as `web-0a1b2c3d`. */
  nameOf: (stream: string) => string;
}

/** Log lines, each after the name of what wrote it. */
export async function* logLines(
  client: CloudWatchLogsClient,
  all: readonly Log[],
  options: LogOptions,
): AsyncGenerator<string> {
  const began = Date.now();
  const { since, filter, lines = LINES, follow = false } = options;
  // Where it goes on, what is written from now on is shown by that alone.
  const end = follow ? { endTime: began } : {};
  if (since !== undefined)
    yield* shown(await eventsIn(client, all, { startTime: since.getTime(), ...end }, filter), options);
  else if (filter === undefined) for (const log of all) yield* lastOf(client, log, options, { limit: lines, ...end });
  else {
    const day = { startTime: began - FILTERED_DAY, ...end };
    yield* newest(shown(await eventsIn(client, all, day, filter), options), lines);
  }
  if (follow) yield* followed(client, all, options, began);
}

async function* lastOf(
  client: CloudWatchLogsClient,
  log: Log,
  options: LogOptions,
  which: { limit: number; endTime?: number },
): AsyncGenerator<string> {
  for (const logStreamName of await log.streams()) {
    const name = log.nameOf(logStreamName);
    if (!isWanted(options, log.role, name)) continue;
    const ask = { logGroupName: log.group, logStreamName, ...which };
    const { events = [] } = await client.send(new GetLogEventsCommand(ask)).catch(nothingWritten);
    for (const event of events) yield lineOf(name, event);
  }
}

/** What has not written anything has no stream. */
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
  client: CloudWatchLogsClient,
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
      const { events = [], nextToken: next } = await client.send(
        new FilterLogEventsCommand({
          logGroupName: log.group,
          ...(log.prefix !== "" && { logStreamNamePrefix: log.prefix }),
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
    const name = log.nameOf(event.logStreamName ?? "");
    if (isWanted(options, log.role, name)) yield lineOf(name, event);
  }
}

function newest(lines: Iterable<string>, count: number): string[] {
  const all = [...lines];
  return all.slice(Math.max(0, all.length - count));
}

/** Looks again and again, a little back in time each time: what was seen is not shown twice. */
async function* followed(
  client: CloudWatchLogsClient,
  all: readonly Log[],
  options: LogOptions,
  began: number,
): AsyncGenerator<string> {
  const { signal, filter } = options;
  let seen = new Set<string>();
  for (let from = began; signal?.aborted !== true;) {
    const now = Date.now();
    const found = await eventsIn(client, all, { startTime: from }, filter);
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
