import { expect } from "chai";
import type { Values } from "../../../providers/rehearsal/model";
import { sqs } from "../../../providers/rehearsal/aws/sqs";
import { testRules } from "../support/rule-table";
import { ROLE, network } from "../support/simulated-network";
import { simulated, type SimulatedCloud } from "../support/simulated-cloud";

const QUEUE = "aws:sqs/queue:Queue";
const POLICY = "aws:sqs/queuePolicy:QueuePolicy";
const REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy";
const ALLOW = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy";
const models = sqs;

const arnOf = (name: string): string => `arn:aws:sqs:us-east-1:123456789012:${name}`;
const urlOf = (name: string): string => `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`;

function policy(more: Values = {}, Version = "2012-10-17"): string {
  const statement = { Effect: "Allow", Principal: { AWS: ROLE }, Action: "sqs:SendMessage", Resource: "*", ...more };
  return JSON.stringify({ Version, Statement: [statement] });
}

function redrive(name: string, maxReceiveCount: unknown = 5): string {
  return JSON.stringify({ deadLetterTargetArn: arnOf(name), maxReceiveCount });
}

function allow(redrivePermission: string, ...sources: string[]): string {
  const list = sources.length === 0 ? {} : { sourceQueueArns: sources.map(arnOf) };
  return JSON.stringify({ redrivePermission, ...list });
}

/** Queues that are there before: one for each purpose. */
async function queues(cloud: SimulatedCloud): Promise<void> {
  for (const inputs of [
    { name: "work" },
    { name: "dead" },
    { name: "dead.fifo", fifoQueue: true },
    { name: "closed", redriveAllowPolicy: allow("byQueue", "other") },
  ]) {
    await cloud.create(QUEUE, inputs);
  }
}

testRules(
  {
    [QUEUE]: {
      base: { name: "blog" },
      rules: {
        "queue-name": { accepted: { name: "blog.fifo", fifoQueue: true }, refused: { name: "blog.fifo" } },
        "queue-deduplication": {
          accepted: { name: "blog.fifo", fifoQueue: true, contentBasedDeduplication: true },
          refused: { contentBasedDeduplication: true },
        },
        "queue-delay": { accepted: { delaySeconds: 900 }, refused: { delaySeconds: 901 } },
        "queue-message-size": { accepted: { maxMessageSize: 1048576 }, refused: { maxMessageSize: 1023 } },
        "queue-retention": { accepted: { messageRetentionSeconds: 60 }, refused: { messageRetentionSeconds: 1209601 } },
        "queue-visibility-timeout": {
          accepted: { visibilityTimeoutSeconds: 43200 },
          refused: { visibilityTimeoutSeconds: 43201 },
        },
        "queue-key-reuse": {
          accepted: { kmsDataKeyReusePeriodSeconds: 60 },
          refused: { kmsDataKeyReusePeriodSeconds: 59 },
        },
        "queue-deduplication-scope": {
          accepted: { name: "blog.fifo", fifoQueue: true, deduplicationScope: "messageGroup" },
          refused: { name: "blog.fifo", fifoQueue: true, deduplicationScope: "message" },
        },
        "queue-throughput-limit": {
          accepted: { name: "blog.fifo", fifoQueue: true, fifoThroughputLimit: "perQueue" },
          refused: { name: "blog.fifo", fifoQueue: true, fifoThroughputLimit: "perMessage" },
        },
        "queue-one-encryption": {
          accepted: { sqsManagedSseEnabled: true },
          refused: { sqsManagedSseEnabled: true, kmsMasterKeyId: "alias/aws/sqs" },
        },
        "queue-policy-json": { accepted: { policy: policy() }, refused: { policy: "Allow" } },
        "queue-redrive-json": {
          given: queues,
          accepted: { redrivePolicy: redrive("dead") },
          refused: { redrivePolicy: "dead" },
        },
        "queue-redrive-allow-json": {
          accepted: { redriveAllowPolicy: allow("allowAll") },
          refused: { redriveAllowPolicy: "allowAll" },
        },
        "queue-receive-wait": { accepted: { receiveWaitTimeSeconds: 20 }, refused: { receiveWaitTimeSeconds: 21 } },
        "queue-fifo-throughput": {
          accepted: {
            name: "blog.fifo",
            fifoQueue: true,
            fifoThroughputLimit: "perMessageGroupId",
            deduplicationScope: "messageGroup",
          },
          refused: { name: "blog.fifo", fifoQueue: true, fifoThroughputLimit: "perMessageGroupId" },
        },
        "queue-exists": {
          given: queues,
          accepted: { name: "work" },
          refused: { name: "work", visibilityTimeoutSeconds: 60 },
        },
        "queue-policy": {
          accepted: { policy: policy() },
          refused: { policy: policy({ Principal: { AWS: "arn:aws:iam::123456789012:role/gone" } }) },
        },
        "queue-redrive": {
          given: queues,
          accepted: { redrivePolicy: redrive("dead", 1000) },
          refused: { redrivePolicy: redrive("gone") },
        },
        "queue-redrive-allowed": {
          given: queues,
          accepted: { name: "other", redrivePolicy: redrive("closed") },
          refused: { redrivePolicy: redrive("closed") },
        },
        "queue-redrive-allow": {
          accepted: { redriveAllowPolicy: allow("byQueue", "work") },
          refused: { redriveAllowPolicy: allow("byQueue") },
        },
        "queue-policy-version": { accepted: { policy: policy() }, refused: { policy: policy({}, "2008-10-17") } },
        "queue-redrive-number": {
          given: queues,
          accepted: { redrivePolicy: redrive("dead", 5) },
          refused: { redrivePolicy: redrive("dead", "5") },
        },
      },
    },
    [POLICY]: {
      base: { queueUrl: urlOf("work") },
      rules: {
        "queue-policy-resource-json": { given: queues, accepted: { policy: policy() }, refused: { policy: "Allow" } },
        "queue-policy-resource": {
          given: queues,
          accepted: { policy: policy({ Principal: "*" }) },
          refused: { policy: policy({ Action: "sns:Publish" }) },
        },
        "queue-policy-resource-version": {
          given: queues,
          accepted: { policy: policy() },
          refused: { policy: policy({}, "2008-10-17") },
        },
      },
    },
    [REDRIVE]: {
      base: { queueUrl: urlOf("work") },
      rules: {
        "redrive-policy-json": {
          given: queues,
          accepted: { redrivePolicy: redrive("dead") },
          refused: { redrivePolicy: "dead" },
        },
        "redrive-policy": {
          given: queues,
          accepted: { redrivePolicy: redrive("dead") },
          refused: { redrivePolicy: redrive("dead.fifo") },
        },
        "redrive-policy-allowed": {
          given: queues,
          accepted: { redrivePolicy: redrive("dead") },
          refused: { redrivePolicy: redrive("closed") },
        },
        "redrive-policy-number": {
          given: queues,
          accepted: { redrivePolicy: redrive("dead") },
          refused: { redrivePolicy: redrive("dead", "5") },
        },
      },
    },
    [ALLOW]: {
      base: { queueUrl: urlOf("dead") },
      rules: {
        "redrive-allow-json": {
          given: queues,
          accepted: { redriveAllowPolicy: allow("denyAll") },
          refused: { redriveAllowPolicy: "denyAll" },
        },
        "redrive-allow": {
          given: queues,
          accepted: { redriveAllowPolicy: allow("byQueue", "work") },
          refused: { redriveAllowPolicy: allow("denyAll", "work") },
        },
      },
    },
  },
  { models, things: network },
);

describe("a simulated queue", () => {
  it("has a URL, an ARN and encryption of SQS's own", async () => {
    const made = await simulated({ models }).create(QUEUE, { name: "blog" });
    expect(made).to.include({ id: urlOf("blog"), url: urlOf("blog"), arn: arnOf("blog"), sqsManagedSseEnabled: true });
  });

  it("shows what its policies say, until they go", async () => {
    const cloud = simulated({ models });
    await queues(cloud);
    const { id } = await cloud.create(REDRIVE, { queueUrl: urlOf("work"), redrivePolicy: redrive("dead") });
    expect(cloud.thing(QUEUE, urlOf("work")).outputs["redrivePolicy"]).to.equal(redrive("dead"));
    await cloud.delete(REDRIVE, id);
    expect(cloud.thing(QUEUE, urlOf("work")).outputs["redrivePolicy"]).to.equal("");
  });

  it("has to be there for a policy of it", async () => {
    const cloud = simulated({ models });
    const refusal = await cloud.refusal(() => cloud.create(POLICY, { queueUrl: urlOf("gone"), policy: policy() }));
    expect(refusal).to.include({ code: "AWS.SimpleQueueService.NonExistentQueue", rule: `ref:${POLICY}.queueUrl` });
  });

  it("names the reason when it refuses a redrive policy", async () => {
    const cloud = simulated({ models });
    await queues(cloud);
    const reasons: string[] = [];
    for (const text of [redrive("gone"), redrive("dead", 0), "{}", redrive("dead.fifo")]) {
      const refusal = await cloud.refusal(() => cloud.create(QUEUE, { name: "blog", redrivePolicy: text }));
      reasons.push(/Reason: (.+)$/.exec(refusal.message)?.[1] ?? refusal.message);
    }
    expect(reasons[0]).to.equal("Dead letter target does not exist.");
    expect(reasons[1]).to.contain("maxReceiveCount: 0");
    expect(reasons[2]).to.contain("mandatory attribute");
    expect(reasons[3]).to.contain("same type");
  });
});
