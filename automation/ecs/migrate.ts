/** The migration of a stack on ECS, run apart from a deployment. */
import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, RunTaskCommand, type Service, type Task } from "@aws-sdk/client-ecs";
import type { OperationOptions } from "../engine/operations";
import { SlipwayError } from "../errors";
import type { Patience } from "../patience";
import type { Deployed } from "./deployed";
import { nothingWritten } from "../aws/logs";
import { migrationEnded } from "../aws/migration";
import { containerOf, describeServices, listTasks, logPlaceOf, shortName, taskName, type LogPlace } from "./services";
import { visibleLog } from "../visible";

const JOB = "migrate";
/** A migration may take its time. */
const PATIENCE: Patience = { maxWaitTime: 24 * 3600, minDelay: 2, maxDelay: 10 };

/**
 * Runs the migration that was deployed last, or tried to be, and waits for its end; its log is told as messages.
 *
 * @throws SlipwayError (usage) when the application has none, (locked) while one runs, (failed) with the reason
 */
export async function migrate(deployed: Deployed, options: OperationOptions, patience = PATIENCE): Promise<void> {
  const { stack } = deployed.place;
  const family = shortName(deployed.definitions[JOB] ?? "").replace(/:\d+$/, "");
  if (family === "") {
    const mend = `slipway config set app.migrate <command> --stack ${stack}, then slipway up --stack ${stack}`;
    throw new SlipwayError("usage", `The application of ${stack} has no migration.`, mend);
  }
  const [busy] = await listTasks(deployed, { family }, "RUNNING");
  if (busy !== undefined) {
    const mend = `wait for its end: slipway logs ${JOB} --stack ${stack} --follow`;
    throw new SlipwayError("locked", `A migration of ${stack} runs already: ${taskName(JOB, busy)}.`, mend);
  }
  const task = await started(deployed, family);
  const log = new LogTail(deployed, task, logPlaceOf(await containerOf(deployed, family)));
  const tell = async (): Promise<void> => {
    for (const message of await log.next()) options.onProgress?.({ kind: "message", message });
  };
  let ended: Task = task;
  const hasEnded = async (): Promise<boolean> => {
    await tell();
    ended = await described(deployed, task);
    return ended.lastStatus === "STOPPED";
  };
  const onward = `the migration goes on as ${taskName(JOB, task)}: slipway logs ${JOB} --stack ${stack} --follow`;
  await migrationEnded(deployed.aws.ecs, options, patience, hasEnded, onward);
  await tell();
  const exitCode = ended.containers?.[0]?.exitCode;
  if (exitCode === 0) return;
  const how = exitCode === undefined ? "" : ` with exit code ${exitCode}`;
  const why = ended.stoppedReason ?? "for a reason that ECS does not tell";
  const mend = `slipway logs ${JOB} --stack ${stack} shows what it wrote`;
  throw new SlipwayError("failed", `The migration of ${stack} ended${how}: ${why}`, mend);
}

/** Starts the newest task of the family, where and as the jobs of a deployment run. */
async function started(deployed: Deployed, family: string): Promise<Task> {
  const { aws, cluster, jobsGroup, place } = deployed;
  const web = (await describeServices(deployed)).get("web") ?? {};
  const { tasks: [task] = [], failures = [] } = await aws.ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition: family,
      count: 1,
      startedBy: "slipway",
      ...launchOf(web),
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: web.networkConfiguration?.awsvpcConfiguration?.subnets,
          securityGroups: jobsGroup === undefined ? [] : [jobsGroup],
          assignPublicIp: "DISABLED",
        },
      },
    }),
  );
  if (task !== undefined) return task;
  const reasons = failures.map(({ reason = "", detail = "" }) => [reason, detail].filter(Boolean).join(": "));
  throw new SlipwayError("failed", `ECS cannot start the migration of ${place.stack}: ${reasons.join("; ")}`);
}

/** A migration is not taken away half-way: on spot machines of Fargate it gets an ordinary one. */
function launchOf({ capacityProviderStrategy = [] }: Service): Partial<RunTaskCommand["input"]> {
  const own = capacityProviderStrategy.some(({ capacityProvider = "" }) => !capacityProvider.startsWith("FARGATE"));
  return own ? { capacityProviderStrategy } : { launchType: "FARGATE" };
}

async function described({ aws, cluster }: Deployed, { taskArn = "" }: Task): Promise<Task> {
  const { tasks: [task] = [] } = await aws.ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }));
  return task ?? { lastStatus: "STOPPED", stoppedReason: "ECS does not know the task any more" };
}

/** What one task writes, from its beginning. */
class LogTail {
  private token: string | undefined;

  constructor(
    private readonly deployed: Deployed,
    private readonly task: Task,
    private readonly place: LogPlace | undefined,
  ) {}

  /** Lines that were written since the last call. */
  async next(): Promise<string[]> {
    if (this.place === undefined) return [];
    const { group, prefix } = this.place;
    const ask = { logGroupName: group, logStreamName: `${prefix}${shortName(this.task.taskArn ?? "")}` };
    const from = this.token === undefined ? {} : { nextToken: this.token };
    const command = new GetLogEventsCommand({ ...ask, startFromHead: true, ...from });
    const answer = await this.deployed.aws.logs.send(command).catch(nothingWritten);
    if ("nextForwardToken" in answer) this.token = answer.nextForwardToken ?? this.token;
    return (answer.events ?? []).map(({ message = "" }) => visibleLog(message.trimEnd()));
  }
}
