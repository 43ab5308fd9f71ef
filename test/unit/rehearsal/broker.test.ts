import { expect } from "chai";
import { mq } from "../../../providers/rehearsal/aws/mq";
import { testRules } from "../support/rule-table";
import { network } from "../support/simulated-network";
import { simulated } from "../support/simulated-cloud";

const CONFIGURATION = "aws:mq/configuration:Configuration";
const BROKER = "aws:mq/broker:Broker";
const models = mq;

testRules(
  {
    [CONFIGURATION]: {
      base: { engineType: "RabbitMQ", engineVersion: "3.13", data: "consumer_timeout = 3600000\n" },
      rules: {
        "mq-configuration-name": { accepted: { name: "blog-mq" }, refused: { name: "blog mq" } },
        "mq-configuration-engine": { accepted: {}, refused: { engineType: "Rabbit" } },
        "mq-configuration-data": { accepted: {}, refused: { data: "consumer_timeout = one hour\n" } },
      },
    },
    [BROKER]: {
      base: {
        brokerName: "blog",
        engineType: "RabbitMQ",
        engineVersion: "3.13",
        hostInstanceType: "mq.m7g.medium",
        autoMinorVersionUpgrade: true,
        users: [{ username: "app", password: "correct-horse-battery" }],
        subnetIds: ["subnet-1a"],
        securityGroups: ["sg-1"],
      },
      rules: {
        "mq-name": { accepted: { brokerName: "blog_2" }, refused: { brokerName: "x".repeat(51) } },
        "mq-deployment-modes": {
          accepted: { deploymentMode: "SINGLE_INSTANCE" },
          refused: { deploymentMode: "CLUSTER" },
        },
        "mq-groups": {
          accepted: { securityGroups: ["sg-1", "sg-1b"] },
          refused: { securityGroups: Array(6).fill("sg-1") },
        },
        "mq-username-length": {
          accepted: { users: [{ username: "me", password: "correct-horse-battery" }] },
          refused: { users: [{ username: "i", password: "correct-horse-battery" }] },
        },
        "mq-password": {
          accepted: { users: [{ username: "app", password: "abcdabcdabcd" }] },
          refused: { users: [{ username: "app", password: "abcd,abcd,ab" }] },
        },
        "mq-audit-log": { accepted: { logs: { general: true } }, refused: { logs: { audit: "true" } } },
        "mq-engine": { accepted: {}, refused: { engineType: "ActiveMQ", engineVersion: "5.19" } },
        "mq-version": { accepted: { engineVersion: "4.2" }, refused: { engineVersion: "3.13.7" } },
        "mq-minor-upgrades": { accepted: {}, refused: { autoMinorVersionUpgrade: undefined } },
        "mq-instance-type": {
          accepted: { hostInstanceType: "mq.m5.large" },
          refused: { hostInstanceType: "mq.m5.large", engineVersion: "4.2" },
        },
        "mq-type-downgrade": {
          from: { hostInstanceType: "mq.m5.large" },
          accepted: { hostInstanceType: "mq.m5.xlarge" },
          refused: { hostInstanceType: "mq.t3.micro" },
        },
        "mq-deployment-mode": {
          accepted: { hostInstanceType: "mq.t3.micro" },
          refused: { deploymentMode: "ACTIVE_STANDBY_MULTI_AZ", subnetIds: ["subnet-1a", "subnet-1b"] },
        },
        "mq-subnets": {
          accepted: { deploymentMode: "CLUSTER_MULTI_AZ", subnetIds: ["subnet-1a", "subnet-1b", "subnet-1c"] },
          refused: { subnetIds: ["subnet-1a", "subnet-1b"] },
        },
        "mq-public-groups": {
          accepted: { publiclyAccessible: true, securityGroups: undefined },
          refused: { publiclyAccessible: true },
        },
        "mq-default-vpc": {
          accepted: { securityGroups: undefined, subnetIds: undefined },
          refused: { securityGroups: undefined },
        },
        "mq-groups-changed": {
          from: {},
          accepted: { hostInstanceType: "mq.m7g.large" },
          refused: { securityGroups: ["sg-1b"] },
        },
        "mq-one-user": {
          accepted: {},
          refused: { users: ["one", "two"].map((username) => ({ username, password: "correct-horse-battery" })) },
        },
        "mq-username": {
          accepted: { users: [{ username: "app_user", password: "correct-horse-battery" }] },
          refused: { users: [{ username: "guest", password: "correct-horse-battery" }] },
        },
        "mq-name-taken": {
          given: (cloud) =>
            cloud.create(BROKER, {
              brokerName: "taken",
              engineType: "RabbitMQ",
              engineVersion: "4.2",
              hostInstanceType: "mq.m7g.large",
              autoMinorVersionUpgrade: true,
              users: [{ username: "app", password: "correct-horse-battery" }],
            }),
          accepted: {},
          refused: { brokerName: "taken" },
        },
      },
    },
  },
  { models, things: network },
);

describe("a simulated broker", () => {
  it("has an endpoint of AMQP over TLS, and holds its configuration", async () => {
    const cloud = simulated({ models });
    const data = "consumer_timeout = 3600000\n";
    const configuration = await cloud.create(CONFIGURATION, { engineType: "RabbitMQ", engineVersion: "4.2", data });
    const { id, ...made } = await cloud.create(BROKER, {
      engineType: "RabbitMQ",
      engineVersion: "4.2",
      hostInstanceType: "mq.m7g.medium",
      autoMinorVersionUpgrade: true,
      users: [{ username: "app", password: "correct-horse-battery" }],
      configuration: { id: configuration.id, revision: configuration["latestRevision"] },
    });
    expect(id).to.match(/^b-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const [instance] = made["instances"] as { endpoints: string[] }[];
    expect(instance?.endpoints).to.deep.equal([`amqps://${id}.mq.us-east-1.on.aws:5671`]);
    const refusal = await cloud.refusal(() => cloud.delete(CONFIGURATION, configuration.id));
    expect(refusal.code).to.equal("ConflictException");
    const changed = await cloud.update(CONFIGURATION, configuration.id, {
      engineType: "RabbitMQ",
      engineVersion: "4.2",
      data: "consumer_timeout = 7200000\n",
    });
    expect(changed["latestRevision"]).to.equal(2);
  });

  it("spreads a cluster over subnets of different zones", async () => {
    const cloud = simulated({ models });
    for (const thing of network) cloud.open.world.store.add(structuredClone(thing), "cloud");
    const refusal = await cloud.refusal(() =>
      cloud.create(BROKER, {
        engineType: "RabbitMQ",
        engineVersion: "4.2",
        hostInstanceType: "mq.m7g.large",
        autoMinorVersionUpgrade: true,
        deploymentMode: "CLUSTER_MULTI_AZ",
        users: [{ username: "app", password: "correct-horse-battery" }],
        subnetIds: ["subnet-1a", "subnet-1a2"],
        securityGroups: ["sg-1"],
      }),
    );
    expect(refusal).to.include({ rule: "mq-subnets", code: "BadRequestException" });
  });

  it("says of a password what is wrong, not what it is", () => {
    const users = [{ username: "app", password: "canary" }];
    const inputs = { engineType: "RabbitMQ", engineVersion: "4.2", hostInstanceType: "mq.m7g.medium", users };
    const { failures } = simulated({ models }).check(BROKER, inputs);
    expect(failures.map(({ rule }) => rule)).to.deep.equal(["mq-password"]);
    expect(failures[0]?.reason).to.not.contain("canary");
  });
});
