/** Where subnets lie. */
import type { Site } from "../model";
import { textAt } from "./read";

const SUBNET = "aws:ec2/subnet:Subnet";

/** Availability zones of subnets, each once, in order; undefined while that of one is not known. */
export function subnetZones(ids: readonly string[], site: Site): string[] | undefined {
  return distinct(ids, "availabilityZone", site);
}

/** VPCs of subnets, each once, in order; undefined while that of one is not known. */
export function subnetVpcs(ids: readonly string[], site: Site): string[] | undefined {
  return distinct(ids, "vpcId", site);
}

function distinct(ids: readonly string[], property: string, site: Site): string[] | undefined {
  const found = ids.map((id) => textAt(site.find(SUBNET, "id", id)?.outputs ?? {}, property));
  return found.includes(undefined) ? undefined : [...new Set(found as string[])].sort();
}
