/** A command in a running container, through ECS Exec. */
import { ExecuteCommandCommand, type Task } from "@aws-sdk/client-ecs";
import { shellWords } from "../../components/app";
import type { OpenSession } from "../aws/session";
import { SlipwayError } from "../errors";
import type { Deployed } from "./deployed";
import { describeServices, listTasks, shortName } from "./services";

/** Has ECS run a command in a web task of the release that serves, for whoever takes the session up. */
export async function openSession(deployed: Deployed, command: readonly string[]): Promise<OpenSession> {
  const task = await taskFor(deployed);
  const { name: container = "", runtimeId = "" } = task.containers?.[0] ?? {};
  const { session } = await deployed.aws.ecs.send(
    new ExecuteCommandCommand({
      cluster: deployed.cluster,
      task: task.taskArn,
      container,
      interactive: true,
      command: `sh -c ${shellWords([`cd /app && exec ${shellWords(command)}`])}`,
    }),
  );
  const Target = `ecs:${deployed.cluster}_${shortName(task.taskArn ?? "")}_${runtimeId}`;
  const { sessionId: SessionId, streamUrl: StreamUrl, tokenValue: TokenValue } = session ?? {};
  const opened = { SessionId, StreamUrl, TokenValue };
  return { region: deployed.aws.region, asked: { Target }, session: opened };
}

/** @throws SlipwayError (config) when the stack's config does not allow shells, (state) when no task runs */
async function taskFor(deployed: Deployed): Promise<Task> {
  const { stack } = deployed.place;
  const web = (await describeServices(deployed)).get("web");
  if (web?.enableExecuteCommand !== true) {
    throw new SlipwayError(
      "config",
      `slipway:ecs.exec is off in the stack ${stack}: nobody can open a shell in its containers.`,
      `slipway config set ecs.exec true --stack ${stack}, then slipway up --stack ${stack}`,
    );
  }
  const tasks = await listTasks(deployed, { serviceName: web.serviceName ?? "" }, "RUNNING");
  const found = tasks.find(({ lastStatus, healthStatus }) => lastStatus === "RUNNING" && healthStatus !== "UNHEALTHY");
  if (found !== undefined) return found;
  throw new SlipwayError("state", `No web task of ${stack} runs.`, `slipway status --stack ${stack}`);
}
