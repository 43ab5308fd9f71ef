import { z } from "zod";

const count = (fallback: number) => z.int().min(0).max(100).default(fallback).describe("How many processes run.");
const stopTimeout = z
  .int()
  .min(1)
  .max(600)
  .default(30)
  .describe("Seconds that a process may take to finish its work before it is killed.");

/** What runs. `web` always exists; `worker` and `beat` exist when they are named. */
export const processesSchema = z
  .strictObject({
    web: z
      .strictObject({ count: count(2), stopTimeout })
      .prefault({})
      .describe("Processes that answer HTTP."),
    worker: z
      .strictObject({
        count: count(1),
        concurrency: z.int().min(1).max(1000).default(2).describe("Tasks that each worker runs at a time."),
        stopTimeout,
      })
      .optional()
      .describe("Celery workers."),
    beat: z.strictObject({}).optional().describe("Celery beat, which starts periodic tasks: exactly one process."),
  })
  .describe("The processes of the application.");
