/** The environments of a stack, as Elastic Beanstalk describes them. */
import {
  DescribeApplicationVersionsCommand,
  DescribeEnvironmentHealthCommand,
  DescribeEnvironmentsCommand,
  DescribeInstancesHealthCommand,
  type ApplicationVersionDescription,
  type EnvironmentDescription,
  type SingleInstanceHealth,
} from "@aws-sdk/client-elastic-beanstalk";
import { readReleaseTag, type TaggedRelease } from "../../components/app";
import { SlipwayError } from "../errors";
import type { AwsClients } from "./clients";
import type { Deployed } from "./deployed";

/** Environment -> what Elastic Beanstalk says of it; undefined for one that is not there. */
export type Described = ReadonlyMap<string, EnvironmentDescription | undefined>;

/** The environments of a stack by what they are for. */
export async function describeEnvironments({ aws, environments }: Deployed): Promise<Described> {
  const EnvironmentNames = Object.values(environments);
  const { Environments: found = [] } = await aws.beanstalk.send(
    new DescribeEnvironmentsCommand({ EnvironmentNames, IncludeDeleted: false }),
  );
  const all = Object.entries(environments).map(([role, name]) => {
    return [role, found.find(({ EnvironmentName }) => EnvironmentName === name)] as const;
  });
  return new Map(all);
}

/** The environment of the web process. @throws SlipwayError (state) when it is not there */
export async function webEnvironment(deployed: Deployed): Promise<EnvironmentDescription> {
  const web = (await describeEnvironments(deployed)).get("web");
  if (web !== undefined) return web;
  const { stack } = deployed.place;
  const problem = `The environment ${deployed.environments["web"] ?? ""} is not there any more.`;
  throw new SlipwayError("state", problem, `slipway up --stack ${stack} makes it anew`);
}

/** How an environment is, by its enhanced health: what is wrong, and its instances. */
export interface Health {
  causes: readonly string[];
  instances: readonly SingleInstanceHealth[];
}

/** @throws Error of AWS's, such as for an environment that is not there */
export async function healthOf({ aws }: Deployed, EnvironmentName: string): Promise<Health> {
  const ask = new DescribeEnvironmentHealthCommand({ EnvironmentName, AttributeNames: ["Causes"] });
  const { Causes: causes = [] } = await aws.beanstalk.send(ask);
  const instances: SingleInstanceHealth[] = [];
  let NextToken: string | undefined;
  do {
    const more = NextToken === undefined ? {} : { NextToken };
    const answer = await aws.beanstalk.send(
      new DescribeInstancesHealthCommand({ EnvironmentName, AttributeNames: ["All"], ...more }),
    );
    instances.push(...(answer.InstanceHealthList ?? []));
    ({ NextToken } = answer);
  } while (NextToken !== undefined);
  return { causes, instances };
}

/** Every version of an application. */
export async function versionsOf(aws: AwsClients, ApplicationName: string): Promise<ApplicationVersionDescription[]> {
  const all: ApplicationVersionDescription[] = [];
  let NextToken: string | undefined;
  do {
    const more = NextToken === undefined ? {} : { NextToken };
    const ask = new DescribeApplicationVersionsCommand({ ApplicationName, MaxRecords: 100, ...more });
    const answer = await aws.beanstalk.send(ask);
    all.push(...(answer.ApplicationVersions ?? []));
    ({ NextToken } = answer);
  } while (NextToken !== undefined);
  return all;
}

/** What the label of a version says, and for which environment it is; undefined for a label of somebody else's. */
export function readLabel(label: string): (TaggedRelease & { role: string }) | undefined {
  const [, tag = "", role = ""] = /^(.*)-(web|worker)$/.exec(label) ?? [];
  const release = readReleaseTag(tag);
  return release && { ...release, role };
}

/** As much of an instance's id as tells it apart. */
export function instanceName(role: string, id: string): string {
  return `${role}-${id.slice(-8)}`;
}
