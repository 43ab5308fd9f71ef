import { z } from "zod";
import { uuid } from "./build";
import { REGIONS, STAGES } from "./tables";

const stage = z.enum(STAGES).describe("Stage of this stack's app.");

const reviewAppsSchema = z
  .strictObject({
    repository: z
      .string()
      .regex(/^[\w.-]+\/[\w.-]+$/, "owner/name of a repository at GitHub")
      .describe("Repository at GitHub, owner/name, that the pipeline has been connected to in Heroku's dashboard."),
    automatic: z.boolean().default(true).describe("Whether every pull request gets an app."),
    baseName: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,20}$/, "2 to 21 small letters, digits and hyphens, starting with a letter")
      .optional()
      .describe("Start of the apps' names; Heroku's own choice when not given."),
    staleDays: z
      .int()
      .min(1)
      .max(30)
      .default(5)
      .describe("Days without a deployment after which such an app is removed."),
    waitForCi: z.boolean().default(false).describe("Whether an app is made only once the checks have passed."),
    region: z.enum(REGIONS).optional().describe("Region of the apps; heroku.region when not given."),
  })
  .optional()
  .describe("Apps that Heroku makes of pull requests.");

export const pipelineSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("new").describe("Whether this stack makes the pipeline."),
      name: z
        .string()
        .regex(/^[a-z][a-z0-9-]{2,29}$/, "3 to 30 small letters, digits and hyphens, starting with a letter")
        .describe("Name of the pipeline."),
      owner: z
        .strictObject({
          id: uuid.describe("UUID of the team or user."),
          type: z.enum(["team", "user"]).describe("What owns it."),
        })
        .optional()
        .describe("Owner of the pipeline; whoever deploys when not given."),
      stage,
      reviewApps: reviewAppsSchema,
    }),
    z.strictObject({
      kind: z.literal("existing").describe("Whether this stack makes the pipeline."),
      id: uuid.describe("UUID of a pipeline that is there; the output pipelineId of the stack that made it."),
      stage,
    }),
  ])
  .optional()
  .describe("The pipeline that this stack's app is a stage of.");
