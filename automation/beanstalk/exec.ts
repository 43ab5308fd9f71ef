/** A command on an instance, through Session Manager. */
import { StartSessionCommand } from "@aws-sdk/client-ssm";
import { shellWords } from "../../components/app";
import { converse } from "../aws/session";
import type { Stoppable } from "../stopping";
import type { Deployed } from "./deployed";
import { AS_APPLICATION, instanceFor, notConnected } from "./instance";

/**
 * Runs a command in the release that serves, on a web instance that is well and on the caller's terminal.
 *
 * @returns exit code of the session: Session Manager does not tell that of the command
 * @throws SlipwayError (config) when the stack's config does not allow it, (state) when no instance can be reached
 */
export async function exec(deployed: Deployed, command: readonly string[], options: Stoppable): Promise<number> {
  const { aws, place } = deployed;
  const asked = {
    Target: await instanceFor(deployed),
    DocumentName: "AWS-StartInteractiveCommand",
    Parameters: { command: [`sudo ${AS_APPLICATION} ${shellWords(command)}`] },
  };
  const session = await aws.ssm.send(new StartSessionCommand(asked)).catch((error: unknown) => {
    throw error instanceof Error && error.name === "TargetNotConnected"
      ? notConnected(place, asked.Target, error)
      : error;
  });
  return converse({ region: aws.region, asked, session }, options);
}
