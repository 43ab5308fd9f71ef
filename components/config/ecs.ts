import { z } from "zod";
import { brokerSchema } from "./aws/broker";
import { cacheSchema } from "./aws/cache";
import { capacitySchema } from "./aws/capacity";
import { databaseSchema } from "./aws/database";
import { imageSchema } from "./aws/image";
import { loadBalancerSchema } from "./aws/load-balancer";
import { monitoringSchema } from "./aws/monitoring";
import { networkSchema } from "./aws/network";

const percent = (least: number, most: number) => z.int().min(least).max(most);

/** What only the target `ecs` needs to know. */
export const ecsSchema = z
  .strictObject({
    network: networkSchema,
    capacity: capacitySchema,
    database: databaseSchema,
    broker: brokerSchema,
    cache: cacheSchema,
    image: imageSchema,
    loadBalancer: loadBalancerSchema,
    monitoring: monitoringSchema,
    deployment: z
      .strictObject({
        minimumHealthyPercent: percent(0, 100).default(50).describe("Share of the tasks that serves throughout."),
        maximumPercent: percent(100, 400).default(200).describe("Share of the tasks that may run at a time."),
      })
      .prefault({})
      .describe("How a new release replaces the old one."),
    autoscaling: z
      .strictObject({
        cpu: percent(10, 95).default(60).describe("Percent of its CPU that a process is held at."),
        memory: percent(10, 95).default(75).describe("Percent of its memory that a process is held at."),
        requestsPerTarget: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(1000)
          .describe("Requests a minute for each web process."),
        backlogPerWorker: z.int().min(1).max(1_000_000).default(100).describe("Waiting tasks for each worker (SQS)."),
      })
      .prefault({})
      .describe("What a process is scaled by, where its count is a range."),
    exec: z.boolean().default(false).describe("Whether a shell can be opened in a running container."),
    tags: z
      .record(z.string().min(1).max(128), z.string().max(256))
      .default({})
      .describe("Tags of every resource, beside project, stack and application."),
  })
  .prefault({})
  .describe("The target ecs: containers on AWS.");
