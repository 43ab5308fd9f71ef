/** What runs an application: containers, images, load balancers, names, certificates, scaling, functions. */
import type { Lookup, Model } from "../model";
import { acm } from "./acm";
import { appautoscaling } from "./appautoscaling";
import { ecr, ecrLookups } from "./ecr";
import { ecs } from "./ecs";
import { lambda } from "./lambda";
import { lb } from "./lb";
import { route53 } from "./route53";
import { servicediscovery } from "./servicediscovery";

export const runModels: Model[] = [
  ...ecs,
  ...ecr,
  ...lb,
  ...acm,
  ...route53,
  ...servicediscovery,
  ...appautoscaling,
  ...lambda,
];

export const runLookups: Lookup[] = [...ecrLookups];
