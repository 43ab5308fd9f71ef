/** What RDS says of where an instance lies, what it is called, and how it goes. */
import type { Rule, Site, Values } from "../../model";
import { rule } from "../../rules";
import { isGiven, numberAt, textAt, textsAt } from "../read";
import { SNAPSHOT } from "./snapshot";

export const INSTANCE = "aws:rds/instance:Instance";
const PROVIDER = "terraform-provider-aws internal/service/rds/instance.go";

/** The VPC of an instance's subnet group; undefined while it is not known. */
export function vpcOf(inputs: Values, site: Site): string | undefined {
  const group = site.find("aws:rds/subnetGroup:SubnetGroup", "name", textAt(inputs, "dbSubnetGroupName"));
  return group === undefined ? undefined : textAt(group.outputs, "vpcId");
}

const unique: Rule = rule(
  {
    id: "rds-identifier-taken",
    source: "Amazon RDS API Reference, CreateDBInstance, DBInstanceAlreadyExists",
    code: "DBInstanceAlreadyExists",
  },
  ["identifier"],
  ({ inputs, old, site }) => {
    const there = site.find(INSTANCE, "identifier", inputs["identifier"]);
    return there !== undefined && there.id !== old?.id ? "DB instance already exists" : undefined;
  },
);

const groupVpc: Rule = rule(
  {
    id: "rds-security-group-vpc",
    source: "Amazon RDS User Guide, Troubleshooting; answer of CreateDBInstance",
    code: "InvalidParameterCombination",
  },
  ["dbSubnetGroupName"],
  ({ inputs, site }) => {
    const vpc = vpcOf(inputs, site);
    const groups = textsAt(inputs, "vpcSecurityGroupIds").flatMap((id) => {
      const found = site.find("aws:ec2/securityGroup:SecurityGroup", "id", id);
      return textAt(found?.outputs ?? {}, "vpcId") ?? [];
    });
    const other = groups.find((of) => vpc !== undefined && vpc !== "" && of !== vpc);
    return other === undefined
      ? undefined
      : `The DB instance and EC2 security group are in different VPCs. The DB instance is in ${String(vpc)} and ` +
          `the EC2 security group is in ${other}`;
  },
);

const reachable: Rule = rule(
  {
    id: "rds-public-without-gateway",
    source: "github.com/confluentinc/examples/pull/1028",
    code: "InvalidVPCNetworkStateFault",
  },
  ["publiclyAccessible", "dbSubnetGroupName"],
  ({ inputs, site }) => {
    const vpc = site.find("aws:ec2/vpc:Vpc", "id", vpcOf(inputs, site));
    if (inputs["publiclyAccessible"] !== true || vpc === undefined || isGiven(vpc)) return undefined;
    const gateway = site.find("aws:ec2/internetGateway:InternetGateway", "vpcId", vpc.id);
    return gateway === undefined
      ? "Cannot create a publicly accessible DBInstance. The specified VPC has no internet gateway attached. Update the VPC and then try again"
      : undefined;
  },
);

const resolvable: Rule = rule(
  {
    id: "rds-public-without-names",
    source: "github.com/hackoregon/civic-devops/issues/281",
    code: "InvalidVPCNetworkStateFault",
  },
  ["publiclyAccessible", "dbSubnetGroupName"],
  ({ inputs, site }) => {
    const vpc = site.find("aws:ec2/vpc:Vpc", "id", vpcOf(inputs, site));
    if (inputs["publiclyAccessible"] !== true || vpc === undefined || isGiven(vpc)) return undefined;
    return vpc.outputs["enableDnsHostnames"] === true && vpc.outputs["enableDnsSupport"] !== false
      ? undefined
      : "Cannot create a publicly accessible DBInstance. The specified VPC does not support DNS resolution, DNS hostnames, or both. Update the VPC and then try again";
  },
);

const pinned: Rule = rule(
  {
    id: "rds-multi-az-pinned",
    source: "Amazon RDS API Reference, CreateDBInstance, AvailabilityZone",
    code: "InvalidParameterCombination",
  },
  ["multiAz", "availabilityZone"],
  ({ inputs }) =>
    inputs["multiAz"] === true && inputs["availabilityZone"] !== undefined
      ? "Requesting a specific availability zone is not valid for Multi-AZ instances."
      : undefined,
);

const monitored: Rule = rule(
  {
    id: "rds-monitoring-without-role",
    source: "Amazon RDS API Reference, CreateDBInstance, MonitoringInterval",
    code: "InvalidParameterCombination",
  },
  ["monitoringInterval", "monitoringRoleArn"],
  ({ inputs }) =>
    (numberAt(inputs, "monitoringInterval") ?? 0) > 0 && inputs["monitoringRoleArn"] === undefined
      ? "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0."
      : undefined,
);

export const PLACE_RULES: readonly Rule[] = [unique, groupVpc, reachable, resolvable, pinned, monitored];

const named: Rule = {
  id: "rds-final-snapshot-unnamed",
  source: PROVIDER,
  refuses: ({ inputs, old }) => {
    const values = old?.outputs ?? inputs;
    return values["skipFinalSnapshot"] === true || textAt(values, "finalSnapshotIdentifier") !== undefined
      ? undefined
      : "final_snapshot_identifier is required when skip_final_snapshot is false";
  },
};

const unprotected: Rule = {
  id: "rds-deletion-protection",
  source: PROVIDER,
  code: "InvalidParameterCombination",
  refuses: ({ inputs, old }) =>
    (old?.outputs ?? inputs)["deletionProtection"] === true
      ? "Cannot delete protected DB Instance, please disable deletion protection and try again."
      : undefined,
};

const fresh: Rule = {
  id: "rds-final-snapshot-taken",
  source: "github.com/terraform-aws-modules/terraform-aws-rds/issues/445",
  code: "DBSnapshotAlreadyExists",
  refuses: ({ inputs, old, site }) => {
    const values = old?.outputs ?? inputs;
    const id = textAt(values, "finalSnapshotIdentifier");
    return values["skipFinalSnapshot"] !== true && id !== undefined && site.find(SNAPSHOT, "id", id) !== undefined
      ? `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`
      : undefined;
  },
};

/** In the order in which provider and RDS look. */
export const DELETION_RULES: readonly Rule[] = [named, unprotected, fresh];
