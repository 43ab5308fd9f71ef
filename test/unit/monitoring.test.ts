import { expect } from "chai";
import { checkSettings, type SettingsInput } from "../../components";
import { Monitoring, type MonitoringArgs } from "../../components/monitoring";
import { defaultConnections } from "../../components/monitoring/connections";
import { graphText, registeredBy, type Registered } from "./support/resource-graph";

const CANARY = "https://hooks.example.com/canary-canary";
const ARN = "arn:aws:sns:eu-central-1:123456789012:topic";

const COMPUTED = {
  "aws:sns/topic:Topic": { arn: ARN },
  "aws:sns/topicPolicy:TopicPolicy": {},
  "aws:sns/topicSubscription:TopicSubscription": {},
  "aws:cloudwatch/metricAlarm:MetricAlarm": { arn: "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:a" },
  "aws:cloudwatch/eventRule:EventRule": { arn: "arn:aws:events:eu-central-1:123456789012:rule/r", name: "r" },
  "aws:cloudwatch/eventTarget:EventTarget": {},
  "aws:cloudwatch/dashboard:Dashboard": {},
};

const ALL: Partial<MonitoringArgs> = {
  database: { identifier: "db", engine: "mariadb", instanceClass: "db.t4g.small", storageGb: 30 },
  queues: { celery: "queue-1", mail: "queue-2" },
  deadLetterQueue: "dead",
};

function settingsOf(monitoring: NonNullable<SettingsInput["ecs"]>["monitoring"]) {
  const app = { name: "shop", source: ".", entry: "app:app" };
  const input: SettingsInput = { app, targets: ["ecs"], ecs: { monitoring } };
  return checkSettings(input, { stack: "prod", available: ["ecs"] }).ecs.monitoring;
}

function register(
  monitoring: NonNullable<SettingsInput["ecs"]>["monitoring"],
  more: Partial<MonitoringArgs> = ALL,
): Promise<Registered[]> {
  return registeredBy(() => {
    new Monitoring("shop", {
      monitoring: settingsOf(monitoring),
      title: "prod-shop",
      region: "eu-central-1",
      loadBalancer: { arnSuffix: "app/shop/1", targetGroupArnSuffix: "targetgroup/shop/2" },
      ecs: {
        cluster: { name: "prod-shop", arn: "arn:aws:ecs:eu-central-1:123456789012:cluster/prod-shop" },
        services: { web: "shop-web", worker: "shop-worker" },
      },
      ...more,
    });
  }, COMPUTED);
}

const of = (all: readonly Registered[], type: string): Registered[] =>
  all.filter((one) => one.type.endsWith(`:${type}`));
const alarm = (all: readonly Registered[], key: string): Record<string, unknown> =>
  all.find(({ name }) => name === `shop-alarm-${key}`)?.inputs ?? {};

describe("monitoring", () => {
  it("watches everything that there is by at most a dozen alarms, all told to one topic", async () => {
    const all = await register({ alarms: true, dashboard: true });
    const alarms = of(all, "MetricAlarm");
    const keys = alarms.map(({ name }) => name.replace("shop-alarm-", "")).sort();
    expect(keys).to.deep.equal([
      "backlog",
      "databaseConnections",
      "databaseCpu",
      "databaseStorage",
      "deadLetters",
      "errors",
      "slow",
      "unhealthy",
    ]);
    for (const { inputs } of alarms) expect(inputs).to.deep.include({ alarmActions: [ARN], okActions: [ARN] });
  });

  it("watches no queue and no database where there is none", async () => {
    const all = await register({ alarms: true }, {});
    const keys = of(all, "MetricAlarm").map(({ name }) => name.replace("shop-alarm-", ""));
    expect(keys.sort()).to.deep.equal(["errors", "slow", "unhealthy"]);
  });

  it("takes its thresholds from the config and the database's size", async () => {
    const all = await register({ alarms: true, errorShare: 2, slowSeconds: 0.5, backlogSeconds: 90 });
    expect(alarm(all, "errors")).to.deep.include({ threshold: 2 });
    expect(alarm(all, "slow")).to.deep.include({ threshold: 0.5, extendedStatistic: "p95" });
    expect(alarm(all, "backlog")).to.deep.include({ threshold: 90 });
    expect(alarm(all, "databaseStorage")).to.deep.include({ threshold: 3 * 2 ** 30, statistic: "Minimum" });
    expect(alarm(all, "databaseConnections")).to.deep.include({ threshold: 136 });
  });

  it("looks at the oldest of all queues, and at none that waits for an ETA only", async () => {
    const queries = alarm(await register({ alarms: true }), "backlog")["metricQueries"] as Record<string, unknown>[];
    const ids = ["age0", "waiting0", "age1", "waiting1", "held0", "held1", "oldest"];
    expect(queries.map(({ id }) => id)).to.deep.equal(ids);
    expect(queries.map(({ expression }) => expression).slice(4)).to.deep.equal([
      "IF(FILL(waiting0, 0) > 0, FILL(age0, 0), 0)",
      "IF(FILL(waiting1, 0) > 0, FILL(age1, 0), 0)",
      "MAX([held0, held1])",
    ]);
  });

  it("lets only its own alarms and its own rule publish", async () => {
    const [policy] = of(await register({ alarms: true }), "TopicPolicy");
    const { Statement } = JSON.parse(String(policy?.inputs["policy"])) as { Statement: Record<string, unknown>[] };
    expect(Statement.map(({ Principal }) => Principal)).to.deep.equal([
      { Service: "cloudwatch.amazonaws.com" },
      { Service: "events.amazonaws.com" },
    ]);
    for (const { Condition } of Statement) expect(Condition).to.have.nested.property("ArnEquals.aws:SourceArn");
  });

  it("hears of failed rollouts of its own cluster only", async () => {
    const [rule] = of(await register({ alarms: true }), "EventRule");
    expect(JSON.parse(String(rule?.inputs["eventPattern"]))).to.deep.include({
      resources: [{ prefix: "arn:aws:ecs:eu-central-1:123456789012:service/prod-shop/" }],
      detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
    });
  });

  it("tells an address and a webhook, whose URL is secret", async () => {
    const all = await register({ alarms: true, email: "ops@example.com", webhook: CANARY });
    expect(of(all, "TopicSubscription").map(({ name }) => name)).to.deep.equal([
      "shop-subscription-email",
      "shop-subscription-https",
    ]);
    expect(graphText(all, {})).not.to.contain("canary");
  });

  it("makes nothing where nothing is wanted", async () => {
    expect((await register({ alarms: false, dashboard: false })).map(({ name }) => name)).to.deep.equal(["shop"]);
  });

  it("shows on the dashboard what the alarms watch, two panels a row", async () => {
    const [board] = of(await register({ dashboard: true }), "Dashboard");
    const { widgets } = JSON.parse(String(board?.inputs["dashboardBody"])) as {
      widgets: { x: number; y: number; properties: { title: string; region: string } }[];
    };
    expect(widgets).to.have.length(10);
    expect(new Set(widgets.map(({ x, y }) => `${x},${y}`)).size).to.equal(10);
    for (const { properties } of widgets) expect(properties.region).to.equal("eu-central-1");
  });

  it("can be changed by a transform", async () => {
    const all = await register(
      { alarms: true },
      {
        transform: {
          alarm: (args) => void (args.evaluationPeriods = 9),
          topic: (_, opts) => void (opts.protect = true),
        },
      },
    );
    expect(alarm(all, "slow")).to.deep.include({ evaluationPeriods: 9 });
  });

  it("knows the connections of the usual classes", () => {
    const of = (engine: "mariadb" | "postgres", instanceClass: string) => defaultConnections({ engine, instanceClass });
    expect(of("mariadb", "db.t4g.micro")).to.equal(85);
    expect(of("postgres", "db.r6g.xlarge")).to.equal(3604);
    expect(of("postgres", "db.m6g.16xlarge")).to.equal(5000);
    expect(of("mariadb", "db.x.strange")).to.equal(undefined);
  });
});
