import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { describeWorkload } from "../../components/app";
import { composeFiles } from "../../components/compose";
import { checkSettings, ConfigError, type SettingsInput } from "../../components/config";
import { packageRoot } from "../../components/package-root";
import { CANARY, HELLO, SHOP } from "./support/ecs";

interface Service {
  image: string;
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  networks: string[];
  restart: string;
  profiles?: string[];
  command?: string[];
  scale?: number;
}

/** What the files are for, and how they differ. Each is in test/golden. */
const VARIANTS: Record<string, SettingsInput> = {
  everything: { ...SHOP, targets: ["local"], env: { PRICE: "$5 each" } },
  web: { ...HELLO, targets: ["local"], compose: { database: { engine: "postgres" }, bind: "0.0.0.0", port: 8080 } },
  prod: {
    ...SHOP,
    environment: "prod",
    targets: ["local"],
    processes: { web: { count: 3 }, worker: { count: { min: 2, max: 6 }, cpu: 1024, stopTimeout: 90 } },
    compose: { database: { engine: "mysql", version: "8.4.5" }, rabbitmq: { port: 25672 } },
  },
};

async function files(input: SettingsInput): Promise<Record<string, string>> {
  const settings = checkSettings(input, { stack: "dev", available: ["local"] });
  const { engine } = settings.compose.database;
  const driver = engine === "postgres" ? "postgres" : "mysql";
  const workload = await describeWorkload(settings, packageRoot, "dev", "nginx-uwsgi", driver);
  workload.release.commit = "abcdef0";
  // It changes with every change of what Slipway ships.
  workload.release.version = "0123456789ab";
  return composeFiles({
    workload,
    compose: settings.compose,
    serverProcesses: settings.server.processes,
    secretNames: Object.keys(settings.secrets).sort(),
    longestEta: settings.processes.worker?.longestEta ?? 0,
    contexts: { web: "images/web-111111111111", worker: "images/worker-222222222222" },
  });
}

async function services(input: SettingsInput): Promise<Record<string, Service>> {
  const { "compose.yaml": text = "" } = await files(input);
  return (parse(text, { version: "1.1" }) as { services: Record<string, Service> }).services;
}

function refusal(compose: object): string {
  try {
    checkSettings({ ...HELLO, targets: ["local"], compose }, { stack: "dev", available: ["local"] });
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    return (error as Error).message;
  }
  return expect.fail("was accepted");
}

describe("the files for Docker Compose", () => {
  for (const [name, input] of Object.entries(VARIANTS)) {
    it(`are those of compose-${name}.yaml`, async () => {
      const { "compose.yaml": text } = await files(input);
      const golden = path.join(packageRoot, "test", "golden", `compose-${name}.yaml`);
      if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(golden, text ?? "");
      expect(text).to.equal(readFileSync(golden, "utf8"));
    });
  }

  it("hold no secret, and refuse to start without the file that does", async () => {
    const all = Object.values(await files(SHOP_HERE)).join("");
    expect(all).not.to.contain(CANARY);
    const { frontend } = await services(SHOP_HERE);
    expect(frontend?.environment?.["API_TOKEN"]).to.equal("${SLIPWAY_SECRET_API_TOKEN:?run slipway render compose}");
    expect(frontend?.environment?.["DATABASE_URL"]).to.match(/^mysql\+\w+:\/\/app:\$\{SLIPWAY_DATABASE_PASSWORD:\?/);
  });

  it("start nothing of the application before what it needs, and jobs one after another", async () => {
    const { frontend, worker, beat, migrate, seed, db } = await services(SHOP_HERE);
    const backing = { db: "service_healthy", rmq: "service_healthy", redis: "service_healthy" };
    const conditions = (one?: Service): object =>
      Object.fromEntries(Object.entries(one?.depends_on ?? {}).map(([name, { condition }]) => [name, condition]));
    expect(conditions(migrate)).to.deep.equal(backing);
    expect(conditions(seed)).to.deep.equal({ ...backing, migrate: "service_completed_successfully" });
    for (const one of [frontend, worker, beat]) {
      expect(conditions(one)).to.deep.equal({ ...backing, seed: "service_completed_successfully" });
    }
    expect([frontend?.restart, db?.restart, migrate?.restart]).to.deep.equal([
      "unless-stopped",
      "unless-stopped",
      "no",
    ]);
  });

  it("publish on loopback only, but for the application where the config says so", async () => {
    const published = (all: Record<string, Service>): string[] =>
      Object.values(all).flatMap(({ ports }) => ports ?? []);
    for (const port of published(await services(SHOP_HERE))) expect(port).to.match(/^127\.0\.0\.1:/);
    const open = published(await services(VARIANTS["web"] ?? HELLO)).filter((port) => !port.startsWith("127.0.0.1:"));
    expect(open).to.deep.equal(["0.0.0.0:8080:8000"]);
    const { db, redis } = await services(SHOP_HERE);
    expect([db?.networks, redis?.networks]).to.deep.equal([["data"], ["data"]]);
  });

  it("leave dollars of the config to the application", async () => {
    const { frontend } = await services(VARIANTS["everything"] ?? SHOP);
    expect(frontend?.environment?.["PRICE"]).to.equal("$$5 each");
  });

  it("serve by one frontend with the processes of all web processes, and scale workers", async () => {
    const { frontend, worker } = await services(VARIANTS["prod"] ?? SHOP);
    expect(frontend?.environment?.["SLIPWAY_PROCESSES"]).to.equal("6");
    expect(worker?.scale).to.equal(2);
  });

  it("start what watches by its profile only, with a dashboard on what is measured", async () => {
    const all = await services(SHOP_HERE);
    const profiles = Object.entries(all).flatMap(([name, one]) => (one.profiles ? [[name, ...one.profiles]] : []));
    expect(profiles).to.deep.equal([
      ["prometheus", "monitoring"],
      ["grafana", "monitoring", "logs"],
      ["loki", "logs"],
      ["alloy", "logs"],
    ]);
    const texts = await files(SHOP_HERE);
    const dashboard = texts["monitoring/grafana/dashboards/application.json"] ?? "";
    const blog = readFileSync(path.join(packageRoot, "app-templates", "blog", "webapp", "metrics.py"), "utf8");
    for (const metric of ["http_requests", "http_request_duration_seconds"]) {
      expect(dashboard).to.contain(metric);
      expect(blog).to.contain(`"${metric}"`);
    }
    expect(texts["monitoring/loki.yaml"]).to.contain('retention_period: "168h"');
    expect(Object.values(texts).join("")).not.to.match(/@\w+@(?!%h)/);
  });

  it("cannot have two services on one port", () => {
    const said = refusal({ port: 3000, rabbitmq: { port: 9090 } });
    expect(said).to.contain("slipway:compose.monitoring.grafanaPort: is the port of compose.port too (given: 3000)");
    expect(said).to.contain("mend:    slipway config set compose.monitoring.prometheusPort <port> --stack dev");
    expect(refusal({ bind: "everywhere" }))
      .to.contain("slipway:compose.bind")
      .and.to.contain("an IPv4 address");
  });
});

const SHOP_HERE: SettingsInput = { ...SHOP, targets: ["local"] };
