import { z } from "zod";

const CPU = "CPU units of each process where it runs in a container; 1024 are one processor.";
const MEMORY = "Memory of each process in MiB, where it runs in a container.";

const limits = { least: 0, most: 100 };
const bound = z.int().min(limits.least).max(limits.most);
const count = (fallback: number) =>
  z
    .union([
      bound,
      z.strictObject({ min: bound.describe("Processes at least."), max: bound.describe("Processes at most.") }),
    ])
    .default(fallback)
    .transform((value) => (typeof value === "number" ? { min: value, max: value } : value))
    .describe("How many processes run; a range {min, max} where the target scales them.");
const stopTimeout = z
  .int()
  .min(1)
  .max(600)
  .default(30)
  .describe("Seconds that a process may take to finish its work before it is killed.");
const cpu = (fallback: number) => z.int().min(128).max(16384).default(fallback).describe(CPU);
const memory = (fallback: number) => z.int().min(128).max(122880).default(fallback).describe(MEMORY);

/** What runs. `web` always exists; `worker` and `beat` exist when they are named. */
export const processesSchema = z
  .strictObject({
    web: z
      .strictObject({ count: count(2), stopTimeout, cpu: cpu(256), memory: memory(512) })
      .prefault({})
      .describe("Processes that answer HTTP."),
    worker: z
      .strictObject({
        count: count(1),
        concurrency: z.int().min(1).max(1000).default(2).describe("Tasks that each worker runs at a time."),
        stopTimeout,
        softShutdown: z
          .int()
          .min(1)
          .max(600)
          .optional()
          .describe("Seconds that running tasks get before they are handed back; below stopTimeout."),
        longestEta: z
          .int()
          .min(0)
          .max(31_536_000)
          .default(3600)
          .describe("Longest ETA or countdown of a task, in seconds; brokers that deliver again must wait longer."),
        cpu: cpu(256),
        memory: memory(512),
      })
      .optional()
      .describe("Celery workers."),
    beat: z
      .strictObject({
        count: z
          .literal(1, "1: two schedulers would send every periodic task twice")
          .default(1)
          .describe("Exactly one."),
        cpu: cpu(256),
        memory: memory(512),
      })
      .optional()
      .describe("Celery beat, which starts periodic tasks: exactly one process."),
  })
  .describe("The processes of the application.");
