import { z } from "zod";

const port = (fallback: number, meaning: string) => z.int().min(1).max(65535).default(fallback).describe(meaning);
const memory = (fallback: number, of: string) =>
  z.int().min(64).max(122880).default(fallback).describe(`Memory of ${of} in MiB.`);
const version = (example: string) => z.string().regex(/^\d+(\.\d+)*$/, `a version such as ${example}`);

/** What only the files of Docker Compose need to know. */
export const composeSchema = z
  .strictObject({
    bind: z
      .ipv4("an IPv4 address")
      .default("127.0.0.1")
      .describe("Address that the application is published on; 0.0.0.0 is every network of the machine."),
    port: port(80, "Port that the application is published on."),
    base: z
      .string()
      .regex(/^[a-z0-9][A-Za-z0-9._:/@-]*$/, "an image such as python:3.13-slim-bookworm")
      .default("python:3.13-slim-bookworm")
      .describe("Image that the application's images are built on: Debian with Python."),
    database: z
      .strictObject({
        engine: z.enum(["mariadb", "mysql", "postgres"]).default("mariadb").describe("Which database."),
        version: version("11.4").optional().describe("Version of its image; a tried one when not given."),
        memory: memory(1024, "the database"),
      })
      .prefault({})
      .describe("The service db."),
    rabbitmq: z
      .strictObject({
        version: version("4.2").default("4.2").describe("Version of its image."),
        memory: memory(512, "the broker"),
        port: port(15672, "Loopback port of its management pages."),
      })
      .prefault({})
      .describe("The service rmq, where app.celery is set."),
    redis: z
      .strictObject({
        version: version("7.2").default("7.2").describe("Version of its image."),
        memory: memory(256, "the cache"),
      })
      .prefault({})
      .describe("The service redis, the cache."),
    monitoring: z
      .strictObject({
        path: z
          .string()
          .regex(/^\/[^\s]*$/, "a path that starts with /")
          .default("/metrics")
          .describe("Path of the application's metrics in Prometheus' format."),
        prometheusPort: port(9090, "Loopback port of Prometheus."),
        grafanaPort: port(3000, "Loopback port of Grafana."),
        days: z.int().min(1).max(3650).default(7).describe("Days that metrics and logs are kept."),
      })
      .prefault({})
      .describe("The profiles monitoring and logs."),
  })
  .prefault({})
  .describe("The files of slipway render compose.");
