/** A task that is about to start: what of it ECS needs to know, whoever starts it. */
import type { Site, Thing, Values } from "../../model";
import { valueAt } from "../../paths";
import { textAt, textsAt } from "../read";
import { CLUSTER } from "./cluster";
import { CLUSTER_CAPACITY, FARGATE_CAPACITY } from "./cluster-capacity-providers";
import { definitionOf } from "./containers";
import { type Instances, instancesOf } from "./instances";
import type { Interface } from "./reach";

/** A task, and where it is to run. */
export interface Launch {
  site: Site;
  definition: Thing;
  /** Name. */
  cluster: string;
  /** Subnets and security groups of the task's own network interface; none without awsvpc. */
  subnetIds: string[];
  groupIds: string[];
  isPublic: boolean;
  /** How many of it run at a time. */
  count: number;
  /** Instances that it runs on; absent on Fargate, and where they are not known. */
  instances?: Instances;
}

/** The task of a service's inputs; undefined when its task definition is not simulated. */
export function launchOf(site: Site, inputs: Values): Launch | undefined {
  const definition = definitionOf(site, textAt(inputs, "taskDefinition") ?? "");
  if (definition === undefined) return undefined;
  const cluster = clusterOf(site, inputs)?.outputs["name"];
  const providers = providersOf(site, inputs);
  const own = providers.find((provider) => !FARGATE_CAPACITY.includes(provider));
  const instances = own === undefined ? undefined : instancesOf(site, own);
  return {
    site,
    definition,
    cluster: typeof cluster === "string" ? cluster : "default",
    subnetIds: textsAt(inputs, "networkConfiguration.subnets"),
    groupIds: textsAt(inputs, "networkConfiguration.securityGroups"),
    isPublic: valueAt(inputs, "networkConfiguration.assignPublicIp") === true,
    count: Number(inputs["desiredCount"] ?? 0),
    ...(instances !== undefined && { instances }),
  };
}

/** The cluster of a service's inputs, by name or ARN. */
export function clusterOf(site: Site, inputs: Values): Thing | undefined {
  const cluster = textAt(inputs, "cluster") ?? "default";
  return site.find(CLUSTER, "arn", cluster) ?? site.find(CLUSTER, "name", cluster);
}

/** Capacity providers of a service's inputs: its own, else those that its cluster uses by default. */
export function providersOf(site: Site, inputs: Values): string[] {
  const own = textsAt(inputs, "capacityProviderStrategies.capacityProvider");
  if (own.length > 0 || inputs["launchType"] !== undefined) return own;
  const cluster = clusterOf(site, inputs)?.outputs["name"];
  const capacity = site.find(CLUSTER_CAPACITY, "clusterName", cluster);
  return textsAt(capacity?.outputs ?? {}, "defaultCapacityProviderStrategies.capacityProvider");
}

/** The interfaces that images and secrets come through: the task's own on Fargate, else those of the instances. */
export function pullInterfaces({ site, subnetIds, groupIds, isPublic, instances }: Launch): Interface[] {
  if (instances === undefined) return subnetIds.map((subnetId) => ({ subnetId, groupIds, isPublic }));
  return instances.subnetIds.map((subnetId) => ({
    subnetId,
    groupIds: instances.groupIds,
    isPublic:
      instances.isPublic || site.find("aws:ec2/subnet:Subnet", "id", subnetId)?.outputs["mapPublicIpOnLaunch"] === true,
  }));
}
