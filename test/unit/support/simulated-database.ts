/** A database of a simulated AWS that tests build on. */
import { rds } from "../../../providers/rehearsal/aws/rds";
import { secretsmanager } from "../../../providers/rehearsal/aws/secretsmanager";
import type { Model, Values } from "../../../providers/rehearsal/model";
import type { SimulatedCloud } from "./simulated-cloud";

export const SUBNETS = "aws:rds/subnetGroup:SubnetGroup";
export const PARAMETERS = "aws:rds/parameterGroup:ParameterGroup";
export const INSTANCE = "aws:rds/instance:Instance";
export const PASSWORD = "correct-horse-battery";

export const models: readonly Model[] = [...rds, ...secretsmanager];

/** What an instance needs. */
export const basic: Values = {
  identifier: "blog",
  instanceClass: "db.t4g.micro",
  engine: "mariadb",
  engineVersion: "11.4",
  allocatedStorage: 30,
  storageType: "gp3",
  username: "master",
  password: PASSWORD,
  skipFinalSnapshot: true,
};

/** A group of subnets of one of the networks. */
export async function inVpc(cloud: SimulatedCloud, number: number, more: Values = {}): Promise<Values> {
  const subnetIds = [`subnet-${number}a`, `subnet-${number}b`];
  const { name } = await cloud.create(SUBNETS, { name: `net-${number}`, subnetIds });
  return { dbSubnetGroupName: name, ...more };
}

export async function withParameters(cloud: SimulatedCloud, family: string): Promise<Values> {
  const { name } = await cloud.create(PARAMETERS, { name: `own-${family}`, family });
  return { parameterGroupName: name };
}
