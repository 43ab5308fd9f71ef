import { isIP } from "node:net";
import { z } from "zod";

/** Servers that can run the web process. */
export const SERVERS = ["gevent", "tornado", "uwsgi", "nginx-uwsgi", "apache-uwsgi"] as const;
export type ServerKind = (typeof SERVERS)[number];

function isNetwork(text: string): boolean {
  const [, address = "", bits = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
}

/** How the web process is served; every key but `threads` means the same for every server. */
export const serverSchema = z
  .strictObject({
    kind: z
      .enum(SERVERS)
      .optional()
      .describe("Server that runs the web process; what the target is made for when not given."),
    processes: z.int().min(1).max(64).default(1).describe("Operating system processes that each web process starts."),
    threads: z
      .int()
      .min(1)
      .max(1000)
      .default(2)
      .describe("Requests that each of them answers at a time. gevent does not ask: it answers all at once."),
    timeout: z
      .int()
      .min(1)
      .max(86_400)
      .default(300)
      .describe("Seconds that a request may take. uWSGI then ends the process, with whatever else runs in it."),
    maxBody: z.int().min(1).max(10_240).default(100).describe("Longest body of a request, in MiB."),
    trustedProxies: z
      .array(
        z
          .string()
          .refine(
            (text) => text === "private" || isNetwork(text),
            "a network such as 10.0.0.0/8, or private for all of private use",
          ),
      )
      .optional()
      .describe(
        "Networks whose X-Forwarded-For and X-Forwarded-Proto are believed; the target's proxies when not given.",
      ),
    static: z
      .boolean()
      .default(true)
      .describe("Files of static folders are sent by nginx or Apache, where there is one; false: by the application."),
    accessLog: z
      .boolean()
      .default(true)
      .describe("A log line for each request; false where the application writes its own."),
  })
  .describe("How the web process is served.");
