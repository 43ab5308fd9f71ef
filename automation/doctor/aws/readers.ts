/** What runs of a stack on AWS and has read secrets when it was started. */
import { ECSClient, type Task } from "@aws-sdk/client-ecs";
import type { AwsAccess } from "../../aws/access";
import { askOnce } from "../../aws/asking";
import { containerOf, listTasks, shortName } from "../../ecs/services";
import type { StackPlace } from "../../engine/project";
import type { StateEntry } from "../../engine/state";
import { environmentsOf } from "./environments";

/** What runs, and the secrets that it read when it was started. */
export interface Reader {
  name: string;
  started: Date;
  /** ARNs in Secrets Manager. */
  secrets: readonly string[];
  /** The command that starts it anew. */
  mend: string;
}

const SECRETS = "aws:elasticbeanstalk:application:environmentsecrets";

/** Services of ECS and environments of Elastic Beanstalk, with what they read. @throws SlipwayError as AWS refuses */
export function readersOf(
  access: AwsAccess,
  place: StackPlace,
  resources: readonly StateEntry[],
  signal: AbortSignal,
): Promise<Reader[]> {
  const ofType = (type: string): StateEntry[] => resources.filter((resource) => resource.type === type);
  return askOnce(place, { ecs: new ECSClient(access.of("ecs")) }, async ({ ecs }) => {
    const services = ofType("aws:ecs/service:Service").map((service) => serviceReader(ecs, access.region, service));
    const environments = environmentReaders(access, place, ofType(ENVIRONMENT), signal);
    return (await Promise.all([...services, environments])).flat();
  });
}

const ENVIRONMENT = "aws:elasticbeanstalk/environment:Environment";

/** A service, by the oldest of its tasks that run. */
async function serviceReader(ecs: ECSClient, region: string, { outputs = {} }: StateEntry): Promise<Reader[]> {
  const { cluster, name: serviceName } = outputs as { cluster?: string; name?: string };
  if (cluster === undefined || serviceName === undefined) return [];
  const aws = { ecs };
  const tasks = await listTasks({ aws, cluster }, { serviceName }, "RUNNING");
  const oldest = tasks.filter(({ startedAt }) => startedAt).sort((a, b) => startOf(a) - startOf(b))[0];
  if (oldest?.startedAt === undefined) return [];
  const { secrets = [] } = await containerOf({ aws }, oldest.taskDefinitionArn ?? "");
  return [
    {
      name: serviceName,
      started: oldest.startedAt,
      secrets: arnsIn(secrets.map(({ valueFrom }) => valueFrom)),
      mend: `aws ecs update-service --force-new-deployment --cluster ${shortName(cluster)} --service ${serviceName} --region ${region}`,
    },
  ];
}

function startOf({ startedAt }: Task): number {
  return startedAt?.getTime() ?? Infinity;
}

/** Environments, by when they were last changed: a release starts every process anew. */
async function environmentReaders(
  access: AwsAccess,
  place: StackPlace,
  resources: readonly StateEntry[],
  signal: AbortSignal,
): Promise<Reader[]> {
  const ids = resources.flatMap(({ id }) => id ?? []);
  if (ids.length === 0) return [];
  const there = await environmentsOf(access, place, ids, signal);
  return there.map(({ id, name, version, changed }) => {
    const { settings } = resources.find((resource) => resource.id === id)?.inputs ?? {};
    const options = Array.isArray(settings) ? (settings as Record<string, unknown>[]) : [];
    const secrets = options.filter(({ namespace }) => namespace === SECRETS).map(({ value }) => value);
    return {
      name,
      started: changed,
      secrets: arnsIn(secrets),
      mend: `aws elasticbeanstalk update-environment --environment-name ${name} --version-label ${version} --region ${access.region}`,
    };
  });
}

/** ARNs of the secrets that references name, without the key that they take out of one. */
function arnsIn(references: readonly unknown[]): string[] {
  const secrets = references.filter((each) => typeof each === "string" && each.includes(":secretsmanager:"));
  return [...new Set(secrets.map((each) => String(each).split(":").slice(0, 7).join(":")))];
}
