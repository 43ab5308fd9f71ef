/** When texts in Secrets Manager were last changed. */
import { ListSecretVersionIdsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { AwsAccess } from "../../aws/access";
import { awsError } from "../../aws/errors";
import type { StackPlace } from "../../engine/project";

const CURRENT = "AWSCURRENT";

/** ARN of a secret -> when the version that is read now was made. @throws SlipwayError as AWS refuses */
export async function changesOf(
  { of }: AwsAccess,
  place: StackPlace,
  arns: readonly string[],
  abortSignal: AbortSignal,
): Promise<Map<string, Date>> {
  const client = new SecretsManagerClient(of("secretsmanager"));
  const changeOf = async (arn: string): Promise<readonly [string, Date][]> => {
    const { Versions = [] } = await client.send(new ListSecretVersionIdsCommand({ SecretId: arn }), { abortSignal });
    const made = Versions.find(({ VersionStages }) => VersionStages?.includes(CURRENT) === true)?.CreatedDate;
    return made === undefined ? [] : [[arn, made]];
  };
  try {
    return new Map((await Promise.all(arns.map(changeOf))).flat());
  } catch (error) {
    throw awsError(place, error);
  } finally {
    client.destroy();
  }
}
