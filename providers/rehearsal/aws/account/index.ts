import type { Lookup } from "../../model";
import { getCallerIdentity, getPartition, getRegion } from "./identity";
import { getParameter } from "./parameters";
import { getAvailabilityZones } from "./zones";

export const accountLookups: Lookup[] = [
  getCallerIdentity,
  getPartition,
  getRegion,
  getParameter,
  getAvailabilityZones,
];
