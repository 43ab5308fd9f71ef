/** The calls of CloudWatch Logs, on lines that others write. */
import { Refused, type Input } from "./simulated-calls";

/** A line of a log. */
export interface SimulatedLine {
  group: string;
  stream: string;
  at: number;
  message: string;
}

/**
 * Call -> what answers it.
 *
 * @param linesIn everything that is in a group
 * @param groups names of groups that are listed, each once or more
 */
export function logCalls(
  linesIn: (group: string) => readonly SimulatedLine[],
  groups: () => readonly string[],
): Record<string, (input: Input) => unknown> {
  return {
    DescribeLogGroups: ({ logGroupNamePrefix: prefix }) => {
      const found = [...new Set(groups())].filter((group) => group.startsWith(String(prefix)));
      return { logGroups: found.map((logGroupName) => ({ logGroupName })) };
    },
    DescribeLogStreams: ({ logGroupName }) => {
      const streams = [...new Set(linesIn(String(logGroupName)).map(({ stream }) => stream))].reverse();
      return { logStreams: streams.map((logStreamName) => ({ logStreamName })) };
    },
    GetLogEvents: (input) => logEvents(linesIn(String(input["logGroupName"])), input),
    FilterLogEvents: (input) => filteredEvents(linesIn(String(input["logGroupName"])), input),
  };
}

/** What was written to a stream; from the beginning when it is asked for, and then what follows. */
function logEvents(all: readonly SimulatedLine[], input: Input): unknown {
  const { logStreamName, limit, startFromHead, nextToken, startTime = 0, endTime = Infinity } = input;
  const own = all.filter(({ stream }) => stream === logStreamName);
  if (own.length === 0) throw new Refused("ResourceNotFoundException", "The specified log stream does not exist.");
  const lines = own.filter(({ at }) => at >= Number(startTime) && at < Number(endTime));
  const from = nextToken === undefined ? 0 : Number((nextToken as string).slice(2));
  const wanted = startFromHead === true ? lines.slice(from) : lines.slice(-Number(limit ?? lines.length));
  const events = wanted.map(({ message, at }) => ({ message, timestamp: at }));
  return { events, nextForwardToken: `f/${lines.length}` };
}

/** Lines of all streams of a group, some of them on a second page. */
function filteredEvents(all: readonly SimulatedLine[], input: Input): unknown {
  const { startTime, endTime = Infinity, filterPattern, nextToken } = input;
  const text = filterPattern === undefined ? "" : (JSON.parse(filterPattern as string) as string);
  const events = all.map(({ message, stream, at }, index) => ({
    message,
    timestamp: at,
    logStreamName: stream,
    eventId: `${stream.slice(-32)}-${index}`,
  }));
  const found = events.filter(
    ({ message, timestamp }) => timestamp >= Number(startTime) && timestamp < Number(endTime) && message.includes(text),
  );
  return nextToken === undefined && found.length > 1
    ? { events: found.slice(0, 1), nextToken: "more" }
    : { events: nextToken === undefined ? found : found.slice(1) };
}
