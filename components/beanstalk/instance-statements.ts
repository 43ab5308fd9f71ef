/** What an instance may do. */
import type { Queue } from "@pulumi/aws/sqs/queue";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../binding";
import { logGroupPrefix } from "./properties";

/** Whose environment an instance belongs to. */
export interface Home {
  account: pulumi.Input<string>;
  region: pulumi.Input<string>;
  applicationName: pulumi.Input<string>;
  environmentName: string;
}

/**
 * What the platform on an instance calls, whatever the application does; each held to what is this environment's (AWS,
 * Managing Elastic Beanstalk instance profiles, has it for everything of the account).
 */
export function platformStatements({ account, region, applicationName, environmentName }: Home): PolicyStatement[] {
  const bucket = pulumi.interpolate`arn:aws:s3:::elasticbeanstalk-${region}-${account}`;
  const own = (kind: string, path: pulumi.Input<string>) =>
    pulumi.interpolate`arn:aws:elasticbeanstalk:${region}:${account}:${kind}/${path}`;
  const logs = pulumi.interpolate`arn:aws:logs:${region}:${account}:log-group:${logGroupPrefix(environmentName)}/*`;
  return [
    {
      Effect: "Allow",
      // The bucket of Elastic Beanstalk's own: it has its copy of a version there, and takes logs that somebody asks for.
      Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
      Resource: pulumi.interpolate`${bucket}/*`,
    },
    { Effect: "Allow", Action: ["s3:ListBucket"], Resource: bucket },
    {
      Effect: "Allow",
      Action: ["elasticbeanstalk:PutInstanceStatistics"],
      Resource: [
        own("application", applicationName),
        own("environment", pulumi.interpolate`${applicationName}/${environmentName}`),
      ],
    },
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: logs,
    },
  ];
}

/**
 * What a shell on an instance takes: channels to Session Manager, which know no resources (AWS, Add Session Manager
 * permissions to an existing IAM role).
 */
export const SHELL_STATEMENT: PolicyStatement = {
  Effect: "Allow",
  Action: [
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  Resource: "*",
};

/** What the platform of a worker environment does with its queue, though nothing is ever sent there. */
export function idleStatements({ arn }: Queue): PolicyStatement[] {
  return [
    {
      Effect: "Allow",
      Action: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      Resource: arn,
    },
    {
      Effect: "Allow",
      Action: ["cloudwatch:PutMetricData"],
      Resource: "*",
      Condition: { StringEquals: { "cloudwatch:namespace": "ElasticBeanstalk/SQSD" } },
    },
  ];
}
