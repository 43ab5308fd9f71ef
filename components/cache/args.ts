import type { ReplicationGroupArgs } from "@pulumi/aws/elasticache/replicationGroup";
import type { SubnetGroupArgs } from "@pulumi/aws/elasticache/subnetGroup";
import type { Transforms } from "../component";
import type { Settings } from "../config";
import type { ContainerHost, ServiceArgs } from "../container";
import type { SecurityGroup } from "../network";

/** Children of a cache, by role; which of them there are is for its kind to say. */
export interface CacheChildren {
  guard: ConstructorParameters<typeof SecurityGroup>[1];
  /** The Valkey container. */
  service: ServiceArgs;
  /** Subnets of the ElastiCache nodes. */
  subnets: SubnetGroupArgs;
  /** The ElastiCache nodes. */
  nodes: ReplicationGroupArgs;
}

/** Arguments of a cache. */
export interface CacheArgs {
  /** What the stack asks for. */
  cache: Settings["ecs"]["cache"];
  host: ContainerHost;
  /** Environment variable that carries the host, such as `REDIS_HOST`. */
  variable: string;
  /** Changes a child before it is made. */
  transform?: Transforms<CacheChildren>;
}
