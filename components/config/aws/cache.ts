import { z } from "zod";

const none = z.strictObject({ kind: z.literal("none").describe("Which cache.") }).describe("No cache.");

const container = z
  .strictObject({
    kind: z.literal("redis-container").describe("Which cache."),
    memory: z.int().min(64).max(30720).default(512).describe("Memory in MiB."),
  })
  .describe("Valkey in a container.");

const elasticache = z
  .strictObject({
    kind: z.literal("elasticache").describe("Which cache."),
    nodeType: z
      .string()
      .regex(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, "a type such as cache.t4g.micro")
      .default("cache.t4g.micro")
      .describe("Size of each node."),
    replicas: z.int().min(0).max(5).default(0).describe("Nodes beside the first, in other zones."),
    clusterMode: z
      .literal(false, "false: Celery's Redis client uses keys of several slots in one command, which a cluster refuses")
      .default(false)
      .describe("Whether keys are spread over several shards; Celery cannot work with that."),
  })
  .describe("Valkey kept by ElastiCache.");

const MEANING = "Cache of the application, named to it by app.variables.cacheHost.";

/** The cache, which holds nothing that cannot be computed again, where containers can run. */
export const cacheSchema = z
  .discriminatedUnion("kind", [none, container, elasticache])
  .prefault({ kind: "none" })
  .describe(MEANING);

/** The cache, where AWS has to keep it. */
export const keptCacheSchema = z
  .discriminatedUnion("kind", [none, elasticache])
  .prefault({ kind: "none" })
  .describe(MEANING);
