/**
 * The whole stack config under the namespace `slipway`, as one schema. Types, checks, defaults, the JSON Schema for
 * editors and the table that `slipway config` prints all come from here.
 */
import { z } from "zod";
import { processesSchema } from "./processes";
import { beanstalkSchema } from "./beanstalk";
import { ecsSchema } from "./ecs";
import { herokuSchema } from "./heroku";
import { localSchema } from "./local";
import { serverSchema } from "./server";
import { appSchema } from "./app";

/** Targets that Slipway knows; which of them this version can deploy to is the program's to say. */
export const TARGETS = ["local", "heroku", "beanstalk", "ecs"] as const;
export type TargetName = (typeof TARGETS)[number];

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const variableName = z
  .string()
  .regex(VARIABLE_NAME, "letters, digits and underscores, not starting with a digit")
  .refine(
    (name) => !name.startsWith("SLIPWAY_"),
    "a name that does not start with SLIPWAY_, which Slipway uses itself",
  );

const variableValue = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .refine((value) => !value.includes("\0"), "a text without NUL characters, which no environment can hold");

export const settingsSchema = z.strictObject({
  environment: z
    .enum(["dev", "stg", "prod"])
    .default("dev")
    .describe("Which environment this stack is; picks the profile of defaults (stg uses prod's) and WEBAPP_ENV."),
  app: appSchema,
  server: serverSchema.prefault({}),
  processes: processesSchema.prefault({}),
  env: z
    .record(variableName, variableValue)
    .default({})
    .describe("Plain environment variables for every process of the application."),
  secrets: z
    .record(variableName, variableValue)
    .default({})
    .describe("Secret environment variables; set each with --secret.")
    .meta({ secret: true }),
  targets: z
    .array(z.enum(TARGETS))
    .min(1)
    .refine((names) => new Set(names).size === names.length, "each target once")
    .describe("Where the application runs: the components that this stack instantiates."),
  local: localSchema.prefault({}),
  heroku: herokuSchema,
  beanstalk: beanstalkSchema,
  ecs: ecsSchema,
});

/** A stack's config, checked and with every default filled in. */
export type Settings = z.output<typeof settingsSchema>;

/** What a person may write: the same with the defaults left out. */
export type SettingsInput = z.input<typeof settingsSchema>;
