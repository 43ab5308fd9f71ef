import { z } from "zod";
import { brokerSchema, cacheSchema, databaseSchema } from "./heroku/addons";
import { buildSchema } from "./heroku/build";
import { pipelineSchema } from "./heroku/pipeline";
import { DYNOS, REGIONS, STACKS, type DynoSize } from "./heroku/tables";

const size = (process: string) =>
  z
    .enum(Object.keys(DYNOS) as [DynoSize, ...DynoSize[]])
    .default("basic")
    .describe(`Size of the dynos of ${process}.`);

/** What only the target `heroku` needs to know. */
export const herokuSchema = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[a-z][a-z0-9-]{1,28}[a-z0-9]$/,
        "3 to 30 small letters, digits and hyphens, starting with a letter and not ending with a hyphen",
      )
      .optional()
      .describe("Name of the app, unlike every other at Heroku; app.name and a few random digits when not given."),
    region: z.enum(REGIONS).default("us").describe("Where the app and its add-ons are."),
    team: z.string().min(1).optional().describe("Team that owns the app; whoever deploys when not given."),
    stack: z.enum(STACKS).default("heroku-24").describe("Operating system of the dynos, where buildpacks build."),
    build: buildSchema,
    database: databaseSchema,
    broker: brokerSchema,
    cache: cacheSchema,
    dynos: z
      .strictObject({
        web: size("web"),
        worker: size("worker"),
        beat: size("beat"),
        preboot: z
          .boolean()
          .default(false)
          .describe("Whether the web dynos of a new release take over once they run, so that none is missing."),
      })
      .prefault({})
      .describe("The dynos; how many there are of each is in processes."),
    domains: z
      .array(
        z
          .string()
          .regex(
            /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
            "a name such as www.example.com; Heroku gets no certificates for wildcards",
          ),
      )
      .default([])
      .describe("Domains that the application answers to, with certificates that Heroku gets."),
    drain: z
      .strictObject({
        url: z
          .string()
          .regex(/^(https|syslog\+tls|syslog):\/\/\S+$/, "a URL that starts with https://, syslog+tls:// or syslog://")
          .meta({ secret: true })
          .describe("Where the logs are sent to; set it with --secret."),
      })
      .optional()
      .describe("Where the logs are sent to, beside Heroku's own short memory."),
    pipeline: pipelineSchema,
  })
  .prefault({})
  .describe("The target heroku: dynos and add-ons at Heroku.");
