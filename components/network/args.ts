import type { VpcArgs } from "@pulumi/aws/ec2/vpc";
import type { SubnetArgs } from "@pulumi/aws/ec2/subnet";
import type { InternetGatewayArgs } from "@pulumi/aws/ec2/internetGateway";
import type { EipArgs } from "@pulumi/aws/ec2/eip";
import type { NatGatewayArgs } from "@pulumi/aws/ec2/natGateway";
import type { RouteTableArgs } from "@pulumi/aws/ec2/routeTable";
import type { RouteArgs } from "@pulumi/aws/ec2/route";
import type { RouteTableAssociationArgs } from "@pulumi/aws/ec2/routeTableAssociation";
import type { SecurityGroupArgs as GroupArgs } from "@pulumi/aws/ec2/securityGroup";
import type { VpcEndpointArgs } from "@pulumi/aws/ec2/vpcEndpoint";
import type { SecurityGroupEgressRuleArgs } from "@pulumi/aws/vpc/securityGroupEgressRule";
import type { SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type * as pulumi from "@pulumi/pulumi";
import type { Transforms } from "../component";
import type { Settings } from "../config";

/** Where in a network something lies. */
export interface Place {
  vpcId: pulumi.Output<string>;
  /** Private subnets, one in each zone. */
  subnetIds: pulumi.Output<string>[];
  region: pulumi.Input<string>;
}

/** Arguments of `Network`. */
export interface NetworkArgs {
  /** A network to make, or the ids of one that is there already. */
  network: Settings["ecs"]["network"];
  /** AWS services that are called from private subnets in a network without NAT: `logs`, `sqs`. @default none */
  services?: readonly string[];
  /** Changes to single children before they are made. @default none */
  transform?: Transforms<NetworkChildren> | undefined;
}

/** The children of a `Network` by role; those with several are keyed by zone (`a`, `b`, `c`) or by service. */
export interface NetworkChildren {
  vpc: VpcArgs;
  gateway: InternetGatewayArgs;
  public: SubnetArgs;
  publicTable: RouteTableArgs;
  publicRoute: RouteArgs;
  publicAssociation: RouteTableAssociationArgs;
  private: SubnetArgs;
  privateTable: RouteTableArgs;
  privateRoute: RouteArgs;
  privateAssociation: RouteTableAssociationArgs;
  address: EipArgs;
  nat: NatGatewayArgs;
  endpoint: VpcEndpointArgs;
}

/** Arguments of `SecurityGroup`. */
export interface SecurityGroupArgs {
  vpcId: pulumi.Input<string>;
  /** What it guards. A change replaces the group. */
  description: string;
  /** Changes to single children before they are made. @default none */
  transform?: Transforms<SecurityGroupChildren> | undefined;
}

/** The children of a `SecurityGroup` by role; rules are keyed by purpose. */
export interface SecurityGroupChildren {
  group: GroupArgs;
  /** Into this group. */
  ingress: SecurityGroupIngressRuleArgs;
  /** Out of a peer's group into this one. */
  egress: SecurityGroupEgressRuleArgs;
  /** Out of this group to the internet. */
  out: SecurityGroupEgressRuleArgs;
}
