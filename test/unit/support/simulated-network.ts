/** Things of other services that databases, brokers and caches refer to, as if somebody had made them before. */
import type { Thing, Values } from "../../../providers/rehearsal/model";

const thing = (type: string, id: string, outputs: Values): Thing => ({
  type,
  id,
  inputs: { made: "before" },
  outputs: { id, ...outputs },
});
const vpc = (id: string, enableDnsHostnames: boolean): Thing =>
  thing("aws:ec2/vpc:Vpc", id, { enableDnsHostnames, enableDnsSupport: true, defaultSecurityGroupId: `sg-${id}` });
const subnet = (id: string, vpcId: string, zone: string): Thing =>
  thing("aws:ec2/subnet:Subnet", id, { vpcId, availabilityZone: `us-east-1${zone}` });
const group = (id: string, vpcId: string): Thing =>
  thing("aws:ec2/securityGroup:SecurityGroup", id, { vpcId, arn: `arn:aws:ec2:us-east-1:111111111111:${id}` });

export const ACCOUNT = "123456789012";
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;

/** `vpc-1` reaches the internet; `vpc-2` has no gateway; `vpc-3` has one, but no host names. */
export const network: readonly Thing[] = [
  vpc("vpc-1", true),
  vpc("vpc-2", true),
  vpc("vpc-3", false),
  ...["vpc-1", "vpc-3"].map((vpcId) => thing("aws:ec2/internetGateway:InternetGateway", `igw-${vpcId}`, { vpcId })),
  subnet("subnet-1a", "vpc-1", "a"),
  subnet("subnet-1b", "vpc-1", "b"),
  subnet("subnet-1c", "vpc-1", "c"),
  subnet("subnet-1a2", "vpc-1", "a"),
  subnet("subnet-2a", "vpc-2", "a"),
  subnet("subnet-2b", "vpc-2", "b"),
  subnet("subnet-3a", "vpc-3", "a"),
  subnet("subnet-3b", "vpc-3", "b"),
  group("sg-1", "vpc-1"),
  group("sg-1b", "vpc-1"),
  group("sg-2", "vpc-2"),
  thing("aws:iam/role:Role", "worker", { arn: ROLE, name: "worker" }),
];
