import type { ReplicationGroupArgs } from "@pulumi/aws/elasticache/replicationGroup";
import type { SubnetGroupArgs } from "@pulumi/aws/elasticache/subnetGroup";
import type { Transforms } from "../component";
import type { Settings } from "../config";
import type { ContainerHost, ServiceArgs } from "../container";
import type { Place, SecurityGroup } from "../network";

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

type AnyCache = Settings["ecs"]["cache"];

/** What a stack asks for, where it is of this kind. */
export type Kind<Name extends AnyCache["kind"]> = Extract<AnyCache, { kind: Name }>;

/** Arguments of a cache that runs in a container. */
export type InContainer = Common & { cache: Kind<"redis-container">; host: ContainerHost };

/** Arguments of a cache. One that AWS keeps needs a place in a network; a container, a host besides. */
export type CacheArgs = Common &
  ({ cache: Kind<"none" | "elasticache">; host: Place } | { cache: AnyCache; host: ContainerHost });

/** What caches of all kinds are told. */
interface Common {
  /** Environment variable that carries the host, such as `REDIS_HOST`. */
  variable: string;
  /** Changes a child before it is made. */
  transform?: Transforms<CacheChildren>;
}
