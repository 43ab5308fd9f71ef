import type { Model, Question, Site, Thing } from "../../model";
import { anyOf, excludes, oneOf, rule } from "../../rules";
import { textAt } from "../read";
import { EIP } from "./eip";
import { freshId } from "./ids";
import { reachesInternet } from "./internet-gateway";
import { freeAddress, NAT_GATEWAY, SUBNET, vpcOf } from "./placement";
import { blackhole } from "./route-targets";

const PROVIDER = "terraform-provider-aws internal/service/ec2/vpc_nat_gateway.go";

/** The way of private subnets to the internet. Only zonal gateways, those in a subnet, are known. */
export const natGateway: Model = {
  type: NAT_GATEWAY,
  source: PROVIDER,
  replaces: ["allocationId", "connectivityType", "privateIp", "subnetId", "availabilityMode", "vpcId"],
  defaults: { connectivityType: "public" },
  references: [
    { property: "subnetId", to: [SUBNET], missing: "InvalidSubnetID.NotFound", holds: "DependencyViolation" },
    { property: "allocationId", to: [EIP], missing: "InvalidAllocationID.NotFound", holds: "AuthFailure" },
  ],
  plan: [
    oneOf({ id: "nat-connectivity", source: PROVIDER }, "connectivityType", ["public", "private"]),
    oneOf({ id: "nat-zonal", source: "regional gateways are not simulated" }, "availabilityMode", ["zonal"]),
    rule({ id: "nat-private-no-address", source: PROVIDER }, ["connectivityType"], (question) =>
      isPublic(question) ? undefined : excludes(PRIVATE, "connectivityType", "allocationId").refuses(question),
    ),
    anyOf({ id: "nat-subnet", source: PROVIDER }, ["subnetId"]),
  ],
  call: [
    {
      id: "nat-public-needs-address",
      source: "EC2 API CreateNatGateway",
      code: "MissingParameter",
      refuses: (question) =>
        isPublic(question) && question.inputs["allocationId"] === undefined
          ? "The request must include the AllocationId parameter. Add the required parameter and retry the request."
          : undefined,
    },
  ],
  wait: [
    {
      id: "nat-needs-internet-gateway",
      source: "hashicorp/terraform-provider-aws#709, giantswarm/aws-operator#1234",
      code: "Gateway.NotAttached",
      refuses(question) {
        const vpcId = vpcOf(SUBNET, textAt(question.inputs, "subnetId"), question.site);
        return isPublic(question) && !reachesInternet(vpcId, question.site)
          ? `Network ${String(vpcId)} has no Internet gateway attached`
          : undefined;
      },
    },
    {
      id: "nat-address-free",
      source: "hashicorp/terraform#13836",
      code: "Resource.AlreadyAssociated",
      refuses({ inputs, site }) {
        const allocationId = textAt(inputs, "allocationId");
        if (allocationId === undefined) return undefined;
        // The gateway itself is there already, and has failed.
        const holders = site.all(NAT_GATEWAY).filter(({ outputs }) => outputs["allocationId"] === allocationId);
        return holders.length > 1 ? `Elastic IP address [${allocationId}] is already associated` : undefined;
      },
    },
  ],
  computed(inputs, site) {
    const subnetId = textAt(inputs, "subnetId") ?? "";
    const address = site.find(EIP, "allocationId", inputs["allocationId"]);
    return {
      id: freshId("nat", site),
      associationId: address === undefined ? "" : freshId("eipassoc", site),
      availabilityMode: "zonal",
      autoProvisionZones: "",
      autoScalingIps: "",
      networkInterfaceId: freshId("eni", site),
      privateIp: inputs["privateIp"] ?? freeAddress(subnetId, site),
      publicIp: address?.outputs["publicIp"] ?? "",
      regionalNatGatewayAddresses: [],
      regionalNatGatewayAutoMode: "",
      routeTableId: "",
      secondaryAllocationIds: [],
      secondaryPrivateIpAddressCount: 0,
      secondaryPrivateIpAddresses: [],
      vpcId: vpcOf(SUBNET, subnetId, site) ?? "",
    };
  },
  settled: associate,
  removed(thing, site) {
    disassociate(thing, site);
    blackhole("natGatewayId", thing.id, site);
  },
  seconds: { create: 110, delete: 60 },
};

const PRIVATE = { id: "nat-private-no-address", source: PROVIDER };

function isPublic({ inputs: { connectivityType } }: Question): boolean {
  return connectivityType !== "private";
}

/** Gives an address to a gateway, unless another one has it. */
function associate({ outputs }: Thing, site: Site): void {
  const { allocationId, associationId, networkInterfaceId, privateIp } = outputs;
  const address = site.find(EIP, "allocationId", allocationId);
  if (address?.outputs["associationId"] !== "") return;
  site.change(address, { associationId, networkInterface: networkInterfaceId, privateIp });
}

/** Frees the address of a gateway. */
function disassociate({ outputs }: Thing, site: Site): void {
  const { associationId } = outputs;
  const address = associationId === "" ? undefined : site.find(EIP, "associationId", associationId);
  if (address !== undefined) site.change(address, { associationId: "", networkInterface: "", privateIp: "" });
}
