import type { Model } from "../../model";
import { replicationGroup } from "./replication-group";
import { subnetGroup } from "./subnet-group";

/** Types of ElastiCache. */
export const elasticache: readonly Model[] = [subnetGroup, replicationGroup];
