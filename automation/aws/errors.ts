/** What AWS answered in place of what was asked, as a failure with a way out. */
import type { StackPlace } from "../engine/project";
import { SlipwayError } from "../errors";

/** Names of errors for credentials that are not there, or that AWS does not take. */
const NO_CREDENTIALS = /^(CredentialsProviderError|TokenProviderError)$/;
const BAD_CREDENTIALS =
  /^(ExpiredToken(Exception)?|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|AuthFailure)$/;
const REFUSED = /^(AccessDenied(Exception)?|UnauthorizedOperation)$/;
const GONE = /^(ClusterNotFoundException|ServiceNotFoundException|ResourceNotFoundException)$/;

/** The error to show for `error`; one that has a way out already is handed on. */
export function awsError({ stack }: StackPlace, error: unknown): unknown {
  if (error instanceof SlipwayError || !(error instanceof Error)) return error;
  const { name, message } = error;
  const options = { cause: error };
  if (NO_CREDENTIALS.test(name)) {
    const mend = `\`aws configure\`, AWS_PROFILE, or "aws:profile: <name>" below "config:" in Pulumi.${stack}.yaml`;
    return new SlipwayError("config", `There are no credentials for AWS: ${message}`, mend, options);
  }
  if (BAD_CREDENTIALS.test(name)) {
    const mend = "log in anew, such as with `aws sso login`, or name others with AWS_PROFILE";
    return new SlipwayError("config", `AWS does not take the credentials: ${name}: ${message}`, mend, options);
  }
  if (REFUSED.test(name)) {
    const mend = "allow the role or user that is named what the message says, or take another one";
    return new SlipwayError("failed", `AWS refuses: ${message}`, mend, options);
  }
  if (GONE.test(name)) {
    const mend = `slipway refresh --stack ${stack} shows what is gone`;
    return new SlipwayError("state", `AWS does not have it any more: ${message}`, mend, options);
  }
  return new SlipwayError("failed", `AWS could not be asked: ${name}: ${message}`, undefined, options);
}
