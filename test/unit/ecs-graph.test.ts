import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { EcsStackArgs, SettingsInput } from "../../components";
import { packageRoot } from "../../components/package-root";
import { CANARY, HELLO, registerWithText, SHOP, type EcsInput } from "./support/ecs";
import { blockDifference } from "./support/text-difference";

const DIGEST = `sha256:${"1".repeat(64)}`;

const on = (ecs: EcsInput, more: Partial<SettingsInput> = {}): SettingsInput => ({ ...SHOP, ecs, ...more });

/** Each file says how the resources differ from those of ecs-default.txt. */
const VARIANTS: Record<string, [SettingsInput, Partial<EcsStackArgs>?]> = {
  web: [HELLO],
  prod: [on({}, { environment: "prod" })],
  spot: [on({ capacity: { kind: "fargate-spot", architecture: "arm64" } })],
  ec2: [on({ capacity: { kind: "ec2", size: 3, maxSize: 5, keyName: "ops" }, tags: { team: "web" } })],
  "ec2-arm64": [on({ capacity: { kind: "ec2", architecture: "arm64", instanceType: "t4g.medium" } })],
  "network-existing": [
    on({
      network: {
        kind: "existing",
        vpcId: "vpc-0a1b2c3d",
        publicSubnetIds: ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
        privateSubnetIds: ["subnet-2a1b2c3d", "subnet-3a1b2c3d"],
      },
    }),
  ],
  "network-closed": [on({ network: { kind: "new", nat: "none", zones: 3 }, exec: true })],
  "containers-for-all": [
    on({
      database: { engine: "postgres", username: "owner", password: `${CANARY}-0123456789` },
      broker: { kind: "rabbitmq-container", password: `${CANARY}-9876543210` },
      cache: { kind: "redis-container" },
    }),
  ],
  "services-for-all": [
    on({
      database: { engine: "mysql", snapshot: "before" },
      broker: { kind: "amazon-mq", replicated: true },
      cache: { kind: "elasticache", replicas: 1 },
    }),
  ],
  "database-url": [on({ database: { engine: "url", url: `postgresql://shop:${CANARY}-5@db.example.com:6432/shop` } })],
  certificate: [
    on({
      loadBalancer: {
        certificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-0000-0000-000000000000",
        allowFrom: ["203.0.113.0/24"],
      },
    }),
  ],
  domain: [on({ loadBalancer: { domain: { name: "shop.example.com", zoneId: "Z0123456789ABC" } } })],
  images: [
    on({ image: { web: `registry.example.com/shop-web@${DIGEST}`, worker: `registry.example.com/shop@${DIGEST}` } }),
  ],
  scaled: [
    on(
      { broker: { kind: "sqs", queues: ["celery", "mail"] } },
      { processes: { web: { count: { min: 2, max: 8 } }, worker: { count: { min: 1, max: 4 } }, beat: {} } },
    ),
  ],
  watched: [
    on({
      monitoring: {
        alarms: true,
        dashboard: true,
        email: "ops@example.com",
        webhook: `https://hooks.example.com/${CANARY}-6`,
        logDays: 7,
      },
    }),
  ],
  rollback: [SHOP, { keepDatabase: true }],
};

describe("the resources of the target ecs", function () {
  this.timeout(120_000);
  let standard: string;

  /** Compares with the file; `UPDATE_GOLDEN=1` writes it. */
  const compare = (name: string, text: string): void => {
    const golden = path.join(packageRoot, "test", "golden", `ecs-${name}.txt`);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(golden, text);
    expect(text).to.equal(readFileSync(golden, "utf8"));
  };

  before(async () => {
    standard = (await registerWithText(SHOP)).text;
  });

  it("are these by default, for an app with everything", () => {
    compare("default", standard);
    expect(standard).not.to.contain(CANARY);
  });

  for (const [name, [input, more]] of Object.entries(VARIANTS)) {
    it(`differ in this way: ${name}`, async () => {
      const { text } = await registerWithText(input, more);
      expect(text).not.to.contain(CANARY);
      compare(name, blockDifference(standard, text));
    });
  }
});
