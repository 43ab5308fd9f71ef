/** Log lines of a stack on Elastic Beanstalk. */
import { logLines, type Log } from "../aws/logs";
import { SlipwayError } from "../errors";
import type { LogOptions } from "../target";
import type { Deployed } from "./deployed";
import { healthOf, instanceName } from "./environments";
import { logFiles } from "./log-files";

/** How the platform calls the log of a process. */
const OF_PROCESS = /^(.*)\.stdout\.log$/;

/** Log lines, each after the name of its process or log file, and of its instance. */
export async function* logs(deployed: Deployed, options: LogOptions): AsyncGenerator<string> {
  yield* logLines(deployed.aws.logs, await logsOf(deployed, options.processes), options);
}

/** What is asked for; without a wish, the processes. @throws SlipwayError (usage) for one that is not there */
async function logsOf(deployed: Deployed, processes: readonly string[] | undefined): Promise<Log[]> {
  const found = (await Promise.all(Object.entries(deployed.environments).map((own) => logsIn(deployed, own)))).flat();
  if (found.length === 0) throw notStreamed(deployed);
  if (processes === undefined) return found.filter(({ process }) => process);
  const names = processes.map((name) => name.replace(/-[0-9a-f]{8}$/, ""));
  const there = [...new Set(found.map(({ role }) => role))].sort();
  const unknown = names.filter((name) => !there.includes(name));
  if (unknown.length === 0) return found.filter(({ role }) => names.includes(role));
  throw new SlipwayError("usage", `There is no log of ${unknown.join(", ")}; there are ${there.join(", ")}.`);
}

async function logsIn(
  deployed: Deployed,
  [environment, name]: [string, string],
): Promise<(Log & { process: boolean })[]> {
  const streams = async (): Promise<string[]> =>
    (await healthOf(deployed, name)).instances.map(({ InstanceId = "" }) => InstanceId);
  const files = await logFiles(deployed.aws, name);
  return files.flatMap(({ file, group }) => {
    const process = OF_PROCESS.exec(file)?.[1];
    // What answers the platform on a worker's instances is no process of the application.
    if (environment === "worker" && process === "web") return [];
    const role = process ?? file;
    return [
      { role, group, prefix: "", process: process !== undefined, streams, nameOf: (id) => instanceName(role, id) },
    ];
  });
}

function notStreamed({ place, environments }: Deployed): SlipwayError {
  const names = Object.values(environments).join(" and ");
  const problem = `No log of ${names} is in CloudWatch Logs: the environments do not stream them, or have not begun to.`;
  const mend = `slipway drift --stack ${place.stack} shows whether somebody has switched it off; eb logs asks the instances themselves`;
  return new SlipwayError("state", problem, mend);
}
