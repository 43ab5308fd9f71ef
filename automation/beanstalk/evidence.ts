/** Why an environment does not come to serve, as far as Elastic Beanstalk and CloudWatch Logs know. */
import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeEventsCommand, type EventDescription } from "@aws-sdk/client-elastic-beanstalk";
import { nothingWritten } from "../aws/logs";
import { visibleLog } from "../visible";
import type { Deployed } from "./deployed";
import { healthOf } from "./environments";
import { logFiles, newestStreams } from "./log-files";

const EVENTS = 100;
const COMPLAINTS = 5;
const LOG_LINES = 15;
/** What an environment says when it begins with something. */
const BEGINS = /^(createEnvironment|Environment update) is starting/i;
const BAD: ReadonlySet<string> = new Set(["ERROR", "FATAL"]);
/** Logs of the platform that say what went wrong: its own, and that of its hooks, Slipway's and the application's. */
const PLATFORM_LOGS = ["eb-engine.log", "eb-hooks.log"];

/** What an environment did last. */
export interface LastOperation {
  /** When it began; undefined where that is too long ago. */
  began: Date | undefined;
  /** What it said of errors since, the first one first. */
  complaints: readonly string[];
}

/** What an environment did last, by its events. */
export async function lastOperation({ aws }: Deployed, EnvironmentName: string): Promise<LastOperation> {
  const { Events: newestFirst = [] } = await aws.beanstalk.send(
    new DescribeEventsCommand({ EnvironmentName, Severity: "INFO", MaxRecords: EVENTS }),
  );
  const at = newestFirst.findIndex(({ Message = "" }) => BEGINS.test(Message));
  const since: EventDescription[] = at < 0 ? newestFirst : newestFirst.slice(0, at);
  const complaints = since.filter(({ Severity = "" }) => BAD.has(Severity)).map(({ Message = "" }) => Message);
  return { began: newestFirst[at]?.EventDate, complaints: complaints.reverse().slice(0, COMPLAINTS) };
}

/** Lines about an environment: what it complained of, why its health is as it is, and the end of its logs. */
export async function evidenceOf(deployed: Deployed, role: string): Promise<string[]> {
  const name = deployed.environments[role] ?? "";
  const [{ began, complaints }, causes] = await Promise.all([
    lastOperation(deployed, name),
    healthOf(deployed, name).then(
      (health) => health.causes,
      () => [],
    ),
  ]);
  const lines = [...complaints.map((message) => `  event: ${message}`), ...causes.map((cause) => `  health: ${cause}`)];
  return lines.length === 0 ? [] : [...lines, ...(await logEnds(deployed, { name, role, began }))];
}

/** The end of what was written since the operation began; of the platform's own logs, the errors. */
async function logEnds(
  { aws }: Deployed,
  { name, role, began }: { name: string; role: string; began: Date | undefined },
): Promise<string[]> {
  const wanted = [...PLATFORM_LOGS, `${role}.stdout.log`];
  const files = (await logFiles(aws, name)).filter(({ file }) => wanted.includes(file));
  const each = files.map(async ({ file, group }) => {
    const [stream] = await newestStreams(aws, group, 1);
    if (stream === undefined) return [];
    const ask = { logGroupName: group, logStreamName: stream, ...(began && { startTime: began.getTime() }) };
    const { events = [] } = await aws.logs.send(new GetLogEventsCommand(ask)).catch(nothingWritten);
    const texts = events.map(({ message = "" }) => visibleLog(message.trimEnd()));
    const telling = file === "eb-engine.log" ? texts.filter((text) => text.includes("[ERROR]")) : texts;
    return telling.slice(-LOG_LINES).map((text) => `  ${file} | ${text}`);
  });
  return (await Promise.all(each)).flat();
}
