import { CloudError, type Lookup, type Site, type Values } from "../../model";
import { objectsAt, textAt, textsAt } from "../read";
import { zones, type Zone } from "./regions";

/** What a zone says of itself, by the name of the filter that looks at it. */
const FILTERS: Readonly<Record<string, (zone: Zone, region: string) => string>> = {
  "group-name": (_zone, region) => groupName(region),
  "opt-in-status": () => "opt-in-not-required",
  "region-name": (_zone, region) => region,
  state: () => "available",
  "zone-id": (zone) => zone.id,
  "zone-name": (zone) => zone.name,
  "zone-type": () => "availability-zone",
};

/** Availability zones of the region; local and wavelength zones are not among them. */
export const getAvailabilityZones: Lookup = {
  token: "aws:index/getAvailabilityZones:getAvailabilityZones",
  source:
    "terraform-provider-aws internal/service/ec2/ec2_availability_zones_data_source.go, EC2 API DescribeAvailabilityZones",
  answer(args, site) {
    const region = textAt(args, "region") ?? site.region;
    const found = zones(region).filter((zone) => isWanted(zone, args, region));
    return {
      id: region,
      region,
      names: found.map(({ name }) => name),
      zoneIds: found.map(({ id }) => id),
      groupNames: found.length === 0 ? [] : [groupName(region)],
      ...args,
    };
  },
};

/** The zone of the site's region that has a name; undefined when there is none. */
export function zoneNamed(name: string | undefined, site: Site): Zone | undefined {
  return zones(site.region).find((zone) => zone.name === name);
}

function isWanted(zone: Zone, args: Values, region: string): boolean {
  const state = textAt(args, "state");
  if (textsAt(args, "excludeNames").includes(zone.name) || textsAt(args, "excludeZoneIds").includes(zone.id))
    return false;
  if (state !== undefined && state !== "available") return false;
  return objectsAt(args, "filters").every((filter) => {
    const name = textAt(filter, "name") ?? "";
    const property = FILTERS[name];
    if (property === undefined) throw new CloudError("InvalidParameterValue", `The filter '${name}' is invalid`);
    return textsAt(filter, "values").includes(property(zone, region));
  });
}

function groupName(region: string): string {
  return `${region}-zg-1`;
}
