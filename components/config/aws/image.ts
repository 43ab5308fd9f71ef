import { z } from "zod";

const image = z
  .string()
  .regex(/^[a-z0-9.:/_-]+@sha256:[0-9a-f]{64}$/, "an image by digest, such as host/name@sha256:…");

/** The container images. */
export const imageSchema = z
  .strictObject({
    base: z
      .string()
      .regex(/^[a-z0-9][A-Za-z0-9._:/@-]*$/, "an image such as python:3.13-slim-bookworm")
      .default("python:3.13-slim-bookworm")
      .describe("Image that the application's images are built on: Debian with Python."),
    keep: z.int().min(2).max(1000).default(30).describe("Images of each repository that are kept."),
    buildOnPreview: z
      .boolean()
      .default(false)
      .describe("Whether a preview builds the images, to prove that they build."),
    web: image.optional().describe("An image of your own for the web process, instead of one that is built."),
    worker: image
      .optional()
      .describe("An image of your own for worker, beat and migrations, instead of one that is built."),
  })
  .prefault({})
  .describe("The container images.");
