import { z } from "zod";

const managed = z
  .strictObject({
    engine: z.enum(["mariadb", "mysql", "postgres"]).describe("Which database."),
    version: z
      .string()
      .regex(/^\d+(\.\d+)*$/, "a version such as 11.4")
      .optional()
      .describe("Version of the engine; a tried one of the engine when not given."),
    instanceClass: z
      .string()
      .regex(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, "a class such as db.t4g.micro")
      .default("db.t4g.micro")
      .describe("Size of the instance."),
    storageGb: z.int().min(20).max(65536).default(30).describe("Storage in GiB; it can grow, never shrink."),
    maxStorageGb: z.int().min(20).max(65536).optional().describe("Storage that it may grow to by itself, in GiB."),
    multiAz: z.boolean().default(false).describe("A standby in another zone."),
    backupDays: z.int().min(0).max(35).default(7).describe("Days that automatic backups are kept; 0 makes none."),
    protect: z.boolean().default(false).describe("Whether it is protected from deletion."),
    finalSnapshot: z.boolean().default(true).describe("Whether a snapshot is taken when it is deleted."),
    snapshot: z.string().min(1).optional().describe("Snapshot to restore from, when it is first made."),
    name: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,62}$/, "lower-case letters, digits and underscores, starting with a letter")
      .optional()
      .describe("Name of the database; the application's when not given."),
    username: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,31}$/, "lower-case letters, digits and underscores, starting with a letter")
      .refine((name) => !["admin", "root", "rdsadmin", "postgres"].includes(name), "a name that no engine reserves")
      .default("app")
      .describe("The application's own user, apart from the master user."),
    password: z
      .string()
      .regex(/^[A-Za-z0-9_-]{16,64}$/, "16 to 64 letters, digits, hyphens and underscores")
      .optional()
      .meta({ secret: true })
      .describe("Password of that user; a random one when not given. Set it with --secret."),
    parameters: z
      .record(z.string(), z.union([z.string(), z.number()]).transform(String))
      .default({})
      .describe("Parameters of the engine, over those of its defaults."),
  })
  .describe("An RDS instance in private subnets, encrypted.");

const outside = z.strictObject({
  engine: z.literal("url").describe("Which database."),
  url: z
    .string()
    .regex(/^[a-z][a-z0-9+.-]*:\/\/\S+$/i, "a URL with a scheme, such as postgresql://user:password@host/name")
    .meta({ secret: true })
    .describe("SQLAlchemy URL of a database that is there already; set it with --secret."),
});

const onInstance = z
  .strictObject({ engine: z.literal("sqlite").describe("Which database.") })
  .describe("A SQLite file on the only instance; it is gone with the instance.");

const MEANING = "Database of the application.";

/** The relational database. */
export const databaseSchema = z
  .discriminatedUnion("engine", [managed, outside])
  .prefault({ engine: "mariadb" })
  .describe(MEANING);

/** The relational database, where a file may stand in for it. */
export const databaseOrFileSchema = z
  .discriminatedUnion("engine", [managed, outside, onInstance])
  .prefault({ engine: "mariadb" })
  .describe(MEANING);
