/** What lies in the cluster of a stack, where a deployment that failed has exported nothing of it yet. */
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ListServicesCommand } from "@aws-sdk/client-ecs";
import { readSettings } from "../configuration";
import type { StackPlace } from "../engine/project";
import type { AwsClients } from "./clients";
import type { Deployed } from "./deployed";
import { shortName } from "./services";

/** Services that one call describes at most. */
const SERVICES_AT_ONCE = 10;

/**
 * The services in the stack's cluster. Each is to run the newest task definition of its family: a release always makes a
 * new one.
 *
 * @returns nothing when there is no such cluster, or no service in it
 */
export async function discover(place: StackPlace, aws: AwsClients): Promise<Deployed | undefined> {
  const { app, environment } = readSettings(place.stack, place.project);
  const cluster = `${environment}-${app.name}`;
  const { serviceArns: arns = [] } = await aws.ecs
    .send(new ListServicesCommand({ cluster, maxResults: SERVICES_AT_ONCE }))
    .catch((error: unknown) => {
      if (error instanceof Error && error.name === "ClusterNotFoundException") return { serviceArns: [] };
      throw error;
    });
  if (arns.length === 0) return undefined;
  const { services = [] } = await aws.ecs.send(new DescribeServicesCommand({ cluster, services: arns }));
  const found = services.map(async ({ serviceName = "", taskDefinition = "" }) => {
    const family = shortName(taskDefinition).replace(/:\d+$/, "");
    const newest = await aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: family }));
    const role = family.replace(`${cluster}-${app.name}-`, "");
    return { role, serviceName, definition: newest.taskDefinition?.taskDefinitionArn ?? "" };
  });
  const all = await Promise.all(found);
  return {
    place,
    aws,
    url: "",
    release: "",
    cluster,
    services: Object.fromEntries(all.map(({ role, serviceName }) => [role, serviceName])),
    definitions: Object.fromEntries(all.map(({ role, definition }) => [role, definition])),
  };
}
