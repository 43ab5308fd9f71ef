import type { Model } from "../../model";
import { exactlyOne } from "../../rules";
import { textAt } from "../read";
import { freshId } from "./ids";
import { INTERNET_GATEWAY, ROUTE_TABLE, SUBNET, vpcOf } from "./placement";

const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const PROVIDER = "terraform-provider-aws internal/service/ec2/vpc_route_table_association.go";

/** The route table of a subnet, or of an internet gateway. */
export const routeTableAssociation: Model = {
  type: ASSOCIATION,
  source: PROVIDER,
  required: ["routeTableId"],
  replaces: ["subnetId", "gatewayId"],
  references: [
    { property: "routeTableId", to: [ROUTE_TABLE], missing: "InvalidRouteTableID.NotFound" },
    { property: "subnetId", to: [SUBNET], missing: "InvalidSubnetID.NotFound" },
    { property: "gatewayId", to: [INTERNET_GATEWAY], missing: "InvalidGatewayID.NotFound", except: /^vgw-/ },
  ],
  plan: [exactlyOne({ id: "association-one-end", source: PROVIDER }, ["subnetId", "gatewayId"])],
  call: [
    {
      id: "association-one-per-subnet",
      source: "hashicorp/terraform-provider-aws#38960",
      code: "Resource.AlreadyAssociated",
      refuses({ inputs: { subnetId, routeTableId }, old, site }) {
        const other = subnetId === undefined ? undefined : site.find(ASSOCIATION, "subnetId", subnetId);
        return other === undefined || other.id === old?.id
          ? undefined
          : `the specified association for route table ${String(routeTableId)} conflicts with an existing association`;
      },
    },
    {
      id: "association-same-vpc",
      source: "EC2 API AssociateRouteTable",
      code: "InvalidParameterValue",
      refuses({ inputs, site }) {
        const table = textAt(inputs, "routeTableId");
        const subnet = textAt(inputs, "subnetId");
        return subnet === undefined || vpcOf(ROUTE_TABLE, table, site) === vpcOf(SUBNET, subnet, site)
          ? undefined
          : `route table ${String(table)} and subnet ${subnet} belong to different networks`;
      },
    },
  ],
  computed: (_inputs, site) => ({ id: freshId("rtbassoc", site) }),
  seconds: { create: 1, delete: 1 },
};
