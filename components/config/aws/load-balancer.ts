import { z } from "zod";

const seconds = (least: number, most: number, fallback: number) => z.int().min(least).max(most).default(fallback);

const shape = {
  certificateArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]+$/, "the ARN of an ACM certificate")
    .optional()
    .describe("Certificate for HTTPS; HTTP is then redirected."),
  domain: z
    .strictObject({
      name: z
        .string()
        .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, "a host name such as blog.example.com")
        .describe("Name that the application answers under."),
      zoneId: z
        .string()
        .regex(/^Z[A-Z0-9]{5,31}$/, "the id of a Route 53 hosted zone, such as Z0123456789ABC")
        .describe("Hosted zone that the name lies in."),
    })
    .optional()
    .describe("A name in Route 53, with a certificate of its own unless certificateArn names one."),
  allowFrom: z
    .array(z.string().regex(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, "an IPv4 network such as 203.0.113.0/24"))
    .min(1)
    .default(["0.0.0.0/0"])
    .describe("Networks that may reach it."),
  healthCheck: z
    .strictObject({
      healthy: z.int().min(2).max(10).default(2).describe("Good answers in a row before a target is used."),
      unhealthy: z.int().min(2).max(10).default(3).describe("Bad answers in a row before it is not."),
      interval: seconds(5, 300, 10).describe("Seconds between two checks."),
      timeout: seconds(2, 120, 5).describe("Seconds that an answer may take; below the interval."),
    })
    .prefault({})
    .describe("How a target is found fit; it asks for app.health.ready."),
  deregistrationDelay: seconds(0, 3600, 20).describe("Seconds that running requests get on a target that leaves."),
  idleTimeout: seconds(1, 4000, 60).describe("Seconds that a silent connection is kept."),
};

const MEANING = "The load balancer.";

/** The load balancer, the only part that the world can reach. */
export const loadBalancerSchema = z
  .strictObject({
    ...shape,
    protect: z.boolean().default(false).describe("Whether it is protected from deletion."),
  })
  .prefault({})
  .describe(MEANING);

/** The load balancer where Elastic Beanstalk makes it. */
export const environmentLoadBalancerSchema = z.strictObject(shape).prefault({}).describe(MEANING);
