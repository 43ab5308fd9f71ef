import type { Model, Rule } from "../../model";
import { matches, rule } from "../../rules";
import { regionalArn, textAt, textsAt } from "../read";
import { subnetVpcs } from "../zones";

const TYPE = "aws:elasticache/subnetGroup:SubnetGroup";
const API = "Amazon ElastiCache API Reference, CreateCacheSubnetGroup";

const taken: Rule = rule(
  { id: "cache-subnet-group-name-taken", source: API, code: "CacheSubnetGroupAlreadyExists" },
  ["name"],
  ({ inputs, old, site }) =>
    old === undefined && site.find(TYPE, "id", textAt(inputs, "name")?.toLowerCase()) !== undefined
      ? `Cache subnet group ${String(inputs["name"])} already exists.`
      : undefined,
);

const oneVpc: Rule = rule(
  { id: "cache-subnet-group-vpc", source: API, code: "InvalidSubnet" },
  ["subnetIds"],
  ({ inputs, site }) => {
    const vpcs = subnetVpcs(textsAt(inputs, "subnetIds"), site);
    if (vpcs === undefined || vpcs.length <= 1) return undefined;
    return `The subnets have to be in one VPC; they are in ${vpcs.join(", ")}.`;
  },
);

/** Subnets that a cache may lie in. */
export const subnetGroup: Model = {
  type: TYPE,
  source: "terraform-provider-aws internal/service/elasticache/subnet_group.go",
  required: ["subnetIds"],
  replaces: ["name"],
  defaults: { description: "Managed by Pulumi" },
  name: { property: "name", longest: 255, lowerCase: true },
  sets: ["subnetIds"],
  references: [
    { property: "subnetIds", to: ["aws:ec2/subnet:Subnet"], missing: "InvalidSubnet", holds: "DependencyViolation" },
  ],
  call: [
    matches(
      { id: "cache-subnet-group-name", source: API, code: "InvalidParameterValue" },
      "name",
      /^(?!default$)[A-Za-z0-9-]{1,255}$/,
      "1 to 255 letters, digits and hyphens, and not default",
    ),
    taken,
    oneVpc,
  ],
  computed: (inputs, site) => {
    const name = String(inputs["name"]).toLowerCase();
    const vpcId = subnetVpcs(textsAt(inputs, "subnetIds"), site)?.[0] ?? "";
    return { id: name, name, arn: regionalArn(site, "elasticache", `subnetgroup:${name}`), vpcId };
  },
  seconds: { create: 1, update: 1, delete: 1 },
};
