/** What keeps a task from being placed: storage in its zone, room on the instances, the processor. */
import type { Values } from "../../model";
import { allows } from "../grants";
import { numberAt, objectsAt, textAt } from "../read";
import { containersOf } from "./containers";
import { imageName, pushedImage } from "./images";
import type { Room } from "./instances";
import { type Launch, launchOf } from "./launch";
import { letsIn } from "./reach";
import type { TaskCheck } from "./task-checks";

const NFS_PORT = 2049;
const STORAGE =
  "ECS developer guide, Use Amazon EFS volumes with Amazon ECS; ResourceInitializationError: failed to invoke EFS utils commands";
const PLACEMENT = "ECS developer guide, Service event messages: unable to place a task";
const FAILED_MOUNT = "failed to invoke EFS utils commands to set up EFS volumes:";

const storage: TaskCheck = {
  id: "task-storage",
  source: STORAGE,
  code: "ResourceInitializationError",
  stops: (launch) => {
    for (const efs of objectsAt(launch.definition.inputs, "volumes.efsVolumeConfiguration")) {
      const wrong = mountFault(launch, efs);
      if (wrong !== undefined) return `${FAILED_MOUNT} ${wrong}`;
    }
    return undefined;
  },
};

function mountFault({ site, subnetIds, groupIds }: Launch, efs: Values): string | undefined {
  const fileSystem = textAt(efs, "fileSystemId");
  if (site.find("aws:efs/fileSystem:FileSystem", "id", fileSystem) === undefined) {
    return `the file system ${String(fileSystem)} does not exist`;
  }
  const accessPoint = textAt(efs, "authorizationConfig.accessPointId");
  const found = accessPoint && site.find("aws:efs/accessPoint:AccessPoint", "id", accessPoint);
  if (
    accessPoint !== undefined &&
    (found === undefined || found === "" || found.outputs["fileSystemId"] !== fileSystem)
  ) {
    return `mount.nfs4: access denied by server: the file system has no access point ${accessPoint}`;
  }
  const targets = site
    .all("aws:efs/mountTarget:MountTarget")
    .filter(({ outputs }) => outputs["fileSystemId"] === fileSystem);
  const zoneOf = (subnetId: unknown): unknown =>
    site.find("aws:ec2/subnet:Subnet", "id", subnetId)?.outputs["availabilityZone"];
  for (const subnetId of subnetIds) {
    const target = targets.find(({ outputs }) => zoneOf(outputs["subnetId"]) === zoneOf(subnetId));
    if (target === undefined) {
      return `Failed to resolve "${String(fileSystem)}.efs.${site.region}.amazonaws.com": there is no mount target in ${String(zoneOf(subnetId))}, the zone of ${subnetId}`;
    }
    const own = target.outputs["securityGroups"];
    const guards = Array.isArray(own) ? own.map(String) : [];
    if (guards.length > 0 && groupIds.length > 0 && !letsIn(site, guards, groupIds, NFS_PORT)) {
      return `mount.nfs4: Connection timed out: the security groups ${guards.join(", ")} let nothing in to port ${NFS_PORT} from ${groupIds.join(", ")}`;
    }
  }
  return undefined;
}

const cluster: TaskCheck = {
  id: "task-instances-registered",
  source: `${PLACEMENT}; amazon-ecs-agent README (ECS_CLUSTER); AmazonEC2ContainerServiceforEC2Role`,
  code: "UnableToPlaceTask",
  stops: ({ site, instances, cluster: name }) => {
    if (instances === undefined) return undefined;
    const none =
      "unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your capacity provider.";
    if (instances.count === 0) return none;
    if (instances.cluster !== name)
      return `${none} The user data of the instances joins them to the cluster '${instances.cluster}'; it has to say ECS_CLUSTER=${name}.`;
    if (instances.roleArn === undefined) return `${none} The instances have no instance profile, and cannot register.`;
    const { partition, region, account } = site;
    const arn = `arn:${partition}:ecs:${region}:${account}:cluster/${name}`;
    return allows(site, instances.roleArn, "ecs:RegisterContainerInstance", arn)
      ? undefined
      : `${none} The role of the instances (${instances.roleArn}) may not ecs:RegisterContainerInstance.`;
  },
};

/** What one task takes. */
function needOf({ definition }: Launch): Room {
  const sum = (property: string): number =>
    containersOf(definition.inputs).reduce(
      (total, each) =>
        total + (numberAt(each, property) ?? (property === "memory" ? (numberAt(each, "memoryReservation") ?? 0) : 0)),
      0,
    );
  return {
    cpu: numberAt(definition.inputs, "cpu") ?? sum("cpu"),
    memory: numberAt(definition.inputs, "memory") ?? sum("memory"),
    interfaces: definition.outputs["networkMode"] === "awsvpc" ? 1 : 0,
  };
}

const RESOURCES: readonly [keyof Room, string][] = [
  ["memory", "RESOURCE:MEMORY"],
  ["cpu", "RESOURCE:CPU"],
  ["interfaces", "RESOURCE:ENI"],
];

const room: TaskCheck = {
  id: "task-room",
  source: `${PLACEMENT}; EC2 user guide, network interfaces of instance types`,
  code: "UnableToPlaceTask",
  stops: (launch) => {
    const { instances, site } = launch;
    const offered = instances?.room;
    if (instances === undefined || offered === undefined) return undefined;
    const unable = (resource: string, why: string): string =>
      `unable to place a task because no container instance met all of its requirements. The closest matching container-instance has insufficient resources: ${resource}. ${why}`;
    const need = needOf(launch);
    const tooBig = RESOURCES.find(([each]) => need[each] > offered[each]);
    if (tooBig !== undefined) {
      const [each, name] = tooBig;
      return unable(name, `A task needs ${need[each]}, and a ${instances.type} offers ${offered[each]}.`);
    }
    const others = site.all("aws:ecs/service:Service").flatMap(({ inputs }) => launchOf(site, inputs) ?? []);
    const beside = others.filter(
      (other) =>
        other.instances?.type === instances.type &&
        other.definition.inputs["family"] !== launch.definition.inputs["family"],
    );
    const short = RESOURCES.find(([each]) => total([launch, ...beside], each) > offered[each] * instances.count);
    return (
      short &&
      unable(
        short[1],
        `All tasks together need ${total([launch, ...beside], short[0])}; ${instances.count} × ${instances.type} offer ${offered[short[0]] * instances.count}.`,
      )
    );
  },
};

function total(launches: readonly Launch[], each: keyof Room): number {
  return launches.reduce((sum, launch) => sum + needOf(launch)[each] * launch.count, 0);
}

const processor: TaskCheck = {
  id: "task-processor",
  source: `${PLACEMENT}; ECS developer guide, exec format error: image and processor differ`,
  code: "TaskFailedToStart",
  stops: ({ site, definition, instances }) => {
    const wanted = textAt(definition.inputs, "runtimePlatform.cpuArchitecture");
    if (instances !== undefined && wanted !== undefined && wanted !== instances.architecture) {
      return `unable to place a task because no container instance met all of its requirements: the closest matching container-instance is missing an attribute required by your task: ecs.cpu-architecture ${wanted} (a ${instances.type} is ${instances.architecture}).`;
    }
    const runsOn = instances?.architecture ?? wanted ?? "X86_64";
    for (const container of containersOf(definition.inputs)) {
      const image = textAt(container, "image") ?? "";
      const platform = pushedImage(site, imageName(image))?.outputs["platform"];
      const built = typeof platform !== "string" ? undefined : platform.includes("arm64") ? "ARM64" : "X86_64";
      if (built !== undefined && built !== runsOn) {
        return `Essential container in task exited: exec format error. The image ${image} is built for ${String(platform)}, and the task runs on ${runsOn}.`;
      }
    }
    return undefined;
  },
};

/** In the order in which ECS gets to them. */
export const placementChecks: readonly TaskCheck[] = [cluster, processor, room, storage];
