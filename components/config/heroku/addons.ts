import { z } from "zod";
import { CLOUDAMQP_PLANS, POSTGRES_PLANS, REDIS_PLANS } from "./tables";

const url = z
  .string()
  .regex(/^[a-z][a-z0-9+.-]*:\/\/\S+$/i, "a URL with a scheme, such as postgresql://user:password@host/name")
  .meta({ secret: true });

const postgresPlan = z.enum(POSTGRES_PLANS);
const redisPlan = z.enum(REDIS_PLANS).default("mini");
const kind = <const Name extends string>(name: Name, part: string) => z.literal(name).describe(`Which ${part}.`);

export const databaseSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: kind("postgres", "database"),
      plan: postgresPlan.default("essential-0").describe("Plan of Heroku Postgres."),
      version: z
        .string()
        .regex(/^\d{2}$/, "a major version such as 17")
        .optional()
        .describe("Major version of PostgreSQL; Heroku's own choice when not given."),
      protect: z.boolean().default(false).describe("Whether a database that would be removed stops the deployment."),
      previous: z
        .strictObject({
          plan: postgresPlan.describe("Plan of the database that was there first."),
          serves: z.boolean().default(true).describe("Whether the application still uses that one."),
        })
        .optional()
        .describe("While the database moves to another plan: the one that it moves from."),
    }),
    z.strictObject({
      kind: kind("url", "database"),
      url: url.describe("SQLAlchemy URL of a database that is there already; set it with --secret."),
    }),
    z.strictObject({ kind: kind("none", "database") }).describe("The application needs no database."),
  ])
  .prefault({ kind: "postgres" })
  .describe("Database of the application.");

export const brokerSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: kind("cloudamqp", "broker"),
      plan: z.enum(CLOUDAMQP_PLANS).default("lemur").describe("Plan of CloudAMQP, or of Heroku Key-Value Store."),
    }),
    z.strictObject({ kind: kind("redis", "broker"), plan: redisPlan.describe("Plan of Heroku Key-Value Store.") }),
    z.strictObject({
      kind: kind("url", "broker"),
      url: url.describe("Celery broker URL of one that is there already; set it with --secret."),
    }),
  ])
  .prefault({ kind: "cloudamqp" })
  .describe("Broker of the Celery workers; none is made for an application without Celery.");

export const cacheSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: kind("none", "cache") }).describe("No cache."),
    z
      .strictObject({ kind: kind("redis", "cache"), plan: redisPlan.describe("Plan of Heroku Key-Value Store.") })
      .describe("A cache whose whole URL, with its password, is in app.variables.cacheHost."),
  ])
  .prefault({ kind: "none" })
  .describe("Cache of the application.");
