import { z } from "zod";

const ENTRY = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\(.*\))?$/;
const ATTRIBUTE = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$/;

const httpPath = z.string().regex(/^\/[^\s]*$/, "a path that starts with /");
const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "letters, digits and underscores, not starting with a digit");
const variable = (fallback: string, meaning: string) =>
  name.default(fallback).describe(`Environment variable that carries ${meaning}.`);

/** The application: where it lies, how it is entered, what it needs done around a deployment. */
export const appSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,30}$/, "1 to 31 lower-case letters, digits and hyphens, starting with a letter")
      .describe("Name of the application; every resource name starts with it."),
    source: z
      .string()
      .min(1)
      .describe("Folder of the application, relative to the folder of Pulumi.yaml, or absolute."),
    entry: z
      .string()
      .regex(ENTRY, "module:factory, module:app or module:factory('argument')")
      .describe("Flask application or factory, such as webapp:create_app."),
    celery: z
      .string()
      .regex(ATTRIBUTE, "module:attribute")
      .optional()
      .describe("Celery application, such as celery_runner:celery. Without it there is no worker and no broker."),
    requirements: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Requirements file or pyproject.toml inside the source; requirements.txt, else pyproject.toml, when not given.",
      ),
    migrate: z
      .string()
      .min(1)
      .optional()
      .describe("Command that migrates the database before a release is switched to."),
    seed: z.string().min(1).optional().describe("Command that fills a new database, run once."),
    health: z
      .strictObject({
        live: httpPath
          .default("/")
          .describe("Path that answers below 500 once the process is up, whatever it depends on."),
        ready: httpPath.default("/").describe("Path that answers below 500 once the application can serve."),
      })
      .prefault({})
      .describe("Where the application says how it is."),
    variables: z
      .strictObject({
        environment: variable("WEBAPP_ENV", "the environment's name"),
        database: variable("DB_URI", "the database URL, in SQLAlchemy's form"),
        broker: variable("CELERY_BROKER_URL", "the broker URL"),
        resultBackend: name
          .optional()
          .describe(
            "Environment variable that carries the URL of Celery's result backend; nothing does when not given.",
          ),
        cacheHost: variable("REDIS_HOST", "the host of the cache, where there is one"),
        secretKey: variable("SECRET_KEY", "a generated signing key"),
      })
      .prefault({})
      .describe("Names under which the application expects what Slipway provides."),
  })
  .describe("The application.");
