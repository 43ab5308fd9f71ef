import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { HerokuStackArgs, SettingsInput } from "../../components";
import { packageRoot } from "../../components/package-root";
import { CANARY } from "./support/ecs";
import { HELLO, registerHeroku, SHOP, type HerokuInput } from "./support/heroku";
import { blockDifference } from "./support/text-difference";

const UUID = "01234567-89ab-cdef-0123-456789abcdef";
const VERSION = "0123456789ab";

const on = (heroku: HerokuInput, more: Partial<SettingsInput> = {}): SettingsInput => ({ ...SHOP, heroku, ...more });

/** Each file says how the resources differ from those of heroku-default.txt. */
const VARIANTS: Record<string, [SettingsInput, Partial<HerokuStackArgs>?]> = {
  web: [HELLO],
  prod: [on({}, { environment: "prod", processes: { web: {}, worker: {}, beat: {} } })],
  image: [on({ build: { kind: "image" } })],
  slug: [on({ build: { kind: "slug", id: UUID, version: VERSION } })],
  promotion: [
    on({
      build: { kind: "promotion", app: UUID, release: UUID },
      pipeline: { kind: "existing", id: UUID, stage: "production" },
    }),
  ],
  pipeline: [
    on({
      pipeline: {
        kind: "new",
        name: "shop",
        owner: { id: UUID, type: "team" },
        stage: "staging",
        reviewApps: { repository: "example/shop", baseName: "shop-pr", waitForCi: true },
      },
    }),
  ],
  redis: [on({ broker: { kind: "redis" }, cache: { kind: "redis" } })],
  urls: [
    on({
      database: { kind: "url", url: `postgresql://shop:${CANARY}-5@db.example.com:6432/shop` },
      broker: { kind: "url", url: `amqps://shop:${CANARY}-6@mq.example.com/shop` },
    }),
  ],
  domains: [
    on({
      name: "example-shop",
      region: "eu",
      team: "example",
      domains: ["shop.example.com", "www.example.com"],
      drain: { url: `syslog+tls://logs.example.com:514?token=${CANARY}` },
    }),
  ],
  scaled: [
    on(
      { dynos: { web: "performance-m", worker: "standard-2x", beat: "standard-1x", preboot: true } },
      { processes: { web: { count: { min: 2, max: 8 } }, worker: { count: 3 }, beat: {} } },
    ),
  ],
  "database-follows": [
    on({ database: { kind: "postgres", plan: "premium-0", previous: { plan: "standard-0" }, protect: true } }),
  ],
  "database-moved": [
    on({ database: { kind: "postgres", plan: "standard-0", previous: { plan: "essential-0", serves: false } } }),
  ],
  rollback: [SHOP, { keepDatabase: true }],
};

describe("the resources of the target heroku", function () {
  this.timeout(60_000);
  let standard: string;

  /** Compares with the file; `UPDATE_GOLDEN=1` writes it. */
  const compare = (name: string, text: string): void => {
    const golden = path.join(packageRoot, "test", "golden", `heroku-${name}.txt`);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(golden, text);
    expect(text).to.equal(readFileSync(golden, "utf8"));
  };

  before(async () => {
    standard = (await registerHeroku(SHOP)).text;
  });

  it("are these by default, for an app with everything", () => {
    compare("default", standard);
    expect(standard).not.to.contain(CANARY);
  });

  for (const [name, [input, more]] of Object.entries(VARIANTS)) {
    it(`differ in this way: ${name}`, async () => {
      const { text } = await registerHeroku(input, more);
      expect(text).not.to.contain(CANARY);
      compare(name, blockDifference(standard, text));
    });
  }
});
