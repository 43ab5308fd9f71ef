/** A command in a running container, through ECS Exec. */
import { spawn, spawnSync } from "node:child_process";
import { ExecuteCommandCommand, type Session, type Task } from "@aws-sdk/client-ecs";
import { SlipwayError } from "../errors";
import type { Stoppable } from "../stopping";
import type { Deployed } from "./deployed";
import { describeServices, listTasks, shortName } from "./services";

const PLUGIN = "session-manager-plugin";
/** The last version that took a session as an argument alone, where everybody on the machine can read it. */
const TOO_OLD = [1, 2, 497, 0];
/** Variable from which later versions take the session (aws/session-manager-plugin, session.go). */
const VARIABLE = "AWS_SSM_START_SESSION_RESPONSE";

/**
 * Runs a command in a web task of the release that serves, on the caller's terminal.
 *
 * @returns exit code of the session: ECS does not tell that of the command
 */
export async function exec(deployed: Deployed, command: readonly string[], options: Stoppable): Promise<number> {
  const task = await taskFor(deployed);
  const { name: container = "", runtimeId = "" } = task.containers?.[0] ?? {};
  const { session } = await deployed.aws.ecs.send(
    new ExecuteCommandCommand({
      cluster: deployed.cluster,
      task: task.taskArn,
      container,
      interactive: true,
      command: `sh -c ${quoted([`cd /app && exec ${quoted(command)}`])}`,
    }),
  );
  return converse(deployed, `${shortName(task.taskArn ?? "")}_${runtimeId}`, session ?? {}, options);
}

/** Words as one line for a shell, each quoted that it would not take as it is. */
function quoted(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}

/** @throws SlipwayError (tool) when the plugin is not installed, or too old */
export function requirePlugin(): void {
  const { error, stdout } = spawnSync(PLUGIN, ["--version"], { encoding: "utf8" });
  const mend =
    "install it: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html";
  if (error !== undefined) {
    throw new SlipwayError("tool", `${PLUGIN} is not on the PATH; commands in containers go through it.`, mend);
  }
  const version = stdout.trim();
  const parts = version.split(".").map(Number);
  const difference = TOO_OLD.map((part, at) => (parts[at] ?? 0) - part).find((each) => each !== 0) ?? 0;
  if (difference <= 0) {
    const problem = `${PLUGIN} ${version} is too old: it takes a session only where others can read it.`;
    throw new SlipwayError("tool", problem, `${mend}; any version after ${TOO_OLD.join(".")}`);
  }
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

/** Hands the terminal over to the plugin; what opens the session is in its environment, for nobody else to see. */
function converse(
  { aws, cluster }: Deployed,
  container: string,
  session: Session,
  { signal }: Stoppable,
): Promise<number> {
  const target = { Target: `ecs:${cluster}_${container}` };
  const { sessionId: SessionId, streamUrl: StreamUrl, tokenValue: TokenValue } = session;
  const words = [VARIABLE, aws.region, "StartSession", "", JSON.stringify(target)];
  const child = spawn(PLUGIN, [...words, `https://ssm.${aws.region}.amazonaws.com`], {
    stdio: "inherit",
    ...(signal && { signal }),
    env: { ...process.env, [VARIABLE]: JSON.stringify({ SessionId, StreamUrl, TokenValue }) },
  });
  // Keys such as Ctrl-C are for the command in the container.
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  return new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      resolve(code ?? 1);
    });
  }).finally(() => process.off("SIGINT", ignore));
}
