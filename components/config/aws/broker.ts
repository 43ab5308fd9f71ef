import { z } from "zod";

const username = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{1,30}$/,
    "2 to 31 lower-case letters, digits, hyphens and underscores, starting with a letter",
  )
  .default("app")
  .describe("User of the broker.");
const password = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,64}$/, "16 to 64 letters, digits, hyphens and underscores")
  .optional()
  .meta({ secret: true })
  .describe("Password of that user; a random one when not given. Set it with --secret.");
const version = (fallback: string) =>
  z
    .string()
    .regex(/^\d+\.\d+$/, "a version such as 4.2")
    .default(fallback)
    .describe("Version of RabbitMQ.");

const container = z
  .strictObject({
    kind: z.literal("rabbitmq-container").describe("Which broker."),
    version: version("4.2"),
    cpu: z.int().min(128).max(16384).default(256).describe("CPU units; 1024 are one processor."),
    memory: z.int().min(256).max(122880).default(1024).describe("Memory in MiB."),
    username,
    password,
  })
  .describe("RabbitMQ in a container, its queues on storage that outlives the machine.");

const amazonMq = z
  .strictObject({
    kind: z.literal("amazon-mq").describe("Which broker."),
    version: version("3.13"),
    instanceType: z
      .string()
      .regex(/^mq\.[a-z0-9]+\.[a-z0-9]+$/, "a type such as mq.m7g.medium")
      .default("mq.m7g.medium")
      .describe("Size of each node."),
    replicated: z.boolean().default(false).describe("Three nodes in different zones instead of one."),
    username,
    password,
  })
  .describe("RabbitMQ kept by Amazon MQ.");

const sqs = z
  .strictObject({
    kind: z.literal("sqs").describe("Which broker."),
    queues: z
      .array(z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, "1 to 40 letters, digits, hyphens and underscores"))
      .min(1)
      .default(["celery"])
      .describe("Celery queues; the first is the default one."),
    visibilityTimeout: z
      .int()
      .min(60)
      .max(43200)
      .default(43200)
      .describe("Seconds after which an unfinished task is delivered again; above every ETA and countdown."),
    maxReceives: z.int().min(2).max(1000).default(5).describe("Deliveries of a task before it is put aside."),
  })
  .describe("SQS, with a queue for what failed too often.");

const MEANING = "Broker of the Celery workers.";

/** The broker of the Celery workers, where containers can run. */
export const brokerSchema = z
  .discriminatedUnion("kind", [container, amazonMq, sqs])
  .prefault({ kind: "sqs" })
  .describe(MEANING);

/** The broker of the Celery workers, where AWS has to keep it. */
export const keptBrokerSchema = z
  .discriminatedUnion("kind", [amazonMq, sqs])
  .prefault({ kind: "sqs" })
  .describe(MEANING);
