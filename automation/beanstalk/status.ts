/** What runs of a stack on Elastic Beanstalk, as its enhanced health says. */
import type { EnvironmentDescription, SingleInstanceHealth } from "@aws-sdk/client-elastic-beanstalk";
import type { ProcessStatus, Status } from "../target";
import type { Deployed } from "./deployed";
import { describeEnvironments, healthOf, instanceName, readLabel } from "./environments";

/** Words for an instance that does what it should; `Info` is one that something goes on with, such as a deployment. */
const WELL: ReadonlySet<string> = new Set(["Ok", "Info"]);

/** What runs of a stack; each instance with the release that it runs. */
export async function status(deployed: Deployed): Promise<Status> {
  const described = await describeEnvironments(deployed);
  const each = [...described].map(([role, environment]) => processesOf(deployed, role, environment));
  const processes = (await Promise.all(each)).flat();
  const environments = [...described];
  const well = environments.every(
    ([, environment]) => environment?.Status === "Ready" && environment.Health === "Green",
  );
  const health = environments.map(([role, environment]) => `${role} ${healthText(environment)}`).join(", ");
  const { url, place } = deployed;
  const healthy = well && processes.length > 0 && processes.every(({ running }) => running);
  return { stack: place.stack, target: "beanstalk", url, health, healthy, processes };
}

function healthText(environment: EnvironmentDescription | undefined): string {
  if (environment === undefined) return "missing";
  const { Status, Health = "Grey", HealthStatus = "Unknown" } = environment;
  return `${HealthStatus} (${Health})${Status === "Ready" ? "" : `, ${Status ?? "unknown"}`}`;
}

/** The instances of an environment; a line of its own where there are none. */
async function processesOf(
  deployed: Deployed,
  role: string,
  environment: EnvironmentDescription | undefined,
): Promise<ProcessStatus[]> {
  const none = { name: role, role, state: environment === undefined ? "missing" : "no instances", running: false };
  if (environment === undefined) return [none];
  const { instances } = await healthOf(deployed, environment.EnvironmentName ?? "");
  return instances.length === 0 ? [none] : instances.map((instance) => processOf(role, instance));
}

function processOf(role: string, instance: SingleInstanceHealth): ProcessStatus {
  const { InstanceId = "", HealthStatus: state = "Unknown", LaunchedAt: since, Deployment } = instance;
  const running = WELL.has(state);
  const release = readLabel(Deployment?.VersionLabel ?? "")?.version;
  return {
    name: instanceName(role, InstanceId),
    role,
    state,
    running,
    ...(running && since && { uptime: Math.max(0, Math.round((Date.now() - since.getTime()) / 1000)) }),
    ...(release !== undefined && { release }),
  };
}
