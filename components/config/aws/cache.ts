import { z } from "zod";

/** The cache, which holds nothing that cannot be computed again. */
export const cacheSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none").describe("Which cache.") }).describe("No cache."),
    z
      .strictObject({
        kind: z.literal("redis-container").describe("Which cache."),
        memory: z.int().min(64).max(30720).default(512).describe("Memory in MiB."),
      })
      .describe("Valkey in a container."),
    z
      .strictObject({
        kind: z.literal("elasticache").describe("Which cache."),
        nodeType: z
          .string()
          .regex(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, "a type such as cache.t4g.micro")
          .default("cache.t4g.micro")
          .describe("Size of each node."),
        replicas: z.int().min(0).max(5).default(0).describe("Nodes beside the first, in other zones."),
        clusterMode: z
          .literal(
            false,
            "false: Celery's Redis client uses keys of several slots in one command, which a cluster refuses",
          )
          .default(false)
          .describe("Whether keys are spread over several shards; Celery cannot work with that."),
      })
      .describe("Valkey kept by ElastiCache."),
  ])
  .prefault({ kind: "none" })
  .describe("Cache of the application, named to it by app.variables.cacheHost.");
