/** The migration of a stack on Elastic Beanstalk, run apart from a deployment: on one instance, through Run Command. */
import {
  GetCommandInvocationCommand,
  SendCommandCommand,
  type GetCommandInvocationCommandOutput,
} from "@aws-sdk/client-ssm";
import { shellWords } from "../../components/app";
import { migrationEnded } from "../aws/migration";
import type { OperationOptions } from "../engine/operations";
import { SlipwayError } from "../errors";
import { migrationOf } from "../migration";
import type { Patience } from "../patience";
import { visibleLog } from "../visible";
import type { Deployed } from "./deployed";
import { instanceName } from "./environments";
import { AS_APPLICATION, instanceFor, notConnected } from "./instance";

/** Seconds that a migration may take: the most that Run Command lets a command run (AWS-RunShellScript, executionTimeout). */
const LONGEST = 172_800;
/** Seconds within which an instance has to take the command. */
const DELIVERY = 120;
const PATIENCE: Patience = { maxWaitTime: LONGEST + DELIVERY, minDelay: 2, maxDelay: 10 };
/** Bytes of what it wrote, from its end: Run Command keeps 24,000 characters, from the beginning. */
const OUTPUT = 20_000;
/** Exit code of `slipway_once.py` while another instance is at it. */
const BUSY = 75;
/** What Run Command does no more with a command. */
const ENDED: ReadonlySet<string> = new Set(["Success", "Cancelled", "Failed", "TimedOut"]);

type Invocation = Partial<GetCommandInvocationCommandOutput>;

/**
 * The line that migrates on an instance: by the release that serves there, whatever was noted as done, and not while any
 * other instance does.
 *
 * @param words command of the application
 */
export function migrationLine(words: readonly string[]): string {
  const job = shellWords(["python", ".slipway/slipway_once.py", "--again", "migrate", ...words]);
  return shellWords(["bash", "-o", "pipefail", "-c", `${AS_APPLICATION} ${job} 2>&1 | tail -c ${OUTPUT}`]);
}

/**
 * Runs the migration on a web instance that is well, and waits for its end; the end of what it wrote is then told as messages.
 *
 * @throws SlipwayError (usage) when the application has none, (config) when the stack's config does not allow commands,
 * (state) when no instance can be reached, (locked) while another instance migrates, (failed) with the reason
 */
export async function migrate(deployed: Deployed, options: OperationOptions, patience = PATIENCE): Promise<void> {
  const { aws, place } = deployed;
  const line = migrationLine(migrationOf(place));
  const InstanceId = await instanceFor(deployed);
  const CommandId = await sent(deployed, InstanceId, line);
  let found: Invocation = {};
  const ended = async (): Promise<boolean> => {
    const ask = new GetCommandInvocationCommand({ CommandId, InstanceId });
    found = await aws.ssm.send(ask).catch(notYet);
    return ENDED.has(found.Status ?? "");
  };
  const onward = `the migration goes on: aws ssm get-command-invocation --command-id ${CommandId} --instance-id ${InstanceId}`;
  await migrationEnded(aws.ssm, options, patience, ended, onward);
  const lines = (found.StandardOutputContent ?? "").split("\n").filter((text) => text !== "");
  for (const text of lines) options.onProgress?.({ kind: "message", message: visibleLog(text) });
  if (found.Status !== "Success") throw failure(place.stack, InstanceId, found, lines.at(-1));
}

async function sent({ aws, place }: Deployed, instance: string, line: string): Promise<string> {
  const ask = new SendCommandCommand({
    InstanceIds: [instance],
    DocumentName: "AWS-RunShellScript",
    Comment: `migration of ${place.stack}`,
    TimeoutSeconds: DELIVERY,
    Parameters: { commands: [line], executionTimeout: [String(LONGEST)] },
  });
  const { Command } = await aws.ssm.send(ask).catch((error: unknown) => {
    throw error instanceof Error && error.name === "InvalidInstanceId" ? notConnected(place, instance, error) : error;
  });
  return Command?.CommandId ?? "";
}

/** A command that was just sent may not be known yet. */
function notYet(error: unknown): Invocation {
  if (error instanceof Error && error.name === "InvocationDoesNotExist") return {};
  throw error;
}

function failure(stack: string, instance: string, found: Invocation, last: string | undefined): SlipwayError {
  const { ResponseCode: code = -1, StatusDetails: details = "" } = found;
  if (code === BUSY) {
    const mend = `wait for its end: slipway status --stack ${stack} shows whether a deployment is under way`;
    return new SlipwayError("locked", `A migration of ${stack} runs already, on one of its instances.`, mend);
  }
  const why = code < 0 ? `Systems Manager says ${details}` : (last ?? `exit code ${code}`);
  const mend = `slipway logs --stack ${stack} shows how the application is`;
  return new SlipwayError(
    "failed",
    `The migration of ${stack} failed on ${instanceName("web", instance)}: ${visibleLog(why)}`,
    mend,
  );
}
