import { expect } from "chai";
import { checkSettings, ConfigError, type SettingsInput } from "../../components";
import { SHOP, type EcsInput } from "./support/ecs";

/** Keys of the faults of a config, with what is allowed and the command that mends each. */
function faultsOf(input: SettingsInput): Record<string, string> {
  try {
    checkSettings(input, { stack: "prod", available: ["local", "ecs"] });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { allowed, mend } of error.faults) expect([allowed, mend]).not.to.include(undefined);
    return Object.fromEntries(error.faults.map(({ key, problem }) => [key, problem]));
  }
  return {};
}
const on = (ecs: EcsInput, more: Partial<SettingsInput> = {}): SettingsInput => ({ ...SHOP, ecs, ...more });
const called = (name: string, ecs: EcsInput): SettingsInput => on(ecs, { app: { ...SHOP.app, name } });
const running = (web: object, ecs: EcsInput = {}): SettingsInput => on(ecs, { processes: { web } });

const scaledBy = (queues: number): SettingsInput =>
  on(
    { broker: { kind: "sqs", queues: Array.from({ length: queues }, (_, index) => `queue-${index}`) } },
    { processes: { worker: { count: { min: 1, max: 2 } } } },
  );

const closed: EcsInput["network"] = { kind: "new", nat: "none" };
const ARN = "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-0000-0000-000000000000";
const long = `${"a".repeat(60)}.example.com`;
const DIGEST = `sha256:${"1".repeat(64)}`;

/** What is refused, by which key, and what is just right. */
const RULES: [rule: string, key: string, refused: SettingsInput, fine: SettingsInput][] = [
  [
    "a stop that takes longer than Fargate waits",
    "processes.web.stopTimeout",
    running({ stopTimeout: 121 }),
    running({ stopTimeout: 120 }),
  ],
  [
    "a stop that takes long, though not on EC2",
    "processes.web.stopTimeout",
    running({ stopTimeout: 600 }, { capacity: { kind: "fargate-spot" } }),
    running({ stopTimeout: 600 }, { capacity: { kind: "ec2" } }),
  ],
  [
    "a rollout with no room for another task and none to spare",
    "ecs.deployment",
    on({ deployment: { minimumHealthyPercent: 100, maximumPercent: 100 } }),
    on({ deployment: { minimumHealthyPercent: 100, maximumPercent: 200 } }),
  ],
  [
    "a rollout with no room once ECS has rounded",
    "ecs.deployment",
    running({ count: 1 }, { deployment: { minimumHealthyPercent: 50, maximumPercent: 150 } }),
    running({ count: 2 }, { deployment: { minimumHealthyPercent: 50, maximumPercent: 150 } }),
  ],
  [
    "a rollout that is stuck at some size of a range",
    "ecs.deployment",
    running({ count: { min: 1, max: 4 } }, { deployment: { minimumHealthyPercent: 50, maximumPercent: 150 } }),
    running({ count: { min: 2, max: 4 } }, { deployment: { minimumHealthyPercent: 50, maximumPercent: 150 } }),
  ],
  [
    "a range that starts from nothing",
    "processes.web.count.min",
    running({ count: { min: 0, max: 2 } }),
    running({ count: { min: 1, max: 2 } }),
  ],
  ["more queues than workers can be scaled by", "ecs.broker.queues", scaledBy(10), scaledBy(9)],
  [
    "a range that is upside down",
    "processes.web.count.max",
    running({ count: { min: 3, max: 2 } }),
    running({ count: { min: 2, max: 2 } }),
  ],
  [
    "a health check that takes as long as its interval",
    "ecs.loadBalancer.healthCheck.timeout",
    on({ loadBalancer: { healthCheck: { interval: 10, timeout: 10 } } }),
    on({ loadBalancer: { healthCheck: { interval: 10, timeout: 9 } } }),
  ],
  [
    "a name that no certificate can have",
    "ecs.loadBalancer.domain.name",
    on({ loadBalancer: { domain: { name: long, zoneId: "Z0123456" } } }),
    on({ loadBalancer: { domain: { name: long, zoneId: "Z0123456" }, certificateArn: ARN } }),
  ],
  [
    "an address inside a network instead of the network",
    "ecs.loadBalancer.allowFrom[1]",
    on({ loadBalancer: { allowFrom: ["10.0.0.0/8", "203.0.113.7/24"] } }),
    on({ loadBalancer: { allowFrom: ["10.0.0.0/8", "203.0.113.7/32", "0.0.0.0/0"] } }),
  ],
  [
    "numbers that are no address",
    "ecs.loadBalancer.allowFrom[0]",
    on({ loadBalancer: { allowFrom: ["256.0.0.0/8"] } }),
    on({ loadBalancer: { allowFrom: ["255.0.0.0/8"] } }),
  ],
  [
    "a length that no network has",
    "ecs.loadBalancer.allowFrom[0]",
    on({ loadBalancer: { allowFrom: ["10.0.0.0/33"] } }),
    on({ loadBalancer: { allowFrom: ["10.0.0.0/32"] } }),
  ],
  [
    "instances of another architecture",
    "ecs.capacity.instanceType",
    on({ capacity: { kind: "ec2", instanceType: "t4g.medium" } }),
    on({ capacity: { kind: "ec2", instanceType: "g4dn.xlarge" } }),
  ],
  [
    "instances of another architecture, the other way",
    "ecs.capacity.instanceType",
    on({ capacity: { kind: "ec2", architecture: "arm64" } }),
    on({ capacity: { kind: "ec2", architecture: "arm64", instanceType: "im4gn.large" } }),
  ],
  [
    "fewer instances at most than at least",
    "ecs.capacity.maxSize",
    on({ capacity: { kind: "ec2", size: 3, maxSize: 2 } }),
    on({ capacity: { kind: "ec2", size: 3, maxSize: 3 } }),
  ],
  [
    "a name that AWS keeps for capacity providers",
    "app.name",
    called("ecs-shop", { capacity: { kind: "ec2" } }),
    called("ecs-shop", {}),
  ],
  [
    "a name that leaves no room for that of a role",
    "app.name",
    called("a".repeat(28), { cache: { kind: "redis-container" } }),
    called("a".repeat(27), { cache: { kind: "redis-container" }, broker: { kind: "rabbitmq-container" } }),
  ],
  [
    "a broker from the internet in a network without a way there",
    "ecs.broker.kind",
    on({ network: closed, broker: { kind: "rabbitmq-container" } }),
    on({ network: closed, broker: { kind: "amazon-mq" } }),
  ],
  [
    "a cache from the internet in such a network",
    "ecs.cache.kind",
    on({ network: closed, cache: { kind: "redis-container" } }),
    on({ network: closed, cache: { kind: "elasticache" } }),
  ],
  [
    "a database elsewhere in such a network",
    "ecs.database.engine",
    on({ network: closed, database: { engine: "url", url: "mysql://u:p@db/shop" } }),
    on({ network: { kind: "new" }, database: { engine: "url", url: "mysql://u:p@db/shop" } }),
  ],
  [
    "an image from the internet in such a network",
    "ecs.image.web",
    on({ network: closed, image: { web: `docker.io/shop@${DIGEST}` } }),
    on({ network: closed, image: { web: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop@${DIGEST}` } }),
  ],
  ["a tag of AWS's own", "ecs.tags.AWS:team", on({ tags: { "AWS:team": "web" } }), on({ tags: { team: "aws:web" } })],
  [
    "a tag of Slipway's own",
    "ecs.tags.slipway:app",
    on({ tags: { "slipway:app": "web" } }),
    on({ tags: { slipway: "web" } }),
  ],
];

describe("the rules of the target ecs", () => {
  for (const [rule, key, refused, fine] of RULES) {
    it(`refuse ${rule}`, () => {
      expect(Object.keys(faultsOf(refused))).to.deep.equal([key]);
      expect(faultsOf(fine)).to.deep.equal({});
    });
  }

  it("do not concern stacks of other targets", () => {
    const ecs: EcsInput = { deployment: { minimumHealthyPercent: 100, maximumPercent: 100 } };
    expect(faultsOf({ ...SHOP, targets: ["local"], ecs })).to.deep.equal({});
  });

  it("show no password that is of the wrong form", () => {
    const input = on({ database: { engine: "mariadb", password: "short-canary" }, broker: { kind: "sqs" } });
    expect(() => checkSettings(input, { stack: "prod", available: ["ecs"] }))
      .to.throw(ConfigError)
      .with.property("message")
      .that.includes("slipway config set ecs.database.password --secret")
      .and.does.not.include("short-canary");
  });
});
