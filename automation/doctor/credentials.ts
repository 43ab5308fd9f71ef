/** Whether the accounts that a stack is deployed to can be reached, and are those that are meant. */
import { accessOf, accountOf } from "../heroku/api";
import { fail, failing, ok, warn, type Check, type Look } from "./finding";
import type { Patient } from "./patient";

async function aws(patient: Patient, signal: AbortSignal): Promise<Look[]> {
  const access = await patient.aws();
  const { callerOf } = await import("./aws/caller");
  const { account, arn } = await callerOf(access, patient.place, signal);
  const wrong = await wrongAccount(patient, account);
  if (wrong !== undefined) return [wrong];
  const found = `${arn}, region ${access.region}`;
  return [arn.endsWith(":root") ? warn(`${found}: the account's root user may do anything`, LEAST) : ok(found)];
}

const LEAST = "take a role or a user that may do what the deployment needs, with AWS_PROFILE";

/** The provider refuses accounts that its config does not allow, but only once something is made. */
async function wrongAccount({ place, config }: Patient, account: string): Promise<Look | undefined> {
  const values = await config("aws");
  const list = (key: string): string[] | undefined => {
    const text = values[`aws:${key}`];
    return text === undefined ? undefined : (JSON.parse(text) as unknown[]).map(String);
  };
  const allowed = list("allowedAccountIds");
  const refused = list("forbiddenAccountIds")?.includes(account) === true;
  if (!refused && allowed?.includes(account) !== false) return undefined;
  const why = refused ? "aws:forbiddenAccountIds names it" : `aws:allowedAccountIds names ${allowed?.join(", ") ?? ""}`;
  const mend = `AWS_PROFILE=<profile> slipway doctor --stack ${place.stack}, with a profile of the account that is meant`;
  return fail(`the credentials are of account ${account}, and ${why}`, mend);
}

async function heroku({ config }: Patient, signal: AbortSignal): Promise<Look[]> {
  const { email, verified } = await accountOf(accessOf(process.env, undefined, await config("heroku")), signal);
  const mend = "https://dashboard.heroku.com/account/billing";
  return [verified ? ok(email) : warn(`${email} is not verified: Heroku makes no add-ons for it`, mend)];
}

export const CREDENTIALS: readonly Check[] = [
  { name: "AWS", targets: ["ecs", "beanstalk"], look: failing(aws) },
  { name: "Heroku", targets: ["heroku"], look: failing(heroku) },
];
