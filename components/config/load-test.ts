import { z } from "zod";

/** What `slipway load` does, and what it holds the application to. */
export const loadTestSchema = z
  .strictObject({
    scenario: z
      .string()
      .regex(/\.py$/, "a Python file")
      .optional()
      .describe(
        "Locust file, relative to the folder of Pulumi.yaml; made from the application's URL map when not given.",
      ),
    users: z.int().min(1).max(100_000).default(10).describe("Visitors at a time."),
    spawnRate: z.number().min(0.1).max(10_000).default(5).describe("Visitors that begin each second."),
    seconds: z.int().min(1).max(86_400).default(60).describe("How long it takes."),
    p95: z.int().min(1).max(600_000).default(500).describe("Milliseconds that 95 % of all answers take at most."),
    failures: z.number().min(0).max(100).default(1).describe("Percent of all requests that may fail."),
    throughput: z.number().min(0).max(1_000_000).default(0).describe("Requests answered each second, at least."),
    slower: z
      .number()
      .min(1)
      .max(1000)
      .default(50)
      .describe("Percent that the 95 % may be slower than those of the run before."),
  })
  .prefault({})
  .describe("Load tests: slipway load.");
