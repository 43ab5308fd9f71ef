import { expect } from "chai";
import { withStandIns } from "../../automation/stand-ins";
import { checkSettings, ConfigError, type SettingsInput } from "../../components";
import { SHOP, type HerokuInput } from "./support/heroku";

const UUID = "01234567-89ab-cdef-0123-456789abcdef";
const VERSION = "0123456789ab";

/** Keys of the faults of a config, with what is wrong; each says what is allowed, and how to mend it. */
function faultsOf(input: SettingsInput): Record<string, string> {
  try {
    checkSettings(input, { stack: "prod", available: ["local", "heroku"] });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { allowed, mend } of error.faults) expect([allowed, mend]).not.to.include(undefined);
    return Object.fromEntries(error.faults.map(({ key, problem }) => [key, problem]));
  }
  return {};
}

const on = (heroku: HerokuInput, more: Partial<SettingsInput> = {}): SettingsInput => ({ ...SHOP, heroku, ...more });
const running = (processes: SettingsInput["processes"], heroku: HerokuInput = {}): SettingsInput =>
  on(heroku, { processes });
const called = (name: string, heroku: HerokuInput = {}): SettingsInput => on(heroku, { app: { ...SHOP.app, name } });
const standard = { web: "standard-1x", worker: "standard-1x", beat: "standard-1x" } as const;
/** A value that the types know to be none. */
const wrong = (value: string): never => value as never;

/** What is refused, by which key, and what is just right. */
const RULES: [rule: string, key: string, refused: SettingsInput, fine: SettingsInput][] = [
  [
    "a web process that takes longer to stop than Heroku waits",
    "processes.web.stopTimeout",
    running({ web: { stopTimeout: 31 } }),
    running({ web: { stopTimeout: 30 } }),
  ],
  [
    "a worker that takes longer to stop than Heroku waits",
    "processes.worker.stopTimeout",
    running({ worker: { stopTimeout: 31 } }),
    running({ worker: { stopTimeout: 30 } }),
  ],
  [
    "tasks that are handed back after the kill",
    "processes.worker.softShutdown",
    running({ worker: { softShutdown: 30 } }),
    running({ worker: { softShutdown: 29 } }),
  ],
  ["a name too long to add digits to", "heroku.name", called("a".repeat(19)), called("a".repeat(18))],
  ["a name that is an app's nowhere", "heroku.name", on({ name: "Shop" }), called("a".repeat(31), { name: "shop" })],
  ["a name that ends with a hyphen", "heroku.name", on({ name: "shop-" }), on({ name: "shop-1" })],
  ["a name of more than 30 characters", "heroku.name", on({ name: "a".repeat(31) }), on({ name: "a".repeat(30) })],
  ["a region of another cloud", "heroku.region", on({ region: wrong("eu-central-1") }), on({ region: "eu" })],
  ["a stack that is gone", "heroku.stack", on({ stack: wrong("heroku-18") }), on({ stack: "heroku-22" })],
  [
    "a plan of Postgres that is gone",
    "heroku.database.plan",
    on({ database: { kind: "postgres", plan: wrong("hobby-dev") } }),
    on({ database: { kind: "postgres", plan: "essential-1" } }),
  ],
  [
    "a plan of RabbitMQ that there is not",
    "heroku.broker.plan",
    on({ broker: { kind: "cloudamqp", plan: wrong("lemming") } }),
    on({ broker: { kind: "cloudamqp", plan: "bunny-1" } }),
  ],
  [
    "a plan of the cache that there is not",
    "heroku.cache.plan",
    on({ cache: { kind: "redis", plan: wrong("hobby-dev") } }),
    on({ cache: { kind: "redis", plan: "premium-1" } }),
  ],
  [
    "a size of dynos that is gone",
    "heroku.dynos.web",
    on({ dynos: { web: wrong("hobby") } }),
    on({ dynos: { web: "basic" } }),
  ],
  [
    "two basic dynos of one process",
    "heroku.dynos.web",
    running({ web: { count: 2 } }),
    running({ web: { count: 2 } }, { dynos: standard }),
  ],
  [
    "two eco dynos of one process",
    "heroku.dynos.worker",
    running({ worker: { count: 2 } }, { dynos: { web: "eco", worker: "eco" } }),
    running({ worker: { count: 1 } }, { dynos: { web: "eco", worker: "eco" } }),
  ],
  [
    "basic dynos beside others",
    "heroku.dynos.web",
    on({ dynos: { ...standard, worker: "basic" } }),
    on({ dynos: { ...standard, worker: "performance-m" } }),
  ],
  [
    "eco dynos beside basic ones, though not of a process that there is not",
    "heroku.dynos.worker",
    running({ worker: {} }, { dynos: { web: "eco" } }),
    running({}, { dynos: { web: "eco" } }),
  ],
  [
    "preboot of dynos that have none",
    "heroku.dynos.preboot",
    on({ dynos: { preboot: true } }),
    on({ dynos: { ...standard, preboot: true } }),
  ],
  [
    "a domain twice",
    "heroku.domains[1]",
    on({ domains: ["a.example.com", "a.example.com"] }),
    on({ domains: ["a.example.com", "b.example.com"] }),
  ],
  ["a domain that is a URL", "heroku.domains.0", on({ domains: ["https://example.com"] }), on({ domains: ["a.io"] })],
  ["a wildcard", "heroku.domains.0", on({ domains: ["*.example.com"] }), on({ domains: ["www.example.com"] })],
  [
    "three eco dynos",
    "heroku.dynos.web",
    running({ worker: {}, beat: {} }, { dynos: { web: "eco", worker: "eco", beat: "eco" } }),
    running({ worker: {} }, { dynos: { web: "eco", worker: "eco", beat: "eco" } }),
  ],
  [
    "a database that moves to the plan that it has",
    "heroku.database.previous",
    on({ database: { kind: "postgres", plan: "standard-0", previous: { plan: "standard-0" } } }),
    on({ database: { kind: "postgres", plan: "standard-2", previous: { plan: "standard-0" } } }),
  ],
  [
    "tasks that a Redis would hand out twice",
    "processes.worker.longestEta",
    running({ worker: { longestEta: 3601 } }, { broker: { kind: "redis" } }),
    running({ worker: { longestEta: 3600 } }, { broker: { kind: "redis" } }),
  ],
  [
    "tasks that a shared RabbitMQ does not wait for",
    "processes.worker.longestEta",
    running({ worker: { longestEta: 7201 } }, { broker: { kind: "cloudamqp", plan: "tiger" } }),
    running({ worker: { longestEta: 7201 } }, { broker: { kind: "cloudamqp", plan: "hare-1" } }),
  ],
  [
    "tasks that wait longer than the plan of a first stack",
    "processes.worker.longestEta",
    running({ worker: { longestEta: 7201 } }),
    running({ worker: { longestEta: 7200 } }),
  ],
  [
    "a promotion without a pipeline",
    "heroku.pipeline",
    on({ build: { kind: "promotion", app: UUID, release: UUID } }),
    on({
      build: { kind: "promotion", app: UUID, release: UUID },
      pipeline: { kind: "existing", id: UUID, stage: "staging" },
    }),
  ],
  [
    "a name instead of a UUID",
    "heroku.build.id",
    on({ build: { kind: "slug", id: "v42", version: VERSION } }),
    on({ build: { kind: "slug", id: UUID, version: VERSION } }),
  ],
  [
    "a pipeline's name of two characters",
    "heroku.pipeline.name",
    on({ pipeline: { kind: "new", name: "ab", stage: "staging" } }),
    on({ pipeline: { kind: "new", name: "abc", stage: "staging" } }),
  ],
  [
    "a variable that an add-on sets",
    "env.CLOUDAMQP_URL",
    on({}, { env: { CLOUDAMQP_URL: "amqp://localhost" } }),
    on({ broker: { kind: "redis" } }, { env: { CLOUDAMQP_URL: "amqp://localhost" } }),
  ],
  [
    "a secret that the platform sets",
    "secrets.PORT",
    on({}, { secrets: { PORT: "80" } }),
    on({}, { secrets: { PORT_NAME: "80" } }),
  ],
  [
    "more than config vars hold",
    "env",
    on({}, { env: { TEXT: "x".repeat(61_440) } }),
    on({}, { env: { TEXT: "x".repeat(61_300) } }),
  ],
  [
    "a server that no dyno runs",
    "server.kind",
    on({}, { server: { kind: "nginx-uwsgi" } }),
    on({}, { server: { kind: "tornado" } }),
  ],
];

describe("what Heroku does not run", () => {
  for (const [rule, key, refused, fine] of RULES) {
    it(`is refused before anything is made: ${rule}`, () => {
      expect(Object.keys(faultsOf(refused))).to.deep.equal([key]);
      expect(faultsOf(fine)).to.deep.equal({});
    });
  }

  it("is no fault of a stack that is not there", () => {
    const elsewhere: SettingsInput = { ...running({ web: { stopTimeout: 600 } }), targets: ["local"] };
    expect(faultsOf(elsewhere)).to.deep.equal({});
  });

  it("is told all at once", () => {
    const faults = faultsOf(
      on(
        { dynos: { worker: "standard-1x", preboot: true } },
        { processes: { web: { count: 3, stopTimeout: 60 }, worker: {} }, env: { DYNO: "web.1" } },
      ),
    );
    expect(Object.keys(faults).sort()).to.deep.equal([
      "env.DYNO",
      "heroku.dynos.preboot",
      "heroku.dynos.web",
      "heroku.dynos.worker",
      "processes.web.stopTimeout",
    ]);
  });

  it("says no secret URL", () => {
    const input = on({ drain: { url: "ftp://canary@logs.example.com" } });
    expect(() => checkSettings(input, { stack: "prod", available: ["heroku"] }))
      .to.throw(ConfigError)
      .that.has.property("message")
      .that.contains("heroku.drain.url")
      .and.does.not.contain("canary");
  });

  it("is none of the texts that stand for encrypted ones in a rehearsal", () => {
    const secure = { secure: "v1:abc" } as never;
    const { drain, database, broker } = withStandIns({
      "slipway:heroku": {
        drain: { url: secure },
        database: { kind: "url", url: secure },
        broker: { kind: "url", url: secure },
      },
    })["slipway:heroku"] as HerokuInput;
    expect(faultsOf(on({ drain, database, broker }))).to.deep.equal({});
  });

  it("is no default of any environment", () => {
    for (const environment of ["dev", "stg", "prod"] as const) {
      const input = { ...SHOP, environment, processes: { worker: {}, beat: {} } };
      expect(faultsOf(input), environment).to.deep.equal({});
    }
  });

  it("mend sizes that do not scale for every process at once: most do not run beside others", () => {
    const mendsOf = (web: "basic" | "standard-1x"): (string | undefined)[] => {
      try {
        checkSettings(running({ web: { count: 2 }, worker: {} }, { dynos: { web, worker: "basic" } }), {
          stack: "prod",
          available: ["heroku"],
        });
      } catch (error) {
        if (error instanceof ConfigError) return error.faults.map(({ mend }) => mend);
      }
      return [];
    };
    const forAll = "slipway config set heroku.dynos.web standard-1x --stack prod, and the same for worker";
    expect(mendsOf("basic")).to.deep.equal([forAll]);
    expect(mendsOf("standard-1x")).to.deep.equal([forAll]);
  });
});
