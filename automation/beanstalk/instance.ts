/** An instance that commands are run on, by Systems Manager. */
import { readSettings } from "../configuration";
import { SlipwayError } from "../errors";
import type { StackPlace } from "../engine/project";
import type { Deployed } from "./deployed";
import { healthOf, webEnvironment } from "./environments";

/** Runs a command as the application, with what its web process was told. It takes root to find that out. */
export const AS_APPLICATION = "bash /var/app/current/.slipway/exec.sh";

/**
 * A web instance that is well, and runs the release that serves.
 *
 * @returns its id
 * @throws SlipwayError (config) when the stack's config does not allow commands, (state) when no instance is well
 */
export async function instanceFor(deployed: Deployed): Promise<string> {
  requireAllowed(deployed.place);
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

function requireAllowed({ stack, project }: StackPlace): void {
  if (readSettings(stack, project).beanstalk.exec) return;
  throw new SlipwayError(
    "config",
    `slipway:beanstalk.exec is off in the stack ${stack}: nobody can run a command on its instances.`,
    `slipway config set beanstalk.exec true --stack ${stack}, then slipway up --stack ${stack}`,
  );
}

/** Says that Systems Manager does not reach an instance. */
export function notConnected({ stack }: StackPlace, instance: string, cause: Error): SlipwayError {
  const problem = `The instance ${instance} is not connected to Systems Manager.`;
  const mend =
    `slipway up --stack ${stack} gives it the right to be; one that was just started, or just given the right, ` +
    "needs some minutes";
  return new SlipwayError("state", problem, mend, { cause });
}
