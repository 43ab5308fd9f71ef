import type { Model } from "../../model";
import { capacityProvider } from "./capacity-provider";
import { cluster } from "./cluster";
import { clusterCapacityProviders } from "./cluster-capacity-providers";
import { service } from "./service";
import { taskDefinition } from "./task-definition";

/** Elastic Container Service. */
export const ecs: Model[] = [cluster, capacityProvider, clusterCapacityProviders, taskDefinition, service];
