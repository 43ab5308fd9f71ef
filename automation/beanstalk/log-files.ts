/** Log files of instances, as Elastic Beanstalk streams them: a group for each file, a stream for each instance. */
import { DescribeLogGroupsCommand, DescribeLogStreamsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { logGroupPrefix } from "../../components/beanstalk/properties";
import type { AwsClients } from "./clients";

export interface LogFile {
  /** Path below /var/log, such as `web.stdout.log` or `nginx/access.log`. */
  file: string;
  group: string;
}

/** Log files of an environment that are streamed. */
export async function logFiles({ logs }: AwsClients, environmentName: string): Promise<LogFile[]> {
  const logGroupNamePrefix = `${logGroupPrefix(environmentName)}/`;
  const found: LogFile[] = [];
  let nextToken: string | undefined;
  do {
    const more = nextToken === undefined ? {} : { nextToken };
    const answer = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix, ...more }));
    for (const { logGroupName: group = "" } of answer.logGroups ?? [])
      found.push({ file: group.slice(logGroupNamePrefix.length), group });
    ({ nextToken } = answer);
  } while (nextToken !== undefined);
  return found;
}

/** Names of the streams of a group that something was written to last, the newest first. */
export async function newestStreams({ logs }: AwsClients, logGroupName: string, limit: number): Promise<string[]> {
  const ask = new DescribeLogStreamsCommand({ logGroupName, orderBy: "LastEventTime", descending: true, limit });
  const { logStreams } = await logs.send(ask);
  return (logStreams ?? []).flatMap(({ logStreamName }) => (logStreamName === undefined ? [] : [logStreamName]));
}
