import { z } from "zod";

export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "a UUID in small letters, such as Heroku's API gives");
const version = z.string().regex(/^[0-9a-f]{12}$/, "a version of 12 hex digits, as slipway releases lists it");
const kind = <const Name extends string>(name: Name) => z.literal(name).describe("How a release comes about.");

export const buildSchema = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: kind("buildpack"),
        python: z
          .string()
          .regex(/^3\.\d{1,2}(\.\d{1,2})?$/, "a version such as 3.13")
          .optional()
          .describe("Version of Python; that of the application's own .python-version, else 3.13, when not given."),
        buildpacks: z
          .array(z.string().min(1))
          .min(1)
          .default(["heroku/python"])
          .describe("Buildpacks, in their order: names or URLs."),
      })
      .describe("Heroku builds the source with buildpacks."),
    z
      .strictObject({
        kind: kind("image"),
        base: z
          .string()
          .regex(/^[a-z0-9][A-Za-z0-9._:/@-]*$/, "an image such as python:3.13-slim-bookworm")
          .default("python:3.13-slim-bookworm")
          .describe("Image that the application's is built on: Debian with Python."),
      })
      .describe("Heroku builds a container image from a Dockerfile of Slipway's, on its stack container."),
    z
      .strictObject({
        kind: kind("slug"),
        id: uuid.describe("UUID of the slug."),
        version: version.describe("Version of the release that the slug is of."),
        migrate: z
          .boolean()
          .default(false)
          .describe(
            "Whether the release migrates the database, as one of another app does that is newer than this one's.",
          ),
      })
      .describe(
        "A slug that Heroku has already: of an older release, which leaves the database as it is, or of another app.",
      ),
    z
      .strictObject({
        kind: kind("promotion"),
        app: uuid.describe("UUID of the app that it is promoted from; the output appId of its stack."),
        release: uuid.describe("UUID of that app's release; the output releaseId of its stack."),
        version: version.optional().describe("Version of that release, as slipway releases lists it."),
      })
      .describe("A release of another app of the pipeline, as it was built and tried there."),
  ])
  .prefault({ kind: "buildpack" })
  .describe("How a release comes about.");
