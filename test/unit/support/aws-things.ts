/** Things of a simulated AWS that tests build on. */
import { images } from "../../../providers/rehearsal/aws/account/images";
import type { Values } from "../../../providers/rehearsal/model";
import type { SimulatedCloud } from "./simulated-cloud";

export const TYPES = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  gateway: "aws:ec2/internetGateway:InternetGateway",
  nat: "aws:ec2/natGateway:NatGateway",
  eip: "aws:ec2/eip:Eip",
  table: "aws:ec2/routeTable:RouteTable",
  route: "aws:ec2/route:Route",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  group: "aws:ec2/securityGroup:SecurityGroup",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  template: "aws:ec2/launchTemplate:LaunchTemplate",
  asg: "aws:autoscaling/group:Group",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  profile: "aws:iam/instanceProfile:InstanceProfile",
  fileSystem: "aws:efs/fileSystem:FileSystem",
  mountTarget: "aws:efs/mountTarget:MountTarget",
  accessPoint: "aws:efs/accessPoint:AccessPoint",
} as const;

/** Types whose rules the tests of networks have. */
export const NETWORK_TYPES: readonly string[] = [
  TYPES.vpc,
  TYPES.subnet,
  TYPES.gateway,
  TYPES.nat,
  TYPES.eip,
  TYPES.table,
  TYPES.route,
  TYPES.association,
];

/** Types whose rules the tests of firewalls have. */
export const FIREWALL_TYPES: readonly string[] = [TYPES.group, TYPES.ingress, TYPES.egress, TYPES.endpoint];

/** A thing that is there: its id and what can be read of it. */
export type Made = Values & { id: string };

/** Makes things with as little as each needs; `more` adds to it. */
export class AwsThings {
  private subnets = 0;

  constructor(readonly cloud: SimulatedCloud) {}

  make(kind: keyof typeof TYPES, inputs: Values = {}): Promise<Made> {
    return this.cloud.create(TYPES[kind], inputs);
  }

  vpc(more: Values = {}): Promise<Made> {
    return this.make("vpc", { cidrBlock: "10.0.0.0/16", ...more });
  }

  /** A subnet of its own network. @param zone its letter */
  subnet(vpc: Made, zone = "a", more: Values = {}): Promise<Made> {
    this.subnets += 1;
    const cidrBlock = `10.0.${this.subnets}.0/24`;
    return this.make("subnet", { vpcId: vpc.id, cidrBlock, availabilityZone: `us-east-1${zone}`, ...more });
  }

  /** A subnet in a VPC of its own. */
  async lone(zone = "a"): Promise<Made> {
    return this.subnet(await this.vpc(), zone);
  }

  group(vpc: Made, more: Values = {}): Promise<Made> {
    return this.make("group", { vpcId: vpc.id, ...more });
  }

  /** An auto scaling group in a subnet, with a launch template. */
  async machines(subnet: Made, launch: Values = {}, more: Values = {}): Promise<Made> {
    const [image] = images("us-east-1");
    const template = await this.make("template", { imageId: image?.id, instanceType: "t3.medium", ...launch });
    return this.make("asg", {
      launchTemplate: { id: template.id, version: "$Latest" },
      vpcZoneIdentifiers: [subnet.id],
      minSize: 0,
      maxSize: 2,
      ...more,
    });
  }

  /** A role that EC2 takes on. */
  role(more: Values = {}): Promise<Made> {
    return this.make("role", { assumeRolePolicy: trust("ec2.amazonaws.com"), ...more });
  }
}

/** Trust policy of a role that a service takes on. */
export function trust(service: string, more: Values = {}): string {
  return policy({ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", ...more });
}

/** Policy of one statement or more. */
export function policy(...Statement: Values[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}
