/** What lies in the application of a stack, where a deployment that failed has exported nothing of it yet. */
import { DescribeEnvironmentsCommand } from "@aws-sdk/client-elastic-beanstalk";
import { readSettings } from "../configuration";
import type { StackPlace } from "../engine/project";
import type { AwsClients } from "./clients";
import type { Deployed } from "./deployed";
import { readLabel, versionsOf } from "./environments";

/**
 * The environments of the stack. Each is to run the newest version that was made for it.
 *
 * @returns nothing when there is none
 */
export async function discover(place: StackPlace, aws: AwsClients): Promise<Deployed | undefined> {
  const { app, environment } = readSettings(place.stack, place.project);
  const ApplicationName = `${environment}-${app.name}`;
  const ask = new DescribeEnvironmentsCommand({ ApplicationName, IncludeDeleted: false });
  const { Environments: found = [] } = await aws.beanstalk.send(ask);
  if (found.length === 0) return undefined;
  const versions = (await versionsOf(aws, ApplicationName)).flatMap(({ VersionLabel: label = "" }) => {
    const read = readLabel(label);
    return read === undefined ? [] : [{ ...read, label }];
  });
  // The oldest first: what comes last is the newest.
  versions.sort((one, other) => one.builtAt.localeCompare(other.builtAt));
  const names = found.map(({ EnvironmentName: name = "" }) => [name.slice(ApplicationName.length + 1), name]);
  return {
    place,
    aws,
    url: "",
    environments: Object.fromEntries(names) as Record<string, string>,
    versions: Object.fromEntries(versions.map(({ role, label }) => [role, label])),
  };
}
