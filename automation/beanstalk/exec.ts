/** A command on an instance, through Session Manager. */
import { StartSessionCommand } from "@aws-sdk/client-ssm";
import { shellWords } from "../../components/app";
import type { OpenSession } from "../aws/session";
import { readSettings } from "../configuration";
import { SlipwayError } from "../errors";
import type { Deployed } from "./deployed";
import { healthOf, webEnvironment } from "./environments";

/** Runs a command as the application, with what its web process was told. It takes root to find that out. */
const START = "sudo bash /var/app/current/.slipway/exec.sh";

/** Has a command run in the release that serves, on a web instance that is well, for whoever takes the session up. */
export async function openSession(deployed: Deployed, command: readonly string[]): Promise<OpenSession> {
  requireAllowed(deployed);
  const { aws, place } = deployed;
  const asked = {
    Target: await instanceFor(deployed),
    DocumentName: "AWS-StartInteractiveCommand",
    Parameters: { command: [`${START} ${shellWords(command)}`] },
  };
  const session = await aws.ssm.send(new StartSessionCommand(asked)).catch(notConnected);
  return { region: aws.region, asked, session };

  function notConnected(error: unknown): never {
    if (!(error instanceof Error) || error.name !== "TargetNotConnected") throw error;
    const problem = `The instance ${asked.Target} is not connected to Systems Manager.`;
    const mend =
      `slipway up --stack ${place.stack} gives it the right to be; one that was just started, or just given the right, ` +
      "needs some minutes";
    throw new SlipwayError("state", problem, mend, { cause: error });
  }
}

/** @throws SlipwayError (config) when the stack's config does not allow shells */
function requireAllowed({ place: { stack, project } }: Deployed): void {
  if (readSettings(stack, project).beanstalk.exec) return;
  throw new SlipwayError(
    "config",
    `slipway:beanstalk.exec is off in the stack ${stack}: nobody can run a command on its instances.`,
    `slipway config set beanstalk.exec true --stack ${stack}, then slipway up --stack ${stack}`,
  );
}

/** @throws SlipwayError (state) when no instance is well that runs the version of its environment */
async function instanceFor(deployed: Deployed): Promise<string> {
  const { EnvironmentName = "", VersionLabel } = await webEnvironment(deployed);
  const { instances } = await healthOf(deployed, EnvironmentName);
  const found = instances.find(
    ({ HealthStatus, Deployment }) =>
      (HealthStatus === "Ok" || HealthStatus === "Info") && Deployment?.VersionLabel === VersionLabel,
  );
  if (found?.InstanceId !== undefined) return found.InstanceId;
  const { stack } = deployed.place;
  throw new SlipwayError("state", `No web instance of ${stack} is well.`, `slipway status --stack ${stack}`);
}
