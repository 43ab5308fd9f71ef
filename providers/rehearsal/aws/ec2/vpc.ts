import { network } from "../../cidr";
import type { Model, Site, Thing } from "../../model";
import { excludes, needs, oneOf, rule } from "../../rules";
import { QUOTAS } from "../account/quotas";
import { textAt } from "../read";
import { networkAddresses } from "./cidr-rule";
import { ec2Arn, freshId } from "./ids";
import { ROUTE_TABLE, SECURITY_GROUP, VPC } from "./placement";

const PROVIDER = "terraform-provider-aws internal/service/ec2/vpc_.go";
const LARGEST = 16;
const SMALLEST = 28;

/** A virtual network, with a security group and a route table of its own. */
export const vpc: Model = {
  type: VPC,
  source: PROVIDER,
  replaces: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"],
  replacesIf: (old, inputs) =>
    inputs["instanceTenancy"] === "dedicated" && old["instanceTenancy"] === "default" ? ["instanceTenancy"] : [],
  defaults: { enableDnsSupport: true, instanceTenancy: "default" },
  plan: [
    networkAddresses({ id: "vpc-cidr", source: PROVIDER }, "cidrBlock"),
    rule({ id: "vpc-size", source: PROVIDER }, ["cidrBlock"], ({ inputs }) => {
      const found = network(inputs["cidrBlock"]);
      return found === undefined || (found.bits >= LARGEST && found.bits <= SMALLEST)
        ? undefined
        : `cidrBlock has to be a network from /${LARGEST} to /${SMALLEST}; it is a /${found.bits}`;
    }),
    oneOf({ id: "vpc-tenancy", source: PROVIDER }, "instanceTenancy", ["default", "dedicated"]),
    excludes({ id: "vpc-cidr-or-pool", source: PROVIDER }, "cidrBlock", "ipv4NetmaskLength"),
    needs({ id: "vpc-netmask-needs-pool", source: PROVIDER }, "ipv4NetmaskLength", "ipv4IpamPoolId"),
  ],
  call: [
    {
      id: "vpc-has-network",
      source: "EC2 API CreateVpc",
      code: "MissingParameter",
      refuses: ({ inputs: { cidrBlock, ipv4IpamPoolId } }) =>
        cidrBlock === undefined && ipv4IpamPoolId === undefined
          ? "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."
          : undefined,
    },
    {
      id: "vpc-quota",
      source: "Amazon VPC quotas; terraform-aws-modules/terraform-aws-vpc#429",
      code: "VpcLimitExceeded",
      refuses: ({ old, site }) =>
        old === undefined && site.all(VPC).length >= QUOTAS.vpcs
          ? "The maximum number of VPCs has been reached."
          : undefined,
    },
  ],
  computed(inputs, site) {
    const id = freshId("vpc", site);
    const mainRouteTableId = freshId("rtb", site);
    return {
      id,
      arn: ec2Arn(`vpc/${id}`, site),
      cidrBlock: inputs["cidrBlock"] ?? "",
      enableDnsHostnames: inputs["enableDnsHostnames"] ?? false,
      enableNetworkAddressUsageMetrics: inputs["enableNetworkAddressUsageMetrics"] ?? false,
      defaultNetworkAclId: freshId("acl", site),
      defaultRouteTableId: mainRouteTableId,
      mainRouteTableId,
      defaultSecurityGroupId: freshId("sg", site),
      dhcpOptionsId: `dopt-${site.account.padStart(17, "0")}`,
      ipv6AssociationId: "",
      ipv6CidrBlock: "",
      ipv6CidrBlockNetworkBorderGroup: "",
      ownerId: site.account,
    };
  },
  settled(thing, site) {
    for (const own of comesAlong(thing, site)) if (site.find(own.type, "id", own.id) === undefined) site.add(own);
  },
  removed(thing, site) {
    for (const own of comesAlong(thing, site)) {
      const found = site.find(own.type, "id", own.id);
      if (found !== undefined) site.remove(found);
    }
  },
  seconds: { create: 12, delete: 1 },
};

/** What a VPC has from the start; nobody asked for it, so it holds nothing. */
function comesAlong({ id: vpcId, outputs }: Thing, site: Site): Thing[] {
  const group = textAt(outputs, "defaultSecurityGroupId") ?? "";
  const table = textAt(outputs, "mainRouteTableId") ?? "";
  return [
    {
      type: SECURITY_GROUP,
      id: group,
      inputs: {},
      outputs: {
        id: group,
        vpcId,
        name: "default",
        arn: ec2Arn(`security-group/${group}`, site),
        ownerId: site.account,
      },
    },
    {
      type: ROUTE_TABLE,
      id: table,
      inputs: {},
      outputs: { id: table, vpcId, routes: [], arn: ec2Arn(`route-table/${table}`, site), ownerId: site.account },
    },
  ];
}
