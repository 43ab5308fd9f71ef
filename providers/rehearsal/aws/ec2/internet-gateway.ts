import type { Model, Site, Values } from "../../model";
import { textAt } from "../read";
import { ec2Arn, freshId } from "./ids";
import { INTERNET_GATEWAY, NAT_GATEWAY, VPC } from "./placement";
import { blackhole } from "./route-targets";

/** Things that have public addresses in a VPC, and what says that one of them has. */
const PUBLIC = [
  { type: NAT_GATEWAY, outside: (outputs: Values) => textAt(outputs, "connectivityType") !== "private" },
  {
    type: "aws:lb/loadBalancer:LoadBalancer",
    outside: (outputs: Values) => outputs["internal"] !== true,
  },
] as const;

/** The way from a VPC to the internet. */
export const internetGateway: Model = {
  type: INTERNET_GATEWAY,
  source: "terraform-provider-aws internal/service/ec2/vpc_internet_gateway.go",
  replaces: [],
  references: [{ property: "vpcId", to: [VPC], missing: "InvalidVpcID.NotFound", holds: "DependencyViolation" }],
  call: [
    {
      id: "internet-gateway-one-per-vpc",
      source: "binlab/terraform-aws-vault-ha-raft#54, EC2 API AttachInternetGateway",
      code: "InvalidParameterValue",
      refuses({ inputs, old, site }) {
        const vpcId = textAt(inputs, "vpcId");
        if (vpcId === undefined) return undefined;
        const attached = site
          .all(INTERNET_GATEWAY)
          .some(({ id, outputs }) => outputs["vpcId"] === vpcId && id !== old?.id);
        return attached ? `Network ${vpcId} already has an internet gateway attached` : undefined;
      },
    },
  ],
  deletion: [
    {
      id: "internet-gateway-public-addresses",
      source: "hashicorp/terraform#497, jenkins-x/terraform-aws-eks-jx#373",
      code: "DependencyViolation",
      refuses({ old, site }) {
        const vpcId = textAt(old?.outputs, "vpcId");
        return vpcId !== undefined && hasPublicAddress(vpcId, site)
          ? `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`
          : undefined;
      },
    },
  ],
  computed(inputs, site) {
    const id = freshId("igw", site);
    return {
      id,
      arn: ec2Arn(`internet-gateway/${id}`, site),
      ownerId: site.account,
      vpcId: inputs["vpcId"] ?? "",
    };
  },
  removed: ({ id }, site) => blackhole("gatewayId", id, site),
  seconds: { create: 2, delete: 2 },
};

/** Whether an internet gateway is attached to a VPC. */
export function reachesInternet(vpcId: string | undefined, site: Site): boolean {
  return vpcId !== undefined && site.find(INTERNET_GATEWAY, "vpcId", vpcId) !== undefined;
}

function hasPublicAddress(vpcId: string, site: Site): boolean {
  return PUBLIC.some(({ type, outside }) =>
    site.all(type).some(({ outputs }) => textAt(outputs, "vpcId") === vpcId && outside(outputs)),
  );
}
