import { z } from "zod";

const architecture = z
  .enum(["amd64", "arm64"])
  .default("amd64")
  .describe("Processor architecture of images and machines.");

/** What the containers run on. */
export const capacitySchema = z
  .discriminatedUnion("kind", [
    z
      .strictObject({ kind: z.enum(["fargate", "fargate-spot"]).describe("Whose machines."), architecture })
      .describe("Machines that AWS keeps; spot ones may be taken away, with two minutes' notice."),
    z
      .strictObject({
        kind: z.literal("ec2").describe("Whose machines."),
        architecture,
        instanceType: z
          .string()
          .regex(/^[a-z][a-z0-9-]*\.[a-z0-9]+$/, "an instance type such as t3.medium")
          .default("t3.medium")
          .describe("Type of each instance; fits the architecture."),
        size: z.int().min(1).max(100).default(2).describe("Instances at least: the cluster's size."),
        maxSize: z.int().min(1).max(200).optional().describe("Instances at most; twice the size when not given."),
        keyName: z.string().min(1).max(255).optional().describe("EC2 key pair for SSH; none when not given."),
      })
      .describe("EC2 instances of the stack's own, in an auto scaling group."),
  ])
  .prefault({ kind: "fargate" })
  .describe("What the containers run on.");
