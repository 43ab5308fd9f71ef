/** What alarms and dashboard look at. */
import type * as pulumi from "@pulumi/pulumi";
import type { MonitoringArgs } from "../monitoring";
import type { Beanstalk } from "./args";
import type { Environments, Needs } from "./needs";

type Watched = Needs & { title: string; region: pulumi.Output<string>; environments: Environments };

/** Arguments of the monitoring; undefined where the config wants none. */
export function watched(
  { monitoring, web, database: wanted }: Beanstalk,
  { title, region, environments, database, broker }: Watched,
): MonitoringArgs | undefined {
  if (!monitoring.alarms && !monitoring.dashboard) return undefined;
  const { loadBalancerArn } = environments.web;
  const instance = database?.instance;
  return {
    monitoring,
    title: `${title}-beanstalk`,
    region,
    ...(web.kind === "balanced" && { loadBalancer: { arnSuffix: loadBalancerArn.apply(suffixOf) } }),
    environments: {
      web: environments.web.environmentName,
      ...(environments.worker && { worker: environments.worker.environmentName }),
    },
    ...(instance !== undefined &&
      "instanceClass" in wanted && {
        database: {
          identifier: instance.identifier,
          engine: wanted.engine,
          instanceClass: wanted.instanceClass,
          storageGb: wanted.storageGb,
        },
      }),
    queues: broker?.queueNames ?? {},
    ...(broker?.deadLetterName !== undefined && { deadLetterQueue: broker.deadLetterName }),
  };
}

/** As CloudWatch names a load balancer: `app/<name>/<id>`. */
function suffixOf(arn: string): string {
  return arn.slice(arn.indexOf("loadbalancer/") + "loadbalancer/".length);
}
