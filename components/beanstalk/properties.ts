/** What the processes on an instance are told beside their secrets, and where things lie on it. */
import type * as pulumi from "@pulumi/pulumi";
import type { EnvironmentArgs } from "./args";

/** Folder on an instance that outlives a release, but not the instance. */
export const DATA_FOLDER = "/var/lib/slipway";
/** Where the platform's nginx looks for the web process (AWS, Using the Elastic Beanstalk Python platform). */
const LISTEN = "tcp://127.0.0.1:8000";

/** Start of the names of an environment's log groups, as Elastic Beanstalk calls those that it makes itself. */
export function logGroupPrefix(environmentName: string): string {
  return `/aws/elasticbeanstalk/${environmentName}/var/log`;
}

/** Environment properties of an environment. */
export function propertiesOf({ app, environmentName }: EnvironmentArgs): Record<string, pulumi.Input<string>> {
  return {
    ...app.environment,
    SLIPWAY_LISTEN: LISTEN,
    SLIPWAY_LOG_GROUP: logGroupPrefix(environmentName),
  };
}
