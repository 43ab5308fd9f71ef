import { expect } from "chai";
import fc from "fast-check";
import { checkSettings, ConfigError, loadSettings, type Fault } from "../../components/config";

const APP = { name: "blog", source: "app", entry: "webapp:create_app" };
const MINIMAL = { "slipway:app": JSON.stringify(APP), "slipway:targets": '["local"]' };
const options = { stack: "dev", available: ["local"] as const };

/** The faults of a config, by key. */
function faultsOf(config: Record<string, string>): Map<string, Fault> {
  try {
    loadSettings(config, options);
  } catch (error) {
    if (error instanceof ConfigError) return new Map(error.faults.map((fault) => [fault.key, fault]));
    throw error;
  }
  return new Map();
}

describe("config", () => {
  it("fills in every default", () => {
    const settings = loadSettings(MINIMAL, options);
    expect(settings.environment).to.equal("dev");
    expect(settings.processes.web).to.deep.equal({ count: { min: 2, max: 2 }, stopTimeout: 30, cpu: 256, memory: 512 });
    expect(settings.processes).not.to.have.any.keys("worker", "beat");
    expect(settings.local).to.deep.equal({
      port: 8080,
      python: "python3",
      database: { kind: "sqlite" },
      broker: { kind: "auto" },
    });
  });

  it("takes defaults from the profile of the environment, and lets the stack's own values win", () => {
    const app = { ...APP, celery: "tasks:celery" };
    const prod = checkSettings({ environment: "prod", app, processes: { worker: {} }, targets: ["local"] }, options);
    expect(prod.server.processes).to.equal(2);
    expect(prod.processes.worker).to.deep.include({ count: { min: 2, max: 2 }, concurrency: 4 });
    const own = checkSettings(
      { environment: "stg", app, processes: { worker: { count: 7 } }, targets: ["local"] },
      options,
    );
    expect(own.processes.worker).to.deep.include({ count: { min: 7, max: 7 }, concurrency: 4 });
  });

  it("reports all faults together, each with the value, what is allowed and the command that mends it", () => {
    const faults = faultsOf({
      "slipway:app": JSON.stringify({ ...APP, name: "Blog", entry: "webapp" }),
      "slipway:targets": '["local","moon"]',
      "slipway:local": '{"port":"x"}',
      "slipway:colour": "blue",
    });
    expect([...faults.keys()]).to.have.members(["app.name", "app.entry", "targets.1", "local.port", "colour"]);
    expect(faults.get("app.name")).to.include({
      value: '"Blog"',
      mend: "slipway config set app.name <value> --stack dev",
    });
    expect(faults.get("targets.1")?.allowed).to.equal("local, heroku, beanstalk, ecs");
    expect(faults.get("local.port")?.problem).to.equal("must be a number");
  });

  it("says what is missing", () => {
    const faults = faultsOf({});
    expect(faults.get("app")?.problem).to.equal("missing");
    expect(faults.get("targets")?.problem).to.equal("missing");
  });

  it("says how a text is written that looks like a number", () => {
    const faults = faultsOf({ ...MINIMAL, "slipway:local": '{"python":3.12}' });
    expect(faults.get("local.python")).to.include({
      problem: "must be a string",
      mend: `slipway config set local.python '"3.12"' --stack dev`,
    });
  });

  it("suggests the key that was meant", () => {
    const faults = faultsOf({ ...MINIMAL, "slipway:app": JSON.stringify({ ...APP, sorce: "x" }) });
    expect(faults.get("app.sorce")?.problem).to.contain("did you mean source?");
  });

  it("refuses a target that this version does not have", () => {
    const fault = faultsOf({ ...MINIMAL, "slipway:targets": '["ecs"]' }).get("targets");
    expect(fault?.problem).to.contain("ecs is not available");
    expect(fault?.allowed).to.equal("local");
  });

  it("refuses a worker and a beat without a Celery application", () => {
    const faults = faultsOf({ ...MINIMAL, "slipway:processes": '{"worker":{},"beat":{}}' });
    expect([...faults.keys()]).to.have.members(["processes.worker", "processes.beat"]);
  });

  it("refuses variables that Slipway provides itself, doubles, and names that are none", () => {
    const faults = faultsOf({
      ...MINIMAL,
      "slipway:env": '{"DB_URI":"x","TOKEN":"y"}',
      "slipway:secrets": '{"TOKEN":"z"}',
    });
    expect([...faults.keys()]).to.have.members(["env.DB_URI", "env.TOKEN"]);
    expect([...faultsOf({ ...MINIMAL, "slipway:env": '{"A-B":"x"}' }).keys()]).to.deep.equal(["env.A-B"]);
    expect([...faultsOf({ ...MINIMAL, "slipway:env": '{"SLIPWAY_X":"x"}' }).keys()]).to.deep.equal(["env.SLIPWAY_X"]);
  });

  it("never prints a secret", () => {
    const canary = "canary-7f3a";
    const config = {
      ...MINIMAL,
      "slipway:secrets": JSON.stringify({ TOKEN: { nested: canary }, "BAD-NAME": canary }),
      "slipway:local": JSON.stringify({
        database: { kind: "url", url: canary },
        broker: { kind: "url", url: `${canary} x` },
      }),
    };
    expect(() => loadSettings(config, options))
      .to.throw(ConfigError)
      .with.property("message")
      .that.does.not.contain(canary);
  });

  it("ignores config of other namespaces", () => {
    expect(faultsOf({ ...MINIMAL, "aws:region": "eu-central-1" }).size).to.equal(0);
  });

  it("answers any value with settings or faults, never with another error", () => {
    const key = fc.constantFrom(
      "app",
      "server",
      "processes",
      "env",
      "secrets",
      "targets",
      "local",
      "environment",
      "other",
    );
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), (raw) => {
        const config = Object.fromEntries(
          Object.entries(raw).map(([name, value]) => [`slipway:${name}`, JSON.stringify(value)]),
        );
        for (const fault of faultsOf(config).values()) expect(fault.problem).not.to.equal("");
      }),
    );
  });

  it("keeps any text of an environment variable as it is", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }).filter((text) => !text.includes("\0")),
        (text) => {
          const settings = loadSettings({ ...MINIMAL, "slipway:secrets": JSON.stringify({ TOKEN: text }) }, options);
          expect(settings.secrets["TOKEN"]).to.equal(text);
        },
      ),
    );
  });
});
