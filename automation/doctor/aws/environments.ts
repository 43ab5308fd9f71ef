/** Environments of Elastic Beanstalk and their platforms, as AWS describes them. */
import {
  DescribeEnvironmentsCommand,
  DescribePlatformVersionCommand,
  ElasticBeanstalkClient,
} from "@aws-sdk/client-elastic-beanstalk";
import type { AwsAccess } from "../../aws/access";
import { askOnce } from "../../aws/asking";
import type { StackPlace } from "../../engine/project";

export interface Environment {
  id: string;
  name: string;
  /** ARN of its platform. */
  platform: string;
  /** Version that it runs. */
  version: string;
  /** When it was last changed; a release is a change. */
  changed: Date;
}

export interface Platform {
  /** Such as `Python 3.13 running on 64bit Amazon Linux 2023`. */
  branch: string;
  version: string;
  /** `supported`, `beta`, `deprecated` or `retired`. */
  lifecycle: string;
  /** True for the newest version of its branch. */
  recommended: boolean;
}

/** Environments with these ids that are there. @throws SlipwayError as AWS refuses */
export function environmentsOf(
  access: AwsAccess,
  place: StackPlace,
  ids: string[],
  abortSignal: AbortSignal,
): Promise<Environment[]> {
  return asked(access, place, async (client) => {
    const command = new DescribeEnvironmentsCommand({ EnvironmentIds: ids, IncludeDeleted: false });
    const { Environments = [] } = await client.send(command, { abortSignal });
    return Environments.map(({ EnvironmentId, EnvironmentName, PlatformArn, VersionLabel, DateUpdated }) => ({
      id: EnvironmentId ?? "",
      name: EnvironmentName ?? "",
      platform: PlatformArn ?? "",
      version: VersionLabel ?? "",
      changed: DateUpdated ?? new Date(0),
    }));
  });
}

/** A platform by its ARN. @throws SlipwayError as AWS refuses */
export function platformOf(
  access: AwsAccess,
  place: StackPlace,
  arn: string,
  abortSignal: AbortSignal,
): Promise<Platform> {
  return asked(access, place, async (client) => {
    const { PlatformDescription: found = {} } = await client.send(
      new DescribePlatformVersionCommand({ PlatformArn: arn }),
      { abortSignal },
    );
    return {
      branch: found.PlatformBranchName ?? found.PlatformName ?? arn,
      version: found.PlatformVersion ?? "",
      lifecycle: found.PlatformBranchLifecycleState ?? "",
      recommended: /recommended/i.test(found.PlatformLifecycleState ?? ""),
    };
  });
}

function asked<T>(
  { of }: AwsAccess,
  place: StackPlace,
  ask: (client: ElasticBeanstalkClient) => Promise<T>,
): Promise<T> {
  const client = new ElasticBeanstalkClient({ ...of("beanstalk"), ...of("elasticbeanstalk") });
  return askOnce(place, { client }, () => ask(client));
}
