import type { Model } from "../../model";
import { listener } from "./listener";
import { listenerRule } from "./listener-rule";
import { loadBalancer } from "./load-balancer";
import { targetGroup } from "./target-group";

/** Elastic Load Balancing. */
export const lb: Model[] = [loadBalancer, targetGroup, listener, listenerRule];
