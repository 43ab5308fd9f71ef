import { CloudError, type Lookup, type Thing, type Values } from "../../model";
import { flagAt, objectsAt, textAt, textsAt } from "../read";
import { isObject } from "../../../protocol/values";
import { VPC } from "./placement";

/** Properties that a VPC is looked for by. */
const SOUGHT = ["id", "cidrBlock", "dhcpOptionsId"] as const;
/** Properties by the names of the filters that look at them. */
const FILTERS: Readonly<Record<string, string>> = {
  "vpc-id": "id",
  cidr: "cidrBlock",
  "cidr-block": "cidrBlock",
  "dhcp-options-id": "dhcpOptionsId",
  "owner-id": "ownerId",
};

/** The one VPC that fits. */
export const getVpc: Lookup = {
  token: "aws:ec2/getVpc:getVpc",
  source: "terraform-provider-aws internal/service/ec2/vpc_data_source.go",
  answer(args, site) {
    const found = site.all(VPC).filter((vpc) => fits(vpc, args));
    const [vpc] = found;
    if (vpc === undefined) throw new CloudError("InvalidVpcID.NotFound", "no matching EC2 VPC found");
    if (found.length > 1)
      throw new CloudError("TooManyResults", "multiple EC2 VPCs matched; use additional constraints");
    const { outputs } = vpc;
    const cidrBlock = textAt(outputs, "cidrBlock") ?? "";
    return {
      ...args,
      id: vpc.id,
      arn: textAt(outputs, "arn") ?? "",
      cidrBlock,
      cidrBlockAssociations: [
        { associationId: vpc.id.replace("vpc-", "vpc-cidr-assoc-"), cidrBlock, state: "associated" },
      ],
      default: flagAt(outputs, "default"),
      dhcpOptionsId: textAt(outputs, "dhcpOptionsId") ?? "",
      enableDnsHostnames: flagAt(outputs, "enableDnsHostnames"),
      enableDnsSupport: outputs["enableDnsSupport"] !== false,
      enableNetworkAddressUsageMetrics: flagAt(outputs, "enableNetworkAddressUsageMetrics"),
      instanceTenancy: textAt(outputs, "instanceTenancy") ?? "default",
      ipv6AssociationId: "",
      ipv6CidrBlock: "",
      ipv6CidrBlockAssociations: [],
      mainRouteTableId: textAt(outputs, "mainRouteTableId") ?? "",
      ownerId: site.account,
      region: site.region,
      state: "available",
      tags: tagsOf(vpc),
    };
  },
};

function fits(vpc: Thing, args: Values): boolean {
  const all: Values = { ...vpc.outputs, id: vpc.id };
  const tags = tagsOf(vpc);
  const asked = isObject(args["tags"]) ? args["tags"] : {};
  return (
    SOUGHT.every((property) => args[property] === undefined || args[property] === all[property]) &&
    (args["default"] === undefined || flagAt(args, "default") === flagAt(all, "default")) &&
    Object.entries(asked).every(([key, value]) => tags[key] === value) &&
    objectsAt(args, "filters").every((filter) =>
      textsAt(filter, "values").includes(sought(textAt(filter, "name") ?? "", all, tags)),
    )
  );
}

function sought(filter: string, vpc: Values, tags: Values): string {
  if (filter.startsWith("tag:")) return textAt(tags, filter.slice("tag:".length)) ?? "";
  if (filter === "state") return "available";
  if (filter === "is-default") return String(flagAt(vpc, "default"));
  const property = FILTERS[filter];
  if (property === undefined) throw new CloudError("InvalidParameterValue", `The filter '${filter}' is invalid`);
  return textAt(vpc, property) ?? "";
}

function tagsOf({ outputs }: Thing): Values {
  const { tags, tagsAll } = outputs;
  return isObject(tagsAll) ? tagsAll : isObject(tags) ? tags : {};
}
