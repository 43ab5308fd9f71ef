/** What the processes on an instance are told beside their secrets, and where things lie on it. */
import type * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../app";
import { isProperty } from "../config";

/** Folder on an instance that outlives a release, but not the instance. */
export const DATA_FOLDER = "/var/lib/slipway";
/** Where the platform's nginx looks for the web process (AWS, Using the Elastic Beanstalk Python platform). */
const LISTEN = "tcp://127.0.0.1:8000";

/** Start of the names of an environment's log groups, as Elastic Beanstalk calls those that it makes itself. */
export function logGroupPrefix(environmentName: string): string {
  return `/aws/elasticbeanstalk/${environmentName}/var/log`;
}

/** What the release says of itself; it is shipped with it, and goes back with it. */
const OF_RELEASE: ReadonlySet<string> = new Set([
  "FLASK_APP",
  "PYTHONPATH",
  "PYTHONUNBUFFERED",
  "SLIPWAY_CELERY",
  "SLIPWAY_ENTRY",
]);

/** Environment variables that are shipped in a bundle: what a release says of itself, and what no property can hold. */
export function shippedVariables({ environment, health, release, variables }: Workload): Record<string, string> {
  const own = Object.entries(environment).filter(([name, value]) => OF_RELEASE.has(name) || !isProperty(value));
  return {
    ...Object.fromEntries(own),
    // The platform's nginx, and the load balancer in front of it.
    ...(environment["SLIPWAY_TRUSTED"] === undefined && { SLIPWAY_TRUSTED: "private" }),
    SLIPWAY_DATABASE_VARIABLE: variables.database,
    SLIPWAY_LISTEN: LISTEN,
    SLIPWAY_LIVE_PATH: health.live,
    SLIPWAY_RELEASE: release.version,
  };
}

/**
 * Environment properties of an environment.
 *
 * @param environment all plain variables of the application
 */
export function propertiesOf(
  workload: Workload,
  environmentName: string,
  environment: Readonly<Record<string, pulumi.Input<string>>>,
): Record<string, pulumi.Input<string>> {
  const shipped = shippedVariables(workload);
  const own = Object.entries(environment).filter(([name]) => shipped[name] === undefined);
  return { ...Object.fromEntries(own), SLIPWAY_LOG_GROUP: logGroupPrefix(environmentName) };
}
