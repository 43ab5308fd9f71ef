import { z } from "zod";

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `an id such as ${prefix}-0a1b2c3d`);
const subnets = id("subnet").array().min(2).describe("At least two, in different zones.");

/** The network that everything of a stack lies in. */
export const networkSchema = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("new").describe("Whose network."),
        cidr: z
          .string()
          .regex(/^\d{1,3}(\.\d{1,3}){3}\/(1[6-9]|20)$/, "an IPv4 network from /16 to /20, such as 10.0.0.0/16")
          .default("10.0.0.0/16")
          .describe("Addresses of the network."),
        zones: z.int().min(2).max(3).default(2).describe("Availability zones that it spans."),
        nat: z
          .enum(["one", "per-zone", "none"])
          .default("one")
          .describe(
            "NAT gateways of the private subnets: one, one in each zone, or none but endpoints of AWS's services.",
          ),
      })
      .describe("A network of the stack's own."),
    z
      .strictObject({
        kind: z.literal("existing").describe("Whose network."),
        vpcId: id("vpc").describe("The VPC."),
        publicSubnetIds: subnets.describe("Subnets of the load balancer, at least two, in different zones."),
        privateSubnetIds: subnets.describe("Subnets of everything else, at least two, in different zones."),
      })
      .describe("A network that is there already."),
  ])
  .prefault({ kind: "new" })
  .describe("The network.");
