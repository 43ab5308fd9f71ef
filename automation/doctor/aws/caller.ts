/** Whose credentials AWS is asked with. */
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsAccess } from "../../aws/access";
import { askOnce } from "../../aws/asking";
import type { StackPlace } from "../../engine/project";

/** @throws SlipwayError (config) when there are no credentials, or AWS does not take them; (failed) when it cannot be asked */
export function callerOf(
  { of }: AwsAccess,
  place: StackPlace,
  abortSignal: AbortSignal,
): Promise<{ account: string; arn: string }> {
  return askOnce(place, { sts: new STSClient(of("sts")) }, async ({ sts }) => {
    const { Account: account = "", Arn: arn = "" } = await sts.send(new GetCallerIdentityCommand({}), { abortSignal });
    return { account, arn };
  });
}
