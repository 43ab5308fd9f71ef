import { expect } from "chai";
import type { Values } from "../../../providers/rehearsal/model";
import { cloudwatch } from "../../../providers/rehearsal/aws/cloudwatch";
import { sns } from "../../../providers/rehearsal/aws/sns";
import { sqs } from "../../../providers/rehearsal/aws/sqs";
import { testRules } from "../support/rule-table";
import { network } from "../support/simulated-network";
import { simulated, type SimulatedCloud } from "../support/simulated-cloud";

const TOPIC = "aws:sns/topic:Topic";
const POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const QUEUE = "aws:sqs/queue:Queue";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
const models = [...sns, ...sqs, ...cloudwatch];

const arnOf = (name: string, service = "sns"): string => `arn:aws:${service}:us-east-1:123456789012:${name}`;
const topic = (cloud: SimulatedCloud): Promise<unknown> => cloud.create(TOPIC, { name: "alarms" });

function policy(more: Values = {}): string {
  const Principal = { Service: "cloudwatch.amazonaws.com" };
  const statement = { Effect: "Allow", Principal, Action: "SNS:Publish", Resource: arnOf("alarms"), ...more };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

async function topicAndQueues(cloud: SimulatedCloud): Promise<void> {
  await topic(cloud);
  await cloud.create(TOPIC, { name: "ordered.fifo", fifoTopic: true });
  await cloud.create(QUEUE, { name: "dead" });
  await cloud.create(QUEUE, { name: "ordered.fifo", fifoQueue: true });
}

const rate = (kind: string, percent: number): Values => ({ [`${kind}SuccessFeedbackSampleRate`]: percent });
const sampled = (kind: string): { accepted: Values; refused: Values } => ({
  accepted: rate(kind, 100),
  refused: rate(kind, 101),
});

testRules(
  {
    [TOPIC]: {
      base: { name: "alarms" },
      rules: {
        "topic-name": { accepted: { name: "alarms.fifo", fifoTopic: true }, refused: { name: "alarms.fifo" } },
        "topic-fifo-only": {
          accepted: { name: "alarms.fifo", fifoTopic: true, contentBasedDeduplication: true },
          refused: { contentBasedDeduplication: true },
        },
        "topic-application-sample-rate": sampled("application"),
        "topic-firehose-sample-rate": sampled("firehose"),
        "topic-http-sample-rate": sampled("http"),
        "topic-lambda-sample-rate": sampled("lambda"),
        "topic-sqs-sample-rate": sampled("sqs"),
        "topic-signature-version": { accepted: { signatureVersion: 2 }, refused: { signatureVersion: 3 } },
        "topic-tracing": { accepted: { tracingConfig: "Active" }, refused: { tracingConfig: "On" } },
        "topic-policy-json": { accepted: { policy: policy() }, refused: { policy: "Allow" } },
        "topic-delivery-json": { accepted: { deliveryPolicy: "{}" }, refused: { deliveryPolicy: "{" } },
        "topic-display-name": {
          accepted: { displayName: "x".repeat(100) },
          refused: { displayName: "x".repeat(101) },
        },
        "topic-own-policy": {
          accepted: { policy: policy() },
          refused: { policy: policy({ Action: "sns:CreateTopic" }) },
        },
      },
    },
    [POLICY]: {
      base: { arn: arnOf("alarms"), policy: policy() },
      rules: {
        "topic-policy-topic": { given: topic, accepted: {}, refused: { arn: "alarms" } },
        "topic-policy-resource-json": { given: topic, accepted: {}, refused: { policy: "Allow" } },
        "topic-policy": {
          given: topic,
          accepted: { policy: policy({ Action: "SNS:Get*" }) },
          refused: { policy: policy({ Principal: undefined }) },
        },
      },
    },
    [SUBSCRIPTION]: {
      base: { topic: arnOf("alarms"), protocol: "email", endpoint: "me@example.com" },
      rules: {
        "subscription-protocol": { given: topic, accepted: {}, refused: { protocol: "mail" } },
        "subscription-topic": { given: topic, accepted: {}, refused: { topic: "alarms" } },
        "subscription-filter-json": { given: topic, accepted: { filterPolicy: "{}" }, refused: { filterPolicy: "{" } },
        "subscription-redrive-json": {
          given: topicAndQueues,
          accepted: { redrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("dead", "sqs") }) },
          refused: { redrivePolicy: "dead" },
        },
        "subscription-filter-scopes": {
          given: topic,
          accepted: { filterPolicy: "{}", filterPolicyScope: "MessageBody" },
          refused: { filterPolicy: "{}", filterPolicyScope: "Body" },
        },
        "subscription-filter-scope": {
          given: topic,
          accepted: { filterPolicy: "{}", filterPolicyScope: "MessageBody" },
          refused: { filterPolicyScope: "MessageBody" },
        },
        "subscription-endpoint": {
          given: topic,
          accepted: { protocol: "https", endpoint: "https://hooks.example.com/1" },
          refused: { protocol: "https", endpoint: "http://hooks.example.com/1" },
        },
        "subscription-fifo": {
          given: topicAndQueues,
          accepted: { topic: arnOf("ordered.fifo"), protocol: "sqs", endpoint: arnOf("ordered.fifo", "sqs") },
          refused: { topic: arnOf("ordered.fifo") },
        },
        "subscription-redrive": {
          given: topicAndQueues,
          accepted: { redrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("dead", "sqs") }) },
          refused: { redrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("dead", "sqs"), maxReceiveCount: 5 }) },
        },
        "subscription-role": {
          given: topic,
          accepted: {},
          refused: { protocol: "firehose", endpoint: "arn:aws:firehose:us-east-1:123456789012:deliverystream/log" },
        },
        "subscription-raw": {
          given: topicAndQueues,
          accepted: { protocol: "sqs", endpoint: arnOf("dead", "sqs"), rawMessageDelivery: true },
          refused: { rawMessageDelivery: true },
        },
      },
    },
  },
  { models, things: network },
);

describe("a simulated topic", () => {
  let cloud: SimulatedCloud;
  beforeEach(async () => {
    cloud = simulated({ models });
    await topic(cloud);
  });

  it("waits for an address to be confirmed, but not for a queue", async () => {
    await cloud.create(QUEUE, { name: "dead" });
    const subscribe = (protocol: string, endpoint: string): Promise<Values> =>
      cloud.create(SUBSCRIPTION, { topic: arnOf("alarms"), protocol, endpoint });
    const mail = await subscribe("email", "me@example.com");
    expect(mail["pendingConfirmation"]).to.equal(true);
    expect(mail["arn"]).to.match(/^arn:aws:sns:us-east-1:123456789012:alarms:[0-9a-f-]{36}$/);
    expect((await subscribe("https", "https://example.com"))["pendingConfirmation"]).to.equal(true);
    expect((await subscribe("sqs", arnOf("dead", "sqs")))["pendingConfirmation"]).to.equal(false);
    await cloud.delete(TOPIC, arnOf("alarms"));
    expect(cloud.all(SUBSCRIPTION)).to.deep.equal([]);
  });

  it("does not repeat a webhook's address when it refuses it", async () => {
    const refused = { topic: arnOf("alarms"), protocol: "https", endpoint: "hooks.example.com/canary" };
    const refusal = await cloud.refusal(() => cloud.create(SUBSCRIPTION, refused));
    expect(refusal.message).to.not.contain("canary");
  });

  it("shows the policy that it got, and its own again when that goes", async () => {
    const own = cloud.thing(TOPIC, arnOf("alarms")).outputs["policy"];
    const { id } = await cloud.create(POLICY, { arn: arnOf("alarms"), policy: policy() });
    expect(cloud.thing(TOPIC, arnOf("alarms")).outputs["policy"]).to.equal(policy());
    await cloud.delete(POLICY, id);
    expect(cloud.thing(TOPIC, arnOf("alarms")).outputs["policy"]).to.equal(own);
  });

  it("has to be there for alarms, subscriptions and events", async () => {
    const gone = arnOf("gone");
    const alarm = { comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1, threshold: 1, statistic: "Sum" };
    const metric = { metricName: "Errors", namespace: "Blog", period: 60, alarmActions: [gone] };
    const mail = { protocol: "email", endpoint: "me@example.com", topic: gone };
    await cloud.create(RULE, { name: "nightly", scheduleExpression: "rate(1 day)" });
    const refusals = [
      await cloud.refusal(() => cloud.create(ALARM, { ...alarm, ...metric })),
      await cloud.refusal(() => cloud.create(SUBSCRIPTION, mail)),
      await cloud.refusal(() => cloud.create(TARGET, { rule: "nightly", arn: gone })),
      await cloud.refusal(() => cloud.create(TARGET, { rule: "daily", arn: arnOf("alarms") })),
    ];
    expect(refusals.map(({ code }) => code)).to.deep.equal([
      "ValidationError",
      "NotFound",
      "ValidationException",
      "ResourceNotFoundException",
    ]);
  });

  it("is told by an event rule, which cannot go before its targets", async () => {
    await cloud.create(RULE, { name: "nightly", scheduleExpression: "rate(1 day)" });
    const { id } = await cloud.create(TARGET, { rule: "nightly", arn: arnOf("alarms") });
    expect((await cloud.refusal(() => cloud.delete(RULE, "nightly"))).code).to.equal("ValidationException");
    await cloud.delete(TARGET, id);
    await cloud.delete(RULE, "nightly");
  });

  it("names every fault of a dashboard", async () => {
    const widgets = [
      { type: "graph", properties: {} },
      { type: "metric", properties: { region: "us-east-1", metrics: [["AWS/SQS", "Sent"], "AWS/SQS"] } },
      { type: "text", width: 25, properties: {} },
    ];
    const dashboardBody = JSON.stringify({ widgets });
    const refusal = await cloud.refusal(() => cloud.create(DASHBOARD, { dashboardName: "blog", dashboardBody }));
    expect(refusal.message).to.contain("there are 4 validation errors");
    for (const path of [
      "/widgets/0/type",
      "/widgets/1/properties/metrics/1",
      "/widgets/2/width",
      "/widgets/2/properties",
    ]) {
      expect(refusal.message).to.contain(`"${path}"`);
    }
  });
});
