import type { Model } from "../../model";
import { networkAddresses } from "./cidr-rule";
import { ec2Arn, freshId } from "./ids";
import { INTERNET_GATEWAY, NAT_GATEWAY, ROUTE_TABLE, VPC } from "./placement";

const PROVIDER = "terraform-provider-aws internal/service/ec2/vpc_route_table.go";
const GOES_ALONG = ["aws:ec2/route:Route", "aws:ec2/routeTableAssociation:RouteTableAssociation"] as const;

/** Where the traffic of subnets goes. */
export const routeTable: Model = {
  type: ROUTE_TABLE,
  source: PROVIDER,
  required: ["vpcId"],
  replaces: ["vpcId"],
  sets: ["routes", "propagatingVgws"],
  references: [
    { property: "vpcId", to: [VPC], missing: "InvalidVpcID.NotFound", holds: "DependencyViolation" },
    {
      property: "routes.gatewayId",
      to: [INTERNET_GATEWAY],
      missing: "InvalidGatewayID.NotFound",
      except: /^(local|vgw-.*)$/,
    },
    { property: "routes.natGatewayId", to: [NAT_GATEWAY], missing: "InvalidNatGatewayID.NotFound" },
  ],
  plan: [networkAddresses({ id: "route-table-cidrs", source: PROVIDER }, "routes.cidrBlock")],
  computed(inputs, site) {
    const id = freshId("rtb", site);
    return {
      id,
      arn: ec2Arn(`route-table/${id}`, site),
      ownerId: site.account,
      propagatingVgws: inputs["propagatingVgws"] ?? [],
      routes: inputs["routes"] ?? [],
    };
  },
  removed({ id }, site) {
    for (const type of GOES_ALONG) {
      for (const part of site.all(type)) if (part.outputs["routeTableId"] === id) site.remove(part);
    }
  },
  seconds: { create: 1, delete: 2 },
};
