/** Whose credentials AWS is asked with. */
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsAccess } from "../../aws/access";
import { awsError } from "../../aws/errors";
import type { StackPlace } from "../../engine/project";

/** @throws SlipwayError (config) when there are no credentials, or AWS does not take them; (failed) when it cannot be asked */
export async function callerOf(
  { of }: AwsAccess,
  place: StackPlace,
  abortSignal: AbortSignal,
): Promise<{ account: string; arn: string }> {
  const sts = new STSClient(of("sts"));
  try {
    const { Account = "", Arn = "" } = await sts.send(new GetCallerIdentityCommand({}), { abortSignal });
    return { account: Account, arn: Arn };
  } catch (error) {
    throw awsError(place, error);
  } finally {
    sts.destroy();
  }
}
