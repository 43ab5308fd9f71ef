import { Queue, type QueueArgs } from "@pulumi/aws/sqs/queue";
import type { QueuePolicyArgs } from "@pulumi/aws/sqs/queuePolicy";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../binding";

const DAY = 86_400;
/** A task is lost after that; its dead letter is kept from the same moment on, and must live longer. */
const RETENTION = { queue: 7 * DAY, dead: 14 * DAY };
/** Seconds, the most that SQS waits for a message before it says that there is none. */
const LONG_POLL = 20;

/** What Celery does with a queue that it need not look for, make or empty. */
const ACTIONS = [
  "sqs:SendMessage",
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:ChangeMessageVisibility",
  "sqs:GetQueueAttributes",
];

/** The queue of what failed too often. */
export function deadArgs(): QueueArgs {
  return { messageRetentionSeconds: RETENTION.dead, sqsManagedSseEnabled: true };
}

/** A queue of tasks whose messages are put aside after `maxReceives` deliveries. */
export function queueArgs(visibilityTimeout: number, maxReceives: number, dead: Queue): QueueArgs {
  return {
    visibilityTimeoutSeconds: visibilityTimeout,
    messageRetentionSeconds: RETENTION.queue,
    receiveWaitTimeSeconds: LONG_POLL,
    sqsManagedSseEnabled: true,
    redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: maxReceives }),
  };
}

/** The policy that refuses whoever comes without TLS; who may come at all is for the roles to say. */
export function tlsOnly(queue: Queue): QueuePolicyArgs {
  const statement = {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "sqs:*",
    Resource: queue.arn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  return { queueUrl: queue.url, policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: [statement] }) };
}

/** The policy of the queue for dead letters: only these queues may send there. */
export function redriveFrom(
  dead: Queue,
  queues: readonly Queue[],
): { queueUrl: pulumi.Output<string>; redriveAllowPolicy: pulumi.Output<string> } {
  const sourceQueueArns = queues.map(({ arn }) => arn);
  return {
    queueUrl: dead.url,
    redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "byQueue", sourceQueueArns }),
  };
}

/**
 * Where the queues are: a variable for each, the default one first. Elastic Beanstalk takes values of 256 characters,
 * without braces.
 */
export function queueVariables(
  urls: Readonly<Record<string, pulumi.Output<string>>>,
): Record<string, pulumi.Input<string>> {
  const entries = Object.entries(urls).map(
    ([name, url], index) => [`SLIPWAY_SQS_${index + 1}`, pulumi.interpolate`${name} ${url}`] as const,
  );
  return Object.fromEntries(entries);
}

/** What the role of a task needs in order to send and to take tasks. */
export function statements(queues: readonly Queue[]): PolicyStatement[] {
  return [{ Effect: "Allow", Action: [...ACTIONS], Resource: queues.map(({ arn }) => arn) }];
}
