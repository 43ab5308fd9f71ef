import { z } from "zod";
import { keptBrokerSchema } from "./aws/broker";
import { keptCacheSchema } from "./aws/cache";
import { databaseOrFileSchema } from "./aws/database";
import { environmentLoadBalancerSchema } from "./aws/load-balancer";
import { monitoringSchema } from "./aws/monitoring";
import { networkSchema } from "./aws/network";

const instanceType = z
  .string()
  .regex(/^[a-z][a-z0-9-]*\.[a-z0-9]+$/, "an instance type such as t3.small")
  .default("t3.small")
  .describe("Type of each instance.");

const batch = z.int().min(1).max(100).default(50).describe("Percent of the instances that are replaced at a time.");

/** Where the web process runs. */
const webSchema = z
  .discriminatedUnion("kind", [
    z
      .strictObject({ kind: z.literal("single").describe("How many instances there are."), instanceType })
      .describe("One instance with an address of its own, whatever processes.web.count says."),
    z
      .strictObject({
        kind: z.literal("balanced").describe("How many instances there are."),
        instanceType,
        cpu: z.int().min(10).max(95).default(60).describe("Percent of CPU above which an instance is added."),
      })
      .describe("As many instances as processes.web.count says, behind a load balancer."),
  ])
  .prefault({ kind: "single" })
  .describe("The environment of the web process.");

/** Where the Celery processes run. */
const celerySchema = z
  .discriminatedUnion("place", [
    z
      .strictObject({ place: z.literal("small").describe("Where worker and beat run.") })
      .describe("Beside the web process, one worker on each of its instances."),
    z
      .strictObject({
        place: z.literal("worker-environment").describe("Where worker and beat run."),
        instanceType,
      })
      .describe("In an environment of their own, with as many instances as processes.worker.count says."),
  ])
  .prefault({ place: "small" })
  .describe("Where the Celery processes run.");

/** How a release takes the place of the one before. */
const deploymentSchema = z
  .discriminatedUnion("kind", [
    z
      .strictObject({ kind: z.literal("all-at-once").describe("How a new release replaces the old one.") })
      .describe("On every instance at the same time; nothing answers meanwhile."),
    z
      .strictObject({ kind: z.literal("rolling").describe("How a new release replaces the old one."), batch })
      .describe("On some instances after others, which carry the traffic meanwhile."),
    z
      .strictObject({ kind: z.literal("extra-batch").describe("How a new release replaces the old one."), batch })
      .describe("The same, with instances added first, so that no capacity is missed."),
    z
      .strictObject({ kind: z.literal("immutable").describe("How a new release replaces the old one.") })
      .describe("On new instances, which take the place of the old ones when all of them are healthy."),
    z
      .strictObject({
        kind: z.literal("canary").describe("How a new release replaces the old one."),
        percent: z.int().min(1).max(100).default(10).describe("Percent of the requests that try it first."),
        minutes: z.int().min(3).max(600).default(5).describe("Minutes that it is tried for."),
      })
      .describe("On new instances that some of the requests try first; workers are replaced as with immutable."),
  ])
  .prefault({ kind: "all-at-once" })
  .describe("How a new release replaces the old one.");

/** What only the target `beanstalk` needs to know. */
export const beanstalkSchema = z
  .strictObject({
    platform: z
      .string()
      .min(1)
      .default(String.raw`^64bit Amazon Linux 2023 v4\.\d+\.\d+ running Python 3\.13$`)
      .describe("Regular expression of the platform's name; the newest platform that fits is taken."),
    web: webSchema,
    celery: celerySchema,
    deployment: deploymentSchema,
    commandSeconds: z
      .int()
      .min(60)
      .max(3600)
      .default(600)
      .describe("Seconds that an instance may take to install and start a release, migrations included."),
    updates: z
      .strictObject({
        enabled: z.boolean().default(false).describe("Whether Elastic Beanstalk renews the platform by itself."),
        window: z
          .string()
          .regex(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d$/, "a day and a time such as Sun:03:00")
          .default("Sun:03:00")
          .describe("Day and time, UTC, at which it begins to."),
        level: z.enum(["patch", "minor"]).default("minor").describe("Largest step that it takes."),
      })
      .prefault({})
      .describe("Managed updates of the platform."),
    network: networkSchema,
    database: databaseOrFileSchema,
    broker: keptBrokerSchema,
    cache: keptCacheSchema,
    loadBalancer: environmentLoadBalancerSchema,
    monitoring: monitoringSchema,
    diskGb: z.int().min(8).max(16384).default(10).describe("Disk of each instance in GiB."),
    exec: z
      .boolean()
      .default(false)
      .describe("Whether commands can be run on an instance, through AWS Systems Manager."),
    keyName: z.string().min(1).max(255).optional().describe("EC2 key pair for SSH; none when not given."),
    keepVersions: z.int().min(2).max(500).default(30).describe("Releases that can be put back; older ones go."),
    tags: z
      .record(z.string().min(1).max(128), z.string().max(256))
      .default({})
      .describe("Tags of every resource, beside project, stack and application."),
  })
  .prefault({})
  .describe("The target beanstalk: instances that Elastic Beanstalk keeps.");
