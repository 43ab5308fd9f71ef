/** When texts in Secrets Manager were last changed. */
import { ListSecretVersionIdsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { AwsAccess } from "../../aws/access";
import { askOnce } from "../../aws/asking";
import type { StackPlace } from "../../engine/project";

const CURRENT = "AWSCURRENT";

/** ARN of a secret -> when the version that is read now was made. @throws SlipwayError as AWS refuses */
export function changesOf(
  { of }: AwsAccess,
  place: StackPlace,
  arns: readonly string[],
  abortSignal: AbortSignal,
): Promise<Map<string, Date>> {
  return askOnce(place, { manager: new SecretsManagerClient(of("secretsmanager")) }, async ({ manager }) => {
    const changeOf = async (arn: string): Promise<readonly [string, Date][]> => {
      const { Versions = [] } = await manager.send(new ListSecretVersionIdsCommand({ SecretId: arn }), { abortSignal });
      const made = Versions.find(({ VersionStages }) => VersionStages?.includes(CURRENT) === true)?.CreatedDate;
      return made === undefined ? [] : [[arn, made]];
    };
    return new Map((await Promise.all(arns.map(changeOf))).flat());
  });
}
