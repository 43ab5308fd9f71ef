import { crc32 } from "node:zlib";
import type { Model, Question, Values } from "../../model";
import { exactlyOne } from "../../rules";
import { textAt, textsAt } from "../read";
import { networkAddresses } from "./cidr-rule";
import { INTERNET_GATEWAY, NAT_GATEWAY, ROUTE_TABLE, VPC, vpcOf } from "./placement";

const ROUTE = "aws:ec2/route:Route";
const PROVIDER = "terraform-provider-aws internal/service/ec2/vpc_route.go";
const DESTINATIONS = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"] as const;
const TARGETS = [
  "carrierGatewayId",
  "coreNetworkArn",
  "egressOnlyGatewayId",
  "gatewayId",
  "localGatewayId",
  "natGatewayId",
  "networkInterfaceId",
  "odbNetworkArn",
  "transitGatewayId",
  "vpcEndpointId",
  "vpcPeeringConnectionId",
] as const;

/** One route of a route table. */
export const route: Model = {
  type: ROUTE,
  source: PROVIDER,
  required: ["routeTableId"],
  replaces: ["routeTableId", ...DESTINATIONS],
  references: [
    { property: "routeTableId", to: [ROUTE_TABLE], missing: "InvalidRouteTableID.NotFound" },
    {
      property: "gatewayId",
      to: [INTERNET_GATEWAY],
      missing: "InvalidGatewayID.NotFound",
      except: /^(local|vgw-.*|vpce-.*)$/,
    },
    { property: "natGatewayId", to: [NAT_GATEWAY], missing: "InvalidNatGatewayID.NotFound" },
  ],
  plan: [
    exactlyOne({ id: "route-one-destination", source: PROVIDER }, DESTINATIONS),
    exactlyOne({ id: "route-one-target", source: PROVIDER }, TARGETS),
    networkAddresses({ id: "route-cidr", source: PROVIDER }, "destinationCidrBlock"),
  ],
  call: [
    {
      id: "route-once",
      source: "terraform-aws-modules/terraform-aws-vpc#108",
      code: "RouteAlreadyExists",
      refuses: taken,
    },
    {
      id: "route-not-local",
      source: "hashicorp/terraform-provider-aws#23866",
      code: "RouteAlreadyExists",
      refuses({ inputs, old, site }) {
        const vpcId = vpcOf(ROUTE_TABLE, textAt(inputs, "routeTableId"), site);
        const cidr = textAt(inputs, "destinationCidrBlock");
        const local =
          old === undefined && cidr !== undefined && site.find(VPC, "id", vpcId)?.outputs["cidrBlock"] === cidr;
        return local ? `The route identified by ${cidr} already exists.` : undefined;
      },
    },
    {
      id: "route-target-in-vpc",
      source: "smoketurner/serverless-vpc-plugin#147",
      code: "InvalidParameterValue",
      refuses: otherNetwork,
    },
  ],
  computed: (inputs) => ({
    id: `r-${textAt(inputs, "routeTableId") ?? ""}${crc32(destination(inputs))}`,
    instanceId: "",
    instanceOwnerId: "",
    networkInterfaceId: inputs["networkInterfaceId"] ?? "",
    origin: "CreateRoute",
    state: "active",
  }),
  updated: () => ({ state: "active" }),
  seconds: { create: 2, delete: 1 },
};

function destination(inputs: Values): string {
  return DESTINATIONS.flatMap((property) => textsAt(inputs, property))[0] ?? "";
}

function taken({ inputs, old, site }: Question): string | undefined {
  const found = site
    .all(ROUTE)
    .some(
      (other) =>
        other.id !== old?.id &&
        other.outputs["routeTableId"] === inputs["routeTableId"] &&
        destination(other.outputs) === destination(inputs),
    );
  return found ? `The route identified by ${destination(inputs)} already exists.` : undefined;
}

function otherNetwork({ inputs, site }: Question): string | undefined {
  const table = textAt(inputs, "routeTableId");
  const home = vpcOf(ROUTE_TABLE, table, site);
  for (const [property, type, words] of [
    ["gatewayId", INTERNET_GATEWAY, "network gateway"],
    ["natGatewayId", NAT_GATEWAY, "NAT gateway"],
  ] as const) {
    const target = textAt(inputs, property);
    const found = target === undefined ? undefined : site.find(type, "id", target);
    if (found !== undefined && found.outputs["vpcId"] !== home) {
      return `route table ${String(table)} and ${words} ${String(target)} belong to different networks`;
    }
  }
  return undefined;
}
