/** What Valkey is told, in a container and at ElastiCache. */
import type { ReplicationGroupArgs } from "@pulumi/aws/elasticache/replicationGroup";
import type { ContainerHost, ServiceArgs } from "../container";
import type { SecurityGroup } from "../network";
import type { Kind } from "./args";

export const PORT = 6379;

/** Percent of the container's memory that data may take; the rest is for buffers, connections and fragmentation. */
const DATA_PERCENT = 75;
const CPU = 256;

/** Valkey in a container that keeps nothing on disk. */
export function containerArgs(memory: number, host: ContainerHost, securityGroup: SecurityGroup): ServiceArgs {
  const data = Math.floor((memory * DATA_PERCENT) / 100);
  return {
    host,
    image: "docker.io/valkey/valkey:8-alpine",
    // Without a password the server takes connections from its own machine only, unless it is told otherwise.
    command: [
      ...["valkey-server", "--protected-mode", "no", "--save", "", "--appendonly", "no"],
      ...["--maxmemory", `${data}mb`, "--maxmemory-policy", "allkeys-lru"],
    ],
    cpu: CPU,
    memory,
    port: PORT,
    healthCheck: { command: ["CMD", "valkey-cli", "ping"], interval: 10, startPeriod: 10 },
    count: { min: 1, max: 1 },
    // Two at a time would each hold their own half of the truth.
    deployment: { minimumHealthyPercent: 0, maximumPercent: 100 },
    discovery: "cache",
    securityGroup,
  };
}

/** Valkey at ElastiCache; apart from its name and its place in the network. */
export function nodesArgs({ nodeType, replicas }: Kind<"elasticache">): ReplicationGroupArgs {
  return {
    description: "Cache of the application",
    engine: "valkey",
    engineVersion: "8.0",
    parameterGroupName: "default.valkey8",
    nodeType,
    port: PORT,
    numCacheClusters: replicas + 1,
    automaticFailoverEnabled: replicas > 0,
    multiAzEnabled: replicas > 0,
    atRestEncryptionEnabled: true,
    // Both with and without TLS: an application that gets a host alone connects without.
    transitEncryptionEnabled: true,
    transitEncryptionMode: "preferred",
    autoMinorVersionUpgrade: true,
    snapshotRetentionLimit: 0,
    applyImmediately: true,
  };
}
