import type { Values } from "../../../providers/rehearsal/model";
import { cloudwatch } from "../../../providers/rehearsal/aws/cloudwatch";
import { sns } from "../../../providers/rehearsal/aws/sns";
import { testRules } from "../support/rule-table";
import { ROLE, network } from "../support/simulated-network";
import type { SimulatedCloud } from "../support/simulated-cloud";

const LOGS = "aws:cloudwatch/logGroup:LogGroup";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const TOPIC = "aws:sns/topic:Topic";
const models = [...cloudwatch, ...sns];

const TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:alarms";
const CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/blog";
const TASK = "arn:aws:ecs:us-east-1:123456789012:task-definition/blog:1";
const topic = (cloud: SimulatedCloud): Promise<unknown> => cloud.create(TOPIC, { name: "alarms" });
const scheduled = (cloud: SimulatedCloud): Promise<unknown> =>
  cloud.create(RULE, { name: "nightly", scheduleExpression: "rate(1 day)" });
async function both(cloud: SimulatedCloud): Promise<void> {
  await topic(cloud);
  await scheduled(cloud);
}

const metric = { metricName: "CPUUtilization", namespace: "AWS/ECS", period: 60, stat: "Average" };
const query = (id: string, more: Values): Values => ({ id, ...more });
/** An alarm on an expression instead of a metric. */
function queries(...metricQueries: Values[]): Values {
  const none = Object.fromEntries(["metricName", "namespace", "period", "statistic"].map((name) => [name, undefined]));
  return { ...none, metricQueries };
}

const widget = (type: string, properties: Values, more: Values = {}): Values => ({
  type,
  x: 0,
  y: 0,
  width: 12,
  height: 6,
  properties,
  ...more,
});
const body = (...widgets: Values[]): Values => ({ dashboardBody: JSON.stringify({ widgets }) });
const graph = widget("metric", { region: "us-east-1", metrics: [["AWS/SQS", "NumberOfMessagesSent"]] });

testRules(
  {
    [LOGS]: {
      base: { name: "/blog/web" },
      rules: {
        "log-group-name": { accepted: { name: "/blog/web.1_#-" }, refused: { name: "blog web" } },
        "log-group-days": { accepted: { retentionInDays: 30 }, refused: { retentionInDays: 31 } },
        "log-group-class": {
          accepted: { logGroupClass: "INFREQUENT_ACCESS" },
          refused: { logGroupClass: "INFREQUENT" },
        },
        "log-group-exists": {
          given: (cloud) => cloud.create(LOGS, { name: "/taken" }),
          accepted: {},
          refused: { name: "/taken" },
        },
        "log-group-protected": { deleted: true, accepted: {}, refused: { deletionProtectionEnabled: true } },
      },
    },
    [ALARM]: {
      base: {
        name: "cpu",
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 3,
        metricName: "CPUUtilization",
        namespace: "AWS/ECS",
        period: 60,
        statistic: "Average",
        threshold: 80,
      },
      rules: {
        "alarm-name": { accepted: { name: "a b: c" }, refused: { name: "x".repeat(256) } },
        "alarm-description": {
          accepted: { alarmDescription: "x".repeat(1024) },
          refused: { alarmDescription: "x".repeat(1025) },
        },
        "alarm-comparison": {
          accepted: { comparisonOperator: "LessThanOrEqualToThreshold" },
          refused: { comparisonOperator: "GreaterThan" },
        },
        "alarm-statistic-name": { accepted: { statistic: "Sum" }, refused: { statistic: "p95" } },
        "alarm-percentile": {
          accepted: { statistic: undefined, extendedStatistic: "p99.9" },
          refused: { statistic: undefined, extendedStatistic: "95" },
        },
        "alarm-missing-data": {
          accepted: { treatMissingData: "notBreaching" },
          refused: { treatMissingData: "not-breaching" },
        },
        "alarm-periods": { accepted: { evaluationPeriods: 1 }, refused: { evaluationPeriods: 0 } },
        "alarm-period": { accepted: { period: 30 }, refused: { period: 90 } },
        "alarm-metric-or-queries": {
          accepted: queries(query("m1", { metric, returnData: true })),
          refused: { metricQueries: [query("m1", { metric, returnData: true })] },
        },
        "alarm-statistic": {
          accepted: { statistic: undefined, extendedStatistic: "p95" },
          refused: { extendedStatistic: "p95" },
        },
        "alarm-queries": {
          accepted: queries(query("m1", { metric }), query("e1", { expression: "m1*2", returnData: true })),
          refused: queries(query("m1", { metric, expression: "m1*2", returnData: true })),
        },
        "alarm-threshold-or-metric": {
          accepted: { threshold: undefined, thresholdMetricId: "e1" },
          refused: { thresholdMetricId: "e1" },
        },
        "alarm-actions": {
          given: topic,
          accepted: { alarmActions: [TOPIC_ARN] },
          refused: { alarmActions: Array(6).fill(TOPIC_ARN) },
        },
        "alarm-ok-actions": {
          given: topic,
          accepted: { okActions: [TOPIC_ARN] },
          refused: { okActions: Array(6).fill(TOPIC_ARN) },
        },
        "alarm-no-data-actions": {
          given: topic,
          accepted: { insufficientDataActions: [TOPIC_ARN] },
          refused: { insufficientDataActions: Array(6).fill(TOPIC_ARN) },
        },
        "alarm-action-arn": {
          given: topic,
          accepted: { alarmActions: [TOPIC_ARN] },
          refused: { alarmActions: ["alarms"] },
        },
        "alarm-threshold": { accepted: { threshold: 0 }, refused: { threshold: undefined } },
        "alarm-period-needed": { accepted: {}, refused: { period: undefined } },
        "alarm-datapoints": { accepted: { datapointsToAlarm: 3 }, refused: { datapointsToAlarm: 4 } },
        "alarm-range": {
          accepted: { period: 3600, evaluationPeriods: 168 },
          refused: { period: 300, evaluationPeriods: 289 },
        },
        "alarm-one-result": {
          accepted: queries(query("m1", { metric, returnData: true })),
          refused: queries(query("m1", { metric, returnData: true }), query("m2", { metric, returnData: true })),
        },
        "alarm-query-ids": {
          accepted: queries(query("m1", { metric, returnData: true })),
          refused: queries(query("M1", { metric, returnData: true })),
        },
      },
    },
    [DASHBOARD]: {
      base: { dashboardName: "blog", ...body(graph) },
      rules: {
        "dashboard-name": { accepted: { dashboardName: "blog_prod-1" }, refused: { dashboardName: "blog prod" } },
        "dashboard-json": { accepted: {}, refused: { dashboardBody: "widgets:" } },
        "dashboard-body": {
          accepted: body(graph, widget("text", { markdown: "# Blog" })),
          refused: body(widget("metric", { region: "us-east-1" })),
        },
      },
    },
    [RULE]: {
      base: { name: "nightly", scheduleExpression: "rate(1 day)" },
      rules: {
        "event-rule-name": { accepted: { name: "nightly.1" }, refused: { name: "every night" } },
        "event-rule-when": { accepted: {}, refused: { scheduleExpression: undefined } },
        "event-pattern-json": {
          accepted: { eventPattern: JSON.stringify({ source: ["aws.ecs"] }) },
          refused: { eventPattern: "aws.ecs" },
        },
        "event-pattern-length": {
          accepted: { eventPattern: JSON.stringify({ source: ["aws.ecs"] }) },
          refused: { eventPattern: JSON.stringify({ source: ["x".repeat(4096)] }) },
        },
        "event-rule-description": {
          accepted: { description: "x".repeat(512) },
          refused: { description: "x".repeat(513) },
        },
        "event-rule-state": { accepted: { isEnabled: false }, refused: { isEnabled: false, state: "DISABLED" } },
        "event-rule-states": { accepted: { state: "DISABLED" }, refused: { state: "OFF" } },
        "event-schedule": {
          accepted: { scheduleExpression: "cron(0 3 * * ? *)" },
          refused: { scheduleExpression: "rate(1 minutes)" },
        },
        "event-pattern": {
          accepted: { eventPattern: JSON.stringify({ detail: { group: [{ prefix: "service:" }] } }) },
          refused: { eventPattern: JSON.stringify({ source: "aws.ecs" }) },
        },
      },
    },
    [TARGET]: {
      base: { rule: "nightly", arn: TOPIC_ARN },
      rules: {
        "event-target-id": { given: both, accepted: { targetId: "mail" }, refused: { targetId: "to mail" } },
        "event-target-arn": { given: both, accepted: {}, refused: { arn: "alarms" } },
        "event-target-input": {
          given: both,
          accepted: { input: "{}" },
          refused: { input: "{}", inputTransformer: { inputTemplate: "x" } },
        },
        "event-target-path": {
          given: both,
          accepted: { inputPath: "$.detail" },
          refused: { input: "{}", inputPath: "$" },
        },
        "event-target-json": { given: both, accepted: { input: '{"a": 1}' }, refused: { input: "a" } },
        "event-target-retries": {
          given: both,
          accepted: { retryPolicy: { maximumRetryAttempts: 185 } },
          refused: { retryPolicy: { maximumRetryAttempts: 186 } },
        },
        "event-target-age": {
          given: both,
          accepted: { retryPolicy: { maximumEventAgeInSeconds: 60 } },
          refused: { retryPolicy: { maximumEventAgeInSeconds: 86401 } },
        },
        "event-targets": {
          given: async (cloud) => {
            await both(cloud);
            await cloud.create(RULE, { name: "full", scheduleExpression: "rate(2 days)" });
            for (let count = 0; count < 5; count += 1) await cloud.create(TARGET, { rule: "full", arn: TOPIC_ARN });
          },
          accepted: {},
          refused: { rule: "full" },
        },
        "event-target-role": {
          given: both,
          accepted: { arn: CLUSTER, roleArn: ROLE },
          refused: { arn: CLUSTER },
        },
        "event-target-network": {
          given: both,
          accepted: {
            arn: CLUSTER,
            roleArn: ROLE,
            ecsTarget: {
              taskDefinitionArn: TASK,
              launchType: "FARGATE",
              networkConfiguration: { subnets: ["subnet-1a"] },
            },
          },
          refused: { arn: CLUSTER, roleArn: ROLE, ecsTarget: { taskDefinitionArn: TASK, launchType: "FARGATE" } },
        },
      },
    },
  },
  { models, things: network },
);
