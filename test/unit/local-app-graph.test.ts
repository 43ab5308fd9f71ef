import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { checkSettings, describeWorkload, LocalApp, type LocalAppArgs, type SettingsInput } from "../../components";
import { packageRoot } from "../../components/package-root";
import { graphText, registeredBy, type ComputedOutputs, type Registered } from "./support/resource-graph";

const ROOT = "/somewhere/.slipway/dev";
const CANARY = "canary-canary";
const SAMPLES = path.join(packageRoot, "test", "apps", "fixtures", "own");

/** What the host provider computes. */
const COMPUTED: ComputedOutputs = {
  "host:index:Secret": { value: CANARY },
  "host:index:Release": { path: `${ROOT}/releases/one` },
  "host:index:Virtualenv": { path: `${ROOT}/venvs/app-one`, pythonVersion: "3.12.1" },
  "host:index:Supervisor": { running: true },
  "host:index:Broker": { resolved: "embedded", port: 1, url: `redis://:${CANARY}@127.0.0.1:1/0`, running: true },
  "host:index:Preflight": {},
  "host:index:Job": {},
  "host:index:Program": { running: 2 },
  "pulumi:index:Stash": {},
};

const SHOP: SettingsInput = {
  app: {
    name: "shop",
    source: path.join(SAMPLES, "factory-requirements"),
    entry: "shop:create_app",
    celery: "shop.worker:celery",
    migrate: "flask db upgrade",
    seed: "flask seed",
    health: { live: "/healthz", ready: "/healthz" },
    variables: { database: "DATABASE_URL", resultBackend: "CELERY_RESULT_BACKEND" },
  },
  processes: { web: { count: 2 }, worker: { count: 1 }, beat: {} },
  secrets: { API_TOKEN: CANARY },
  targets: ["local"],
};

const HELLO: SettingsInput = {
  app: { name: "shop", source: path.join(SAMPLES, "module-app"), entry: "app:app" },
  targets: ["local"],
};

async function register(input: SettingsInput, more: Partial<LocalAppArgs> = {}): Promise<[Registered[], string]> {
  const settings = checkSettings(input, { stack: "dev", available: ["local"] });
  const workload = await describeWorkload(settings, packageRoot, "dev");
  workload.release.commit = "<commit>";
  const registered = await registeredBy(() => {
    const secrets = pulumi.secret(settings.secrets);
    new LocalApp("shop", { workload, secrets, local: settings.local, root: ROOT, ...more });
  }, COMPUTED);
  const names = { [workload.release.version]: "<version>", [packageRoot]: "<checkout>", [ROOT]: "<root>" };
  return [registered, graphText(registered, names)];
}

describe("the resources of the target local", () => {
  /** Compares with the file; `UPDATE_GOLDEN=1` writes it. */
  const compare = (file: string, text: string): void => {
    const golden = path.join(packageRoot, "test", "golden", file);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(golden, text);
    expect(text).to.equal(readFileSync(golden, "utf8"));
    expect(text).not.to.contain(CANARY);
  };

  const names = (registered: readonly Registered[]): string[] => registered.map(({ name }) => name).sort();
  const only = (registered: readonly Registered[], name: string): Registered => {
    const found = registered.filter((resource) => resource.name === name);
    expect(found, name).to.have.length(1);
    return found[0] as Registered;
  };

  it("are these for an app with everything", async () => {
    compare("local-everything.txt", (await register(SHOP))[1]);
  });

  it("are these for an app that is only web", async () => {
    compare("local-web.txt", (await register(HELLO))[1]);
  });

  it("leave beat away, and nothing else, where it is not named", async () => {
    const [all] = await register(SHOP);
    const [without] = await register({ ...SHOP, processes: { web: {}, worker: {} } });
    expect(names(without)).to.deep.equal(names(all).filter((name) => name !== "shop-beat"));
  });

  it("run no broker of their own where a URL names one, and wait for none", async () => {
    const local = { broker: { kind: "url" as const, url: `amqp://u:${CANARY}@broker/` } };
    const [registered, text] = await register({ ...SHOP, local });
    expect(names(registered)).not.to.include("shop-broker");
    expect(only(registered, "shop-worker").dependsOn).not.to.include("shop-broker");
    expect(text).not.to.contain(CANARY);
  });

  it("back up no file where the database is elsewhere", async () => {
    const [own] = await register(SHOP);
    expect(only(own, "shop-migrate").inputs["backup"]).to.equal(`${ROOT}/data/app.db`);
    const local = { database: { kind: "url" as const, url: `postgresql://u:${CANARY}@db/shop` } };
    const [elsewhere, text] = await register({ ...SHOP, local });
    expect(only(elsewhere, "shop-migrate").inputs).not.to.have.property("backup");
    expect(text).not.to.contain(CANARY);
  });

  it("leave the database as it is in a rollback", async () => {
    const [forward] = await register(SHOP);
    const [back] = await register(SHOP, { keepDatabase: true });
    for (const name of ["shop-migrate", "shop-seed"]) {
      expect(only(forward, name).ignoreChanges).to.deep.equal([]);
      expect(only(back, name).ignoreChanges).to.include.members(["version", "command", "release", "environment"]);
    }
    expect(names(back)).to.deep.equal(names(forward));
  });

  it("can each be changed by a transform, before they are made", async () => {
    const transform: LocalAppArgs["transform"] = {
      broker: (args) => (args.kind = "redis"),
      worker: (args, opts) => {
        args.stopTimeout = 7;
        opts.ignoreChanges = ["count"];
      },
    };
    const [registered] = await register(SHOP, { transform });
    expect(only(registered, "shop-broker").inputs["kind"]).to.equal("redis");
    expect(only(registered, "shop-worker")).to.deep.include({ ignoreChanges: ["count"] });
    expect(only(registered, "shop-worker").inputs["stopTimeout"]).to.equal(7);
  });

  it("are refused by the mocks when their type is not known", async () => {
    const outcome = await registeredBy(() => new pulumi.ComponentResource("x:y:Z", "known"), {}).then(names, String);
    expect(outcome).to.deep.equal(["known"]);
    class Unknown extends pulumi.CustomResource {}
    const refused = await registeredBy(() => new Unknown("host:index:Disk", "disk", {}), COMPUTED).then(String, String);
    expect(refused).to.contain("no mock of the type host:index:Disk, which disk has");
  });
});
