import { z } from "zod";

const url = z
  .string()
  .regex(/^[a-z][a-z0-9+.-]*:\/\/\S+$/i, "a URL with a scheme, such as postgresql://user:password@host/name")
  .meta({ secret: true });

/** What only the target `local` needs to know. */
export const localSchema = z
  .strictObject({
    port: z.int().min(1).max(65535).default(8080).describe("Loopback port that the application answers on."),
    python: z
      .string()
      .min(1)
      .default("python3")
      .describe("Python 3.9 or newer for the application: a command, a version such as 3.12, or a path."),
    database: z
      .discriminatedUnion("kind", [
        z
          .strictObject({ kind: z.literal("sqlite").describe("Which database.") })
          .describe("A SQLite file in the stack's folder."),
        z.strictObject({
          kind: z.literal("url").describe("Which database."),
          url: url.describe("SQLAlchemy URL; set it with --secret."),
        }),
      ])
      .prefault({ kind: "sqlite" })
      .describe("Database of the application."),
    broker: z
      .discriminatedUnion("kind", [
        z
          .strictObject({ kind: z.enum(["auto", "embedded", "redis", "rabbitmq"]).describe("Which broker.") })
          .describe(
            "A broker of this stack's own: installed on this machine, or embedded; auto takes what is installed.",
          ),
        z.strictObject({
          kind: z.literal("url").describe("Which broker."),
          url: url.describe("Celery broker URL; set it with --secret."),
        }),
      ])
      .prefault({ kind: "auto" })
      .describe("Broker of the Celery workers."),
  })
  .describe("The target local: this machine.");
