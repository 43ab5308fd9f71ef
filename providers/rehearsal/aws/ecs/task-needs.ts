/** Secrets and log groups that containers name. */
import { isObject } from "../../../protocol/values";
import type { Site, Values } from "../../model";
import { allows } from "../grants";
import { isGiven, textAt } from "../read";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const ARN_PARTS = 7;

/** The log group that a container writes to and does not make itself; undefined for another log driver. */
export function awslogsGroup(container: Values): string | undefined {
  if (textAt(container, "logConfiguration.logDriver") !== "awslogs") return undefined;
  const options = "logConfiguration.options";
  return textAt(container, `${options}.awslogs-create-group`) === "true"
    ? undefined
    : textAt(container, `${options}.awslogs-group`);
}

/** Why a secret that a container names cannot be read; undefined when it can, and for parameters of SSM. */
export function secretFault(site: Site, from: string, role: string): string | undefined {
  const parts = from.split(":");
  if (parts[2] !== "secretsmanager") return undefined;
  const arn = parts.slice(0, ARN_PARTS).join(":");
  const key = parts[ARN_PARTS];
  const secret = site.find(SECRET, "arn", arn);
  if (secret === undefined) return `ResourceNotFoundException: Secrets Manager can't find the specified secret: ${arn}`;
  if (!allows(site, role, "secretsmanager:GetSecretValue", arn)) {
    return `AccessDeniedException: ${role} is not authorized to perform: secretsmanager:GetSecretValue on resource: ${arn} because no identity-based policy allows the secretsmanager:GetSecretValue action`;
  }
  // Secrets that were there before, or that a service keeps, have their value.
  if (isGiven(secret)) return undefined;
  const version = site.all(VERSION).find(({ outputs }) => [secret.id, arn].includes(String(outputs["secretId"])));
  if (version === undefined)
    return `ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT (${arn})`;
  if (key === undefined || key === "") return undefined;
  return hasKey(textAt(version.outputs, "secretString"), key)
    ? undefined
    : `retrieved secret from Secrets Manager did not contain json key ${key}`;
}

function hasKey(text: string | undefined, key: string): boolean {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return isObject(value) && key in value;
  } catch {
    return false;
  }
}
