import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { bindEnvironment, describeWorkload, placeCommand, type Workload } from "../../components/app";
import { checkSettings, ConfigError, type Settings } from "../../components/config";

const OPTIONS = { stack: "dev", available: ["local"] as const };

describe("the workload", () => {
  let folder: string;
  const write = (name: string, text = ""): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const settings = (app: object = {}, more: object = {}): Settings =>
    checkSettings(
      { app: { name: "shop", source: ".", entry: "shop:create_app", ...app }, targets: ["local"], ...more },
      OPTIONS,
    );
  const describeApp = (app?: object, more?: object): Promise<Workload> =>
    describeWorkload(settings(app, more), folder, "dev");
  const refusal = async (app?: object): Promise<ConfigError> =>
    describeApp(app).then(
      () => expect.fail("was accepted"),
      (error: unknown) => {
        expect(error).to.be.instanceOf(ConfigError);
        return error as ConfigError;
      },
    );

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-workload-"));
    write("shop.py");
    write("requirements.txt", "flask\n");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("of a plain application is one web process, without a broker", async () => {
    const { processes, needs, jobs, checks } = await describeApp();
    expect(processes.map(({ role, count }) => [role, count])).to.deep.equal([["web", { min: 2, max: 2 }]]);
    expect(processes[0]?.command).to.deep.equal(["python", ".slipway/serve_gevent.py"]);
    expect(needs).to.deep.equal({ database: true, broker: false });
    expect(jobs).to.deep.equal({});
    expect(checks).to.deep.equal([["python", ".slipway/slipway_check.py", "web"]]);
  });

  it("replaces whoever takes tasks before whoever sends them", async () => {
    write("tasks.py");
    const { processes } = await describeApp(
      { celery: "tasks:celery" },
      { processes: { beat: {}, worker: { concurrency: 7 } } },
    );
    expect(processes.map(({ role }) => role)).to.deep.equal(["worker", "web", "beat"]);
    expect(processes[0]?.command.join(" ")).to.contain("--concurrency 7");
    expect(processes[2]).to.deep.include({ count: { min: 1, max: 1 } });
  });

  it("asks workers to hand their tasks back in time, where the config says so", async () => {
    write("tasks.py");
    const environment = async (worker: object): Promise<Record<string, string>> =>
      (await describeApp({ celery: "tasks:celery" }, { processes: { worker } })).environment;
    expect(await environment({ softShutdown: 20 })).to.include({
      SLIPWAY_SOFT_SHUTDOWN: "20",
      REMAP_SIGTERM: "SIGQUIT",
    });
    expect(await environment({})).not.to.have.any.keys("SLIPWAY_SOFT_SHUTDOWN", "REMAP_SIGTERM");
  });

  it("has the authorities of RDS, and drivers, for a target that makes a database there", async () => {
    const release = async (targets: string[], ecs: object): Promise<Workload["release"]> => {
      const input = { app: { name: "shop", source: ".", entry: "shop:create_app" }, targets, ecs };
      const options = { stack: "dev", available: ["local", "ecs"] as const };
      return (await describeWorkload(checkSettings(input, options), folder, "dev")).release;
    };
    const postgres = await release(["ecs"], { database: { engine: "postgres" } });
    expect(postgres.files[".slipway/rds-ca.pem"]).to.contain("-----BEGIN CERTIFICATE-----");
    expect(postgres.requirements).to.match(/^psycopg==/m);
    for (const { files, requirements } of [
      await release(["local"], { database: { engine: "postgres" } }),
      await release(["ecs"], { database: { engine: "url", url: "postgresql://u:p@db/shop" } }),
    ]) {
      expect(files).not.to.have.property(".slipway/rds-ca.pem");
      expect(requirements).not.to.contain("psycopg");
    }
  });

  it("splits commands as a shell would, without running one", async () => {
    const { jobs } = await describeApp({ migrate: "flask db upgrade", seed: "flask seed --title 'two words'" });
    expect(jobs).to.deep.equal({
      migrate: ["flask", "db", "upgrade"],
      seed: ["flask", "seed", "--title", "two words"],
    });
  });

  it("finds modules below src as well", async () => {
    write("src/pkg/web/__init__.py");
    const { environment } = await describeApp({ entry: "pkg.web:build('prod')" });
    expect(environment).to.include({ PYTHONPATH: "src:.:.slipway", FLASK_APP: "pkg.web:build('prod')" });
  });

  it("gives the application what it needs under the names that it expects", async () => {
    write("tasks.py");
    const variables = { database: "DATABASE_URL", resultBackend: "RESULTS" };
    const workload = await describeApp(
      { celery: "tasks:celery", variables },
      { env: { COLOUR: "blue" }, environment: "stg" },
    );
    const bind = (broker: string): Record<string, string> =>
      bindEnvironment(workload, { database: "sqlite://", broker, secretKey: "key" }, { TOKEN: "secret" });
    expect(bind("redis://h/0")).to.include({
      COLOUR: "blue",
      TOKEN: "secret",
      WEBAPP_ENV: "stg",
      DATABASE_URL: "sqlite://",
      CELERY_BROKER_URL: "redis://h/0",
      RESULTS: "redis://h/0",
      SECRET_KEY: "key",
      SLIPWAY_SECRETS: "SECRET_KEY,TOKEN",
    });
    expect(bind("amqp://h//")["RESULTS"]).to.equal("rpc://");
    expect(bind("redis://h/0")).not.to.have.property("DB_URI");
  });

  it("has the same version for the same files, and another for a changed one", async () => {
    const first = (await describeApp()).release.version;
    expect((await describeApp({ migrate: "flask db upgrade" })).release.version).to.equal(first);
    write("shop.py", "x = 1\n");
    expect((await describeApp()).release.version).not.to.equal(first);
  });

  it("ships the server's files beside the application's", async () => {
    const { files } = (await describeApp()).release;
    expect(Object.keys(files)).to.include.members([".slipway/serve_gevent.py", ".slipway/slipway_check.py"]);
    expect(Object.keys(files).every((name) => name.startsWith(".slipway/"))).to.equal(true);
  });

  it("is refused for a folder that is missing, a file, or empty", async () => {
    expect((await refusal({ source: "none" })).faults[0]).to.include({
      key: "app.source",
      problem: "there is no such folder",
    });
    expect((await refusal({ source: "shop.py" })).faults[0]?.problem).to.contain("is a file");
    mkdirSync(path.join(folder, "empty"));
    expect((await refusal({ source: "empty" })).faults[0]?.problem).to.contain("is empty");
  });

  it("is refused with every part that is missing, and the modules that there are", async () => {
    rmSync(path.join(folder, "requirements.txt"));
    const { faults } = await refusal({ entry: "shopp:create_app", celery: "jobs:celery" });
    expect(faults.map(({ key }) => key)).to.have.members(["app.entry", "app.celery", "app.requirements"]);
    expect(faults.find(({ key }) => key === "app.entry")?.allowed).to.contain("shop");
  });

  it("puts the target's folder into commands", () => {
    expect(placeCommand(["beat", "--schedule", "{data}/beat"], "/x")).to.deep.equal(["beat", "--schedule", "/x/beat"]);
  });
});
