/** What the roles of a task may do: as little as it needs. */
import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../binding";
import type { TaskArgs } from "./args";

/** Parts of the ARN of a secret; what follows names a key in it. */
const SECRET_ARN_PARTS = 7;

/** Text of a policy. */
export function policyText(statements: pulumi.Input<PolicyStatement>[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/** Text of the policy that lets a service of AWS take a role. */
export function trustIn(service: string): string {
  const Principal = { Service: `${service}.amazonaws.com` };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal }],
  });
}

/** What lets a program write to the log group with this ARN. */
export function mayLog(logGroupArn: pulumi.Output<string>): PolicyStatement {
  return {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: pulumi.interpolate`${logGroupArn}:*`,
  };
}

/** What ECS itself does for a task: get its image, read its secrets, write its log. */
export function executionStatements(
  args: TaskArgs,
  logGroupArn: pulumi.Output<string>,
): pulumi.Output<PolicyStatement[]> {
  const secrets: pulumi.Output<string[]> = pulumi
    .all(Object.values(args.secrets ?? {}))
    .apply((all) => all.map(secretArn));
  return pulumi
    .all([secrets, repositoriesOf(args)])
    .apply(([read, pulled]) => [
      mayLog(logGroupArn),
      ...(read.length === 0 ? [] : [allow(["secretsmanager:GetSecretValue"], unique(read))]),
      ...(pulled.length === 0 ? [] : [allow(["ecr:GetAuthorizationToken"], "*"), allow(PULL, unique(pulled))]),
    ]);
}

function repositoriesOf({ image, repositoryArns }: TaskArgs): pulumi.Output<string[]> {
  if (repositoryArns !== undefined) return pulumi.all(repositoryArns);
  return pulumi.output(image).apply((uri) => {
    const arn = repositoryArn(uri);
    return arn === undefined ? [] : [arn];
  });
}

const PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** What a shell in a container needs: channels to Session Manager, which know no resources. */
export const SHELL_STATEMENT: PolicyStatement = allow(
  [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  "*",
);

/** Statement that allows actions on resources. */
export function allow(Action: string[], Resource: PolicyStatement["Resource"]): PolicyStatement {
  return { Effect: "Allow", Action, Resource };
}

/** The ARN of the repository that an image lies in; undefined when that is no repository of ECR. */
export function repositoryArn(image: string): string | undefined {
  const [, account, region, suffix, name] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?\/([a-z0-9._/-]+?)(?:[:@].*)?$/.exec(image) ?? [];
  if (account === undefined || region === undefined || name === undefined) return undefined;
  const partition = suffix !== undefined ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return `arn:${partition}:ecr:${region}:${account}:repository/${name}`;
}

/** The secret that `valueFrom` names, without the key in it. */
export function secretArn(valueFrom: string): string {
  return valueFrom.split(":").slice(0, SECRET_ARN_PARTS).join(":");
}

function unique(values: string[]): string[] {
  return [...new Set(values)].sort();
}
