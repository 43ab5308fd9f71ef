import type { Model } from "../../model";
import { instance } from "./instance";
import { parameterGroup } from "./parameter-group";
import { subnetGroup } from "./subnet-group";

/** Types of RDS. */
export const rds: readonly Model[] = [subnetGroup, parameterGroup, instance];
