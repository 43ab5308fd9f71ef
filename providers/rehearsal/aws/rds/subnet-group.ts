import type { Model, Rule, Site, Values } from "../../model";
import { matches, rule } from "../../rules";
import { nameFor } from "../names";
import { regionalArn, textsAt } from "../read";
import { subnetVpcs, subnetZones } from "../zones";

const SOURCE = "terraform-provider-aws internal/service/rds/subnet_group.go";

const zones: Rule = rule(
  {
    id: "rds-subnet-group-zones",
    source: "github.com/hashicorp/terraform-provider-aws/issues/17373",
    code: "DBSubnetGroupDoesNotCoverEnoughAZs",
  },
  ["subnetIds"],
  ({ inputs, site }) => {
    const covered = subnetZones(textsAt(inputs, "subnetIds"), site);
    if (covered === undefined || covered.length >= 2) return undefined;
    return (
      "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. " +
      `Current AZ coverage: ${covered.join(", ")}. Add subnets to cover at least 2 AZs.`
    );
  },
);

const oneVpc: Rule = rule(
  {
    id: "rds-subnet-group-vpc",
    source: "Amazon RDS API Reference, CreateDBSubnetGroup, InvalidSubnet",
    code: "InvalidSubnet",
  },
  ["subnetIds"],
  ({ inputs, site }) => {
    const vpcs = subnetVpcs(textsAt(inputs, "subnetIds"), site);
    if (vpcs === undefined || vpcs.length <= 1) return undefined;
    return `The DB subnet group has subnets in more than one VPC: ${vpcs.join(", ")}.`;
  },
);

const unique: Rule = rule(
  {
    id: "rds-subnet-group-name-taken",
    source: "Amazon RDS API Reference, CreateDBSubnetGroup, DBSubnetGroupAlreadyExists",
    code: "DBSubnetGroupAlreadyExists",
  },
  ["name"],
  ({ inputs, old, site }) =>
    old === undefined && site.find("aws:rds/subnetGroup:SubnetGroup", "name", inputs["name"]) !== undefined
      ? `The DB subnet group '${String(inputs["name"])}' already exists.`
      : undefined,
);

/** Subnets that a database may lie in. */
export const subnetGroup: Model = {
  type: "aws:rds/subnetGroup:SubnetGroup",
  source: SOURCE,
  required: ["subnetIds"],
  replaces: ["name", "namePrefix"],
  defaults: { description: "Managed by Pulumi" },
  name: { property: "name", longest: 255, lowerCase: true },
  sets: ["subnetIds"],
  references: [
    { property: "subnetIds", to: ["aws:ec2/subnet:Subnet"], missing: "InvalidSubnet", holds: "DependencyViolation" },
  ],
  plan: [
    matches(
      { id: "rds-subnet-group-name", source: "terraform-provider-aws internal/service/rds/validate.go" },
      "name",
      /^(?!default$)[0-9a-z_ .-]{1,255}$/,
      "1 to 255 lower-case letters, digits, hyphens, underscores, periods and spaces, and not default",
    ),
  ],
  call: [unique, oneVpc, zones],
  computed: (inputs, site) => {
    const name = nameFor(inputs, site);
    const arn = regionalArn(site, "rds", `subgrp:${name}`);
    return { id: name, name, arn, supportedNetworkTypes: ["IPV4"], ...vpcOf(inputs, site) };
  },
  updated: (inputs, _old, site) => vpcOf(inputs, site),
  seconds: { create: 2, update: 1, delete: 2 },
};

function vpcOf(inputs: Values, site: Site): Values {
  return { vpcId: subnetVpcs(textsAt(inputs, "subnetIds"), site)?.[0] ?? "" };
}
