/** What runs of a stack on ECS, as ECS and the load balancer say. */
import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Service, Task } from "@aws-sdk/client-ecs";
import type { ProcessStatus, Status } from "../target";
import type { Deployed } from "./deployed";
import { releaseOf } from "./images";
import { describeServices, listTasks, taskName } from "./services";

/** What runs of a stack; each task with the release that it runs. */
export async function status(deployed: Deployed): Promise<Status> {
  const services = await describeServices(deployed);
  const releases = new Map<string, Promise<string | undefined>>();
  const each = [...services].map(([role, service]) => processesOf(deployed, role, service, releases));
  const processes = (await Promise.all(each)).flat();
  const targets = await targetHealth(deployed, services.get("web"));
  const healthy = targets.healthy && processes.length > 0 && processes.every(({ running }) => running);
  const { url, place } = deployed;
  return { stack: place.stack, target: "ecs", url, health: targets.text, healthy, processes };
}

/** The tasks of a service, and a line for those that are missing. */
async function processesOf(
  deployed: Deployed,
  role: string,
  { serviceName = "", desiredCount = 0 }: Service,
  releases: Map<string, Promise<string | undefined>>,
): Promise<ProcessStatus[]> {
  const tasks = await listTasks(deployed, { serviceName }, "RUNNING");
  const processes = await Promise.all(tasks.map((task) => processOf(deployed, role, task, releases)));
  const running = processes.filter((process) => process.running).length;
  if (running >= desiredCount && running > 0) return processes;
  const state = `${running} of ${desiredCount} tasks`;
  return [...processes, { name: role, role, state, running: false }];
}

async function processOf(
  deployed: Deployed,
  role: string,
  task: Task,
  releases: Map<string, Promise<string | undefined>>,
): Promise<ProcessStatus> {
  const { lastStatus = "UNKNOWN", healthStatus, startedAt, containers: [{ image = "" } = {}] = [] } = task;
  const known = releases.get(image) ?? releaseOf(deployed, image);
  releases.set(image, known);
  const release = await known;
  const running = lastStatus === "RUNNING" && healthStatus !== "UNHEALTHY";
  return {
    name: taskName(role, task),
    role,
    state: healthStatus === "UNHEALTHY" ? healthStatus : lastStatus,
    running,
    ...(running && startedAt && { uptime: Math.max(0, Math.round((Date.now() - startedAt.getTime()) / 1000)) }),
    ...(release !== undefined && { release }),
  };
}

/** What the load balancer says of the web tasks. */
async function targetHealth(
  { aws }: Deployed,
  service: Service | undefined,
): Promise<{ healthy: boolean; text: string }> {
  const TargetGroupArn = service?.loadBalancers?.[0]?.targetGroupArn;
  if (TargetGroupArn === undefined) return { healthy: false, text: "no target group" };
  const answer = await aws.balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  // Old tasks that are being emptied have been judged already.
  const all = (answer.TargetHealthDescriptions ?? []).filter(({ TargetHealth }) => TargetHealth?.State !== "draining");
  const well = all.filter(({ TargetHealth }) => TargetHealth?.State === "healthy");
  const reasons = all.flatMap(({ TargetHealth: { State, Reason } = {} }) =>
    State === "healthy" ? [] : [Reason ?? State ?? "unknown"],
  );
  const why = reasons.length === 0 ? "" : `: ${[...new Set(reasons)].join(", ")}`;
  const text = `${well.length} of ${all.length} targets healthy${why}`;
  return { healthy: all.length > 0 && well.length === all.length, text };
}
