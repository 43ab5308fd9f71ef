import { expect } from "chai";
import { checkSettings, ConfigError, type SettingsInput } from "../../components";
import { registerBeanstalk, SHOP, type BeanstalkInput } from "./support/beanstalk";

/** Keys of the faults of a config, with what each is; every one says what is allowed and which command mends it. */
function faultsOf(input: SettingsInput): Record<string, string> {
  try {
    checkSettings(input, { stack: "prod", available: ["local", "beanstalk"] });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { allowed, mend } of error.faults) expect([allowed, mend]).not.to.include(undefined);
    return Object.fromEntries(error.faults.map(({ key, problem }) => [key, problem]));
  }
  return {};
}

const on = (beanstalk: BeanstalkInput, more: Partial<SettingsInput> = {}): SettingsInput => ({
  ...SHOP,
  beanstalk,
  ...more,
});
const called = (name: string, more: Partial<SettingsInput> = {}): SettingsInput =>
  on({}, { ...more, app: { ...SHOP.app, name } });
const balanced = (beanstalk: BeanstalkInput, more: Partial<SettingsInput> = {}): SettingsInput =>
  on({ web: { kind: "balanced" }, database: { engine: "mariadb" }, ...beanstalk }, more);
const running = (processes: SettingsInput["processes"], beanstalk: BeanstalkInput = {}): SettingsInput =>
  balanced(beanstalk, { processes });
const elsewhere = (url: string, more: Partial<SettingsInput> = {}): SettingsInput =>
  on({ database: { engine: "url", url } }, more);

const ARN = "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-0000-0000-000000000000";
const DOMAIN = { name: "shop.example.com", zoneId: "Z0123456789ABC" };
const PROD = { environment: "prod" } as const;
const APART: BeanstalkInput = { celery: { place: "worker-environment" } };
const FILE: BeanstalkInput = { database: { engine: "sqlite" } };
const stateless = { name: "shop", source: ".", entry: "shop:create_app", celery: "shop.worker:celery" };

/** What is refused, by which key, and what is just right. */
const RULES: [rule: string, key: string, refused: SettingsInput, fine: SettingsInput][] = [
  [
    "a name that is too long for an environment",
    "app.name",
    called("a".repeat(29), PROD),
    called("a".repeat(28), PROD),
  ],
  [
    "a long name, though not where there is no worker's",
    "app.name",
    called("a".repeat(30), PROD),
    called("a".repeat(31)),
  ],
  ["a platform that is no expression", "beanstalk.platform", on({ platform: "Python(" }), on({ platform: "Python$" })],
  [
    "a platform for another language",
    "beanstalk.platform",
    on({ platform: "running Ruby" }),
    on({ platform: "running Python" }),
  ],
  [
    "a certificate for a single instance",
    "beanstalk.loadBalancer.certificateArn",
    on({ loadBalancer: { certificateArn: ARN } }),
    balanced({ loadBalancer: { certificateArn: ARN } }),
  ],
  [
    "a domain for a single instance",
    "beanstalk.loadBalancer.domain",
    on({ loadBalancer: { domain: DOMAIN } }),
    balanced({ loadBalancer: { domain: DOMAIN } }),
  ],
  [
    "a rolling deployment of a single instance",
    "beanstalk.deployment.kind",
    on({ deployment: { kind: "extra-batch" } }),
    balanced({ deployment: { kind: "extra-batch" } }),
  ],
  [
    "a canary of a single instance",
    "beanstalk.deployment.kind",
    on({ deployment: { kind: "canary" } }),
    balanced({ deployment: { kind: "canary" } }),
  ],
  ["a file as the database of several instances", "beanstalk.database.engine", balanced(FILE), balanced({})],
  [
    "a file as the database of workers elsewhere",
    "beanstalk.database.engine",
    on(APART),
    on({ ...APART, database: { engine: "postgres" } }),
  ],
  [
    "a file as the database of an instance that every release replaces",
    "beanstalk.database.engine",
    on({ deployment: { kind: "immutable" } }),
    on({ deployment: { kind: "immutable" }, database: { engine: "mysql" } }),
  ],
  [
    "a file as the database of an instance that updates replace",
    "beanstalk.database.engine",
    on({ updates: { enabled: true } }),
    on({ updates: { enabled: true }, database: { engine: "mysql" } }),
  ],
  [
    "an environment without an instance",
    "processes.web.count",
    running({ web: { count: { min: 0, max: 2 } } }),
    running({ web: { count: { min: 1, max: 2 } } }),
  ],
  [
    "a worker environment without an instance",
    "processes.worker.count",
    running({ worker: { count: { min: 0, max: 2 } } }, APART),
    running({ worker: { count: { min: 0, max: 2 } } }),
  ],
  [
    "a rolling deployment with nobody to answer meanwhile",
    "processes.web.count",
    running({ web: { count: 1 } }, { deployment: { kind: "rolling" } }),
    running({ web: { count: 2 } }, { deployment: { kind: "rolling" } }),
  ],
  [
    "a health check that takes as long as its interval",
    "beanstalk.loadBalancer.healthCheck.timeout",
    balanced({ loadBalancer: { healthCheck: { interval: 10, timeout: 10 } } }),
    balanced({ loadBalancer: { healthCheck: { interval: 10, timeout: 9 } } }),
  ],
  [
    "a health check that takes longer than can be set",
    "beanstalk.loadBalancer.healthCheck.timeout",
    balanced({ loadBalancer: { healthCheck: { interval: 120, timeout: 61 } } }),
    balanced({ loadBalancer: { healthCheck: { interval: 120, timeout: 60 } } }),
  ],
  [
    "a silence that is longer than can be set",
    "beanstalk.loadBalancer.idleTimeout",
    balanced({ loadBalancer: { idleTimeout: 3601 } }),
    balanced({ loadBalancer: { idleTimeout: 3600 } }),
  ],
  [
    "processes that take all of a deployment to stop",
    "beanstalk.commandSeconds",
    running({ web: { stopTimeout: 241 } }, { commandSeconds: 300 }),
    running({ web: { stopTimeout: 240 } }, { commandSeconds: 300 }),
  ],
  [
    "a database without a lock that is known, for a migration",
    "beanstalk.database.url",
    elsewhere("oracle://shop:secret@db.example.com/shop"),
    elsewhere("postgresql+psycopg://shop:secret@db.example.com/shop"),
  ],
  [
    "such a database for beat, though not for nothing that runs once",
    "beanstalk.database.url",
    elsewhere("oracle://shop:secret@db.example.com/shop", { app: stateless }),
    elsewhere("oracle://shop:secret@db.example.com/shop", { app: stateless, processes: { worker: {} } }),
  ],
  [
    "a port for the application that nobody listens on",
    "env.PORT",
    on({}, { env: { PORT: 5000 } }),
    on({}, { env: { PORTS: 5000 } }),
  ],
  [
    "more environment properties than there is room for",
    "env",
    on({}, { env: Object.fromEntries(Array.from({ length: 13 }, (_, one) => [`LONG_${one}`, "x".repeat(240)])) }),
    on({}, { env: Object.fromEntries(Array.from({ length: 11 }, (_, one) => [`LONG_${one}`, "x".repeat(240)])) }),
  ],
  [
    "a waiting time of SQS below the longest ETA",
    "beanstalk.broker.visibilityTimeout",
    on({ broker: { kind: "sqs", visibilityTimeout: 3599 } }),
    on({ broker: { kind: "sqs", visibilityTimeout: 3600 } }),
  ],
  [
    "RabbitMQ 4 on a size that has none",
    "beanstalk.broker.instanceType",
    on({ broker: { kind: "amazon-mq", version: "4.2", instanceType: "mq.m5.large" } }),
    on({ broker: { kind: "amazon-mq", version: "4.2" } }),
  ],
  ["a tag of AWS's own", "beanstalk.tags.aws:team", on({ tags: { "aws:team": "web" } }), on({ tags: { team: "web" } })],
  [
    "a server that brings an nginx of its own",
    "server.kind",
    on({}, { server: { kind: "nginx-uwsgi" } }),
    on({}, { server: { kind: "gevent" } }),
  ],
];

describe("rules of the target beanstalk", () => {
  for (const [rule, key, refused, fine] of RULES) {
    it(`refuse ${rule}`, () => {
      expect(faultsOf(refused)).to.have.property(key);
      expect(faultsOf(fine)).not.to.have.property(key);
    });
  }

  it("are told all at once", () => {
    const all = faultsOf(
      on({
        ...APART,
        platform: "Ruby",
        deployment: { kind: "rolling" },
        loadBalancer: { domain: DOMAIN },
        tags: { "slipway:x": "1" },
      }),
    );
    expect(Object.keys(all)).to.have.members([
      "beanstalk.platform",
      "beanstalk.loadBalancer.domain",
      "beanstalk.deployment.kind",
      "beanstalk.database.engine",
      "beanstalk.tags.slipway:x",
    ]);
  });

  it("do not concern stacks of other targets", () => {
    expect(faultsOf({ ...on({ deployment: { kind: "rolling" } }), targets: ["local"] })).to.deep.equal({});
  });

  it("refuse a value of the wrong form with what is allowed", () => {
    expect(faultsOf(on({ updates: { window: "Sunday 3am" } }))).to.have.property("beanstalk.updates.window");
    expect(faultsOf(on({ broker: { kind: "rabbitmq-container" } as never }))).to.have.property("beanstalk.broker.kind");
  });

  it("count Slipway's own properties as they are at most", async () => {
    const queues = Array.from({ length: 10 }, (_, one) => `queue-${one}-${"x".repeat(15)}`);
    const input = balanced({ broker: { kind: "sqs", queues } }, { env: {}, environment: "prod" });
    const { registered } = await registerBeanstalk(input);
    const environment = registered.find(({ name }) => name === "shop-environment-web-environment");
    const settings = environment?.inputs["settings"] as { namespace: string; name: string; value: string }[];
    const own = settings.filter(({ namespace }) => namespace === "aws:elasticbeanstalk:application:environment");
    // A version of a secret is a UUID, where the mocks have a name; a queue has a random end.
    const spare = 2 * 36 + queues.length * 8;
    const length = own.reduce((sum, { name, value }) => sum + name.length + value.length + 2, spare);
    expect(length).to.be.lessThan(900 + queues.length * 160);
    for (const { value } of own) expect(value).to.match(/^[A-Za-z0-9 _.:/=+@-]{0,256}$/);
  });
});
