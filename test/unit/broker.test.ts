import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import type { SettingsInput } from "../../components";
import { Broker } from "../../components/broker";
import type { InContainer } from "../../components/broker/args";
import { AWS_COMPUTED } from "./support/aws-mocks";
import { bound, CANARY, ecsSettings, host, named, openText, secretValue, valueOf } from "./support/data-components";
import type { Registered } from "./support/resource-graph";

type BrokerInput = NonNullable<NonNullable<SettingsInput["ecs"]>["broker"]>;

const PASSWORD = `${CANARY}-1`;
const URL_OF = (queue: string): string =>
  `https://sqs.eu-central-1.amazonaws.com/123456789012/shop-broker-queue-${queue}`;

async function make(
  broker: BrokerInput,
  more: Partial<Pick<InContainer, "host" | "resultVariable" | "longestEta">> = {},
): Promise<Awaited<ReturnType<typeof bound>> & { names: Record<string, string>; dead: string | undefined }> {
  let own: Broker | undefined;
  const made = await bound(() => {
    own = new Broker("shop-broker", {
      broker: ecsSettings({ broker }).broker,
      host: host(),
      variable: "CELERY_BROKER_URL",
      longestEta: 3600,
      ...more,
    });
    return own;
  }, AWS_COMPUTED);
  const { queueNames, deadLetterName } = own as unknown as Broker;
  return {
    ...made,
    names: await valueOf(pulumi.output(queueNames)),
    dead: deadLetterName && (await valueOf(deadLetterName)),
  };
}

const json = (value: unknown): unknown => JSON.parse(value as string);
const url = (all: readonly Registered[]): unknown =>
  secretValue(named(all, "shop-broker-url-version").inputs["secretString"]);

describe("queues of SQS", () => {
  const two = { kind: "sqs" as const, queues: ["celery", "mail"], visibilityTimeout: 7200, maxReceives: 3 };

  it("are encrypted, wait for messages, and put aside what was delivered too often", async () => {
    const { all, names, dead } = await make(two);
    const { redrivePolicy, ...queue } = named(all, "shop-broker-queue-mail").inputs;
    expect(queue).to.deep.equal({
      visibilityTimeoutSeconds: 7200,
      messageRetentionSeconds: 604_800,
      receiveWaitTimeSeconds: 20,
      sqsManagedSseEnabled: true,
    });
    const deadLetterTargetArn = "arn:aws:sqs:eu-central-1:123456789012:shop-broker-dead";
    expect(json(redrivePolicy)).to.deep.equal({ deadLetterTargetArn, maxReceiveCount: 3 });
    // It counts from the moment a message was first sent.
    expect(named(all, "shop-broker-dead").inputs["messageRetentionSeconds"]).to.be.greaterThan(604_800);
    expect(names).to.deep.equal({ celery: "shop-broker-queue-celery", mail: "shop-broker-queue-mail" });
    expect(dead).to.equal("shop-broker-dead");
  });

  it("refuse whoever comes without TLS, and dead letters from elsewhere", async () => {
    const { all } = await make(two);
    for (const [key, queue] of Object.entries({ celery: "queue-celery", mail: "queue-mail", "dead-letters": "dead" })) {
      expect(json(named(all, `shop-broker-policy-${key}`).inputs["policy"]), key).to.deep.equal({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "sqs:*",
            Resource: `arn:aws:sqs:eu-central-1:123456789012:shop-broker-${queue}`,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      });
    }
    const sourceQueueArns = ["celery", "mail"].map(
      (queue) => `arn:aws:sqs:eu-central-1:123456789012:shop-broker-queue-${queue}`,
    );
    const allow = json(named(all, "shop-broker-redrive").inputs["redriveAllowPolicy"]);
    expect(allow).to.deep.equal({ redrivePermission: "byQueue", sourceQueueArns });
  });

  it("let a task's role send and take, in these queues alone, and make or find none", async () => {
    const { binding } = await make(two);
    expect(binding.statements).to.deep.equal([
      {
        Effect: "Allow",
        Action: [
          "sqs:SendMessage",
          "sqs:ReceiveMessage",
          "sqs:DeleteMessage",
          "sqs:ChangeMessageVisibility",
          "sqs:GetQueueAttributes",
        ],
        Resource: [
          "arn:aws:sqs:eu-central-1:123456789012:shop-broker-queue-celery",
          "arn:aws:sqs:eu-central-1:123456789012:shop-broker-queue-mail",
        ],
      },
    ]);
  });

  it("are told to the application by name, the default one first, without a secret or a result backend", async () => {
    const { binding } = await make(two, { resultVariable: "RESULTS" });
    expect(binding.environment).to.deep.equal({
      SLIPWAY_SQS_1: `celery ${URL_OF("celery")}`,
      SLIPWAY_SQS_2: `mail ${URL_OF("mail")}`,
      CELERY_BROKER_URL: "sqs://",
      SLIPWAY_SQS_REGION: "eu-central-1",
      SLIPWAY_SQS_VISIBILITY: "7200",
    });
    expect(binding.secrets).to.deep.equal({});
  });
});

describe("RabbitMQ in a container", () => {
  const rabbit = { kind: "rabbitmq-container" as const, password: PASSWORD };
  const container = (all: readonly Registered[]): Record<string, unknown> => {
    const [definition] = all.filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition");
    const [first] = json(definition?.inputs["containerDefinitions"]) as Record<string, unknown>[];
    return first ?? {};
  };

  it("is one, and the old one stops before the new one starts: they share a folder", async () => {
    const { all } = await make(rabbit);
    const [service] = all.filter(({ type }) => type === "aws:ecs/service:Service");
    expect(service?.inputs).to.deep.include({
      desiredCount: 1,
      deploymentMinimumHealthyPercent: 0,
      deploymentMaximumPercent: 100,
    });
    const [access] = all.filter(({ type }) => type === "aws:efs/accessPoint:AccessPoint");
    expect(access?.inputs["posixUser"]).to.deep.include({ uid: 999 });
  });

  it("keeps the node's name, waits longer than the longest ETA, and opens no port but AMQP", async () => {
    const { all } = await make(rabbit, { longestEta: 7200 });
    const { environment, portMappings, user, image } = container(all);
    expect(environment).to.deep.include.members([
      { name: "RABBITMQ_NODENAME", value: "rabbit@localhost" },
      { name: "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", value: "-rabbit consumer_timeout 9000000" },
    ]);
    expect(portMappings).to.have.length(1);
    expect((portMappings as object[])[0]).to.deep.include({ containerPort: 5672 });
    expect(user).to.equal("999:999");
    expect(image).to.equal("docker.io/library/rabbitmq:4.2");
  });

  it("has its password, and the application its URL, from secrets alone", async () => {
    const { all, binding } = await make(rabbit, { resultVariable: "RESULTS" });
    expect(url(all)).to.equal(`amqp://app:${PASSWORD}@broker.shop.internal:5672//`);
    expect(openText(all)).not.to.contain(CANARY);
    expect(container(all)["secrets"]).to.deep.equal([
      {
        name: "RABBITMQ_DEFAULT_PASS",
        valueFrom: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-broker-password-secret",
      },
    ]);
    expect(binding.secrets).to.have.keys("CELERY_BROKER_URL");
    expect(binding.environment).to.deep.equal({
      RESULTS: "rpc://",
      SLIPWAY_CELERY_BROKER_URL_VERSION: "shop-broker-url-version-1",
    });
    expect(binding.statements).to.deep.equal([]);
  });

  it("does not run on machines that are taken away", async () => {
    const { all } = await make(rabbit, { host: host({ kind: "fargate-spot" }) });
    const [service] = all.filter(({ type }) => type === "aws:ecs/service:Service");
    expect(JSON.stringify(service?.inputs["capacityProviderStrategies"])).to.match(/"FARGATE"/);
  });
});

describe("RabbitMQ at Amazon MQ", () => {
  const mq = { kind: "amazon-mq" as const, password: PASSWORD };

  it("is private, upgraded and logged, and its only user keeps the first password", async () => {
    const { all } = await make(mq);
    const broker = named(all, "shop-broker-mq");
    expect(broker.inputs).to.deep.include({
      engineType: "RabbitMQ",
      engineVersion: "3.13",
      deploymentMode: "SINGLE_INSTANCE",
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      subnetIds: ["subnet-1"],
      securityGroups: ["shop-broker-guard-group-id"],
      logs: { general: true },
    });
    expect(broker.ignoreChanges).to.deep.equal(["users"]);
    expect(named(all, "shop-broker-password-version").ignoreChanges).to.deep.equal(["secretString"]);
    expect(openText(all)).not.to.contain(CANARY);
  });

  it("spans the zones where it is replicated", async () => {
    const { all } = await make({ ...mq, replicated: true });
    const { deploymentMode, subnetIds } = named(all, "shop-broker-mq").inputs;
    expect({ deploymentMode, subnetIds }).to.deep.equal({
      deploymentMode: "CLUSTER_MULTI_AZ",
      subnetIds: ["subnet-1", "subnet-2"],
    });
  });

  it("waits longer than the longest ETA, and is reached over TLS", async () => {
    const { all } = await make(mq, { longestEta: 3600 });
    expect(named(all, "shop-broker-configuration").inputs["data"]).to.equal("consumer_timeout = 5400000\n");
    expect(url(all)).to.equal(`amqps://app:${PASSWORD}@b-1.mq.amazonaws.com:5671//`);
  });

  it("has quorum queues from version 4 on, which clients must name", async () => {
    const type = async (version: string): Promise<unknown> =>
      (await make({ ...mq, version })).binding.environment["SLIPWAY_QUEUE_TYPE"];
    expect(await type("3.13")).to.equal(undefined);
    expect(await type("4.2")).to.equal("quorum");
  });
});
