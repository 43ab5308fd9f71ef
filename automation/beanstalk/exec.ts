/** A command on an instance, through Session Manager. */
import { StartSessionCommand } from "@aws-sdk/client-ssm";
import { shellWords } from "../../components/app";
import type { OpenSession } from "../aws/session";
import type { Deployed } from "./deployed";
import { AS_APPLICATION, instanceFor, notConnected } from "./instance";

/**
 * Has a command run in the release that serves, on a web instance that is well, for whoever takes the session up.
 *
 * @throws SlipwayError (config) when the stack's config does not allow it, (state) when no instance can be reached
 */
export async function openSession(deployed: Deployed, command: readonly string[]): Promise<OpenSession> {
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
  return { region: aws.region, asked, session };
}
