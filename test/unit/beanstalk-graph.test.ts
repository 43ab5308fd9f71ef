import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { BeanstalkStackArgs, SettingsInput } from "../../components";
import { packageRoot } from "../../components/package-root";
import { HELLO, registerBeanstalk, SHOP, type BeanstalkInput } from "./support/beanstalk";
import { CANARY } from "./support/ecs";
import { blockDifference } from "./support/text-difference";

const on = (beanstalk: BeanstalkInput, more: Partial<SettingsInput> = {}): SettingsInput => ({
  ...SHOP,
  beanstalk,
  ...more,
});

const PROD = { environment: "prod" } as const;

/** Each file says how the resources differ from those of beanstalk-default.txt, or from beanstalk-prod.txt. */
const DEV: Record<string, [SettingsInput, Partial<BeanstalkStackArgs>?]> = {
  web: [HELLO],
  "postgres-small": [
    on({ database: { engine: "postgres" }, keyName: "ops", web: { kind: "single", instanceType: "t4g.small" } }),
  ],
  rollback: [SHOP, { keepDatabase: true }],
};

const VARIANTS: Record<string, [SettingsInput, Partial<BeanstalkStackArgs>?]> = {
  domain: [on({ loadBalancer: { domain: { name: "shop.example.com", zoneId: "Z0123456789ABC" } } }, PROD)],
  canary: [
    on(
      {
        deployment: { kind: "canary", percent: 20, minutes: 10 },
        loadBalancer: {
          certificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-0000-0000-000000000000",
          allowFrom: ["203.0.113.0/24"],
        },
      },
      PROD,
    ),
  ],
  "rolling-scaled": [
    on(
      { deployment: { kind: "extra-batch", batch: 25 }, updates: { enabled: false } },
      { ...PROD, processes: { web: { count: { min: 4, max: 8 } }, worker: { count: { min: 2, max: 4 } }, beat: {} } },
    ),
  ],
  "services-kept": [
    on(
      {
        database: { engine: "url", url: `postgresql://shop:${CANARY}-5@db.example.com:6432/shop` },
        broker: { kind: "amazon-mq", replicated: true },
        cache: { kind: "elasticache", replicas: 1 },
        network: {
          kind: "existing",
          vpcId: "vpc-0a1b2c3d",
          publicSubnetIds: ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
          privateSubnetIds: ["subnet-2a1b2c3d", "subnet-3a1b2c3d"],
        },
      },
      PROD,
    ),
  ],
};

describe("the resources of the target beanstalk", function () {
  this.timeout(120_000);
  let standard: string;
  let production: string;

  /** Compares with the file; `UPDATE_GOLDEN=1` writes it. */
  const compare = (name: string, text: string): void => {
    const golden = path.join(packageRoot, "test", "golden", `beanstalk-${name}.txt`);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(golden, text);
    expect(text).to.equal(readFileSync(golden, "utf8"));
  };

  before(async () => {
    standard = (await registerBeanstalk(SHOP)).text;
    production = (await registerBeanstalk(on({}, PROD))).text;
  });

  it("are these by default, for an app with everything", () => {
    compare("default", standard);
    expect(standard).not.to.contain(CANARY);
  });

  it("are these in production", () => {
    compare("prod", production);
    expect(production).not.to.contain(CANARY);
  });

  for (const [variants, base] of [
    [DEV, () => standard],
    [VARIANTS, () => production],
  ] as const) {
    for (const [name, [input, more]] of Object.entries(variants)) {
      it(`differ in this way: ${name}`, async () => {
        const { text } = await registerBeanstalk(input, more);
        expect(text).not.to.contain(CANARY);
        compare(name, blockDifference(base(), text));
      });
    }
  }
});
