/** What runs an application: containers, environments, images, bundles, load balancers, names, certificates, scaling, functions. */
import type { Lookup, Model } from "../model";
import { acm } from "./acm";
import { appautoscaling } from "./appautoscaling";
import { ecr, ecrLookups } from "./ecr";
import { ecs } from "./ecs";
import { elasticbeanstalk, elasticbeanstalkLookups } from "./elasticbeanstalk";
import { lambda } from "./lambda";
import { lb } from "./lb";
import { route53 } from "./route53";
import { s3 } from "./s3";
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
  ...elasticbeanstalk,
  ...s3,
];

export const runLookups: Lookup[] = [...ecrLookups, ...elasticbeanstalkLookups];
