import { expect } from "chai";
import { checkSettings, type SettingsInput } from "../../components";
import { outsidePort } from "../../components/database";
import { CANARY, HELLO, registerEcs, registerWithText, SHOP, type EcsInput } from "./support/ecs";
import type { Registered } from "./support/resource-graph";

const ofType = (all: readonly Registered[], type: string): Registered[] =>
  all.filter((one) => one.type.endsWith(`:${type}`));
const named = (all: readonly Registered[], name: string): Registered => {
  const found = all.filter((one) => one.name === name && !one.type.startsWith("slipway:"));
  expect(found, name).to.have.length(1);
  return found[0]!;
};
const on = (ecs: EcsInput, more: Partial<SettingsInput> = {}): SettingsInput => ({ ...SHOP, ecs, ...more });

interface Container {
  command?: string[];
  environment: { name: string; value: string }[];
  secrets: { name: string; valueFrom: string }[];
  stopTimeout?: number;
}
const containerOf = (all: readonly Registered[], role: string): Container =>
  (JSON.parse(named(all, `shop-${role}-definition`).inputs["containerDefinitions"] as string) as [Container])[0];

/** Everything that must be there before a resource, as far as the graph says. */
function needsOf(all: readonly Registered[], name: string): Set<string> {
  const found = new Set<string>();
  const visit = (one: string): void => {
    for (const next of all.filter((each) => each.name === one).flatMap((each) => each.dependsOn)) {
      if (!found.has(next)) visit((found.add(next), next));
    }
  };
  visit(name);
  return found;
}

const EVERY_KIND: SettingsInput[] = [
  SHOP,
  HELLO,
  on({ capacity: { kind: "ec2" }, exec: true }, { environment: "prod" }),
  on({ database: { engine: "postgres" }, broker: { kind: "rabbitmq-container" }, cache: { kind: "redis-container" } }),
  on({ database: { engine: "mysql" }, broker: { kind: "amazon-mq" }, cache: { kind: "elasticache" } }),
  on({ network: { kind: "new", nat: "none" }, loadBalancer: { domain: { name: "a.example.com", zoneId: "Z012345" } } }),
];

describe("a stack of the target ecs", function () {
  this.timeout(180_000);
  let shop: Registered[];
  let prod: Registered[];
  const kinds: Registered[][] = [];

  before(async () => {
    for (const input of EVERY_KIND) kinds.push(await registerEcs(input));
    [shop = []] = kinds;
    prod = await registerEcs(on({}, { environment: "prod" }));
  });

  it("lets the world in to the load balancer alone, and there to HTTP and HTTPS", () => {
    for (const all of kinds) {
      const open = ofType(all, "SecurityGroupIngressRule").filter(({ inputs }) => inputs["cidrIpv4"] === "0.0.0.0/0");
      expect(open).not.to.be.empty;
      for (const { parent, inputs } of open) {
        expect(parent).to.equal("shop-loadBalancer-guard");
        expect([80, 443]).to.include(inputs["fromPort"]);
        expect(inputs["toPort"]).to.equal(inputs["fromPort"]);
      }
      for (const { inputs } of ofType(all, "SecurityGroup").filter(({ type }) => type.startsWith("aws:"))) {
        expect(inputs).not.to.have.any.keys("ingress", "egress");
      }
    }
  });

  it("lets nothing out to the world but HTTPS, and the port of a database that is there already", async () => {
    const url = "mysql://shop:secret@db.example.com/shop";
    const ports = (all: readonly Registered[]): unknown[] => {
      const out = ofType(all, "SecurityGroupEgressRule").filter(({ inputs }) => inputs["cidrIpv4"] !== undefined);
      for (const { inputs } of out) expect(inputs["toPort"]).to.equal(inputs["fromPort"]);
      return [...new Set(out.map(({ inputs }) => inputs["fromPort"]))].sort();
    };
    for (const all of kinds) expect(ports(all)).to.deep.equal([443]);
    expect(ports(await registerEcs(on({ database: { engine: "url", url } })))).to.deep.equal([3306, 443]);
  });

  it("puts every task into the private subnets, without a public address", () => {
    for (const all of kinds) {
      for (const { inputs } of ofType(all, "Service").filter(({ type }) => type.startsWith("aws:ecs"))) {
        const { subnets, assignPublicIp } = inputs["networkConfiguration"] as Record<string, unknown>;
        expect(assignPublicIp).to.equal(false);
        expect((subnets as string[]).every((id) => id.startsWith("shop-network-private-"))).to.equal(true);
      }
    }
  });

  it("runs beat once, and never twice", async () => {
    for (const all of [shop, await registerEcs(on({ deployment: { minimumHealthyPercent: 100 } }))]) {
      expect(named(all, "shop-beat-service").inputs).to.include({
        desiredCount: 1,
        deploymentMinimumHealthyPercent: 0,
        deploymentMaximumPercent: 100,
      });
    }
    expect(named(shop, "shop-web-service").inputs).to.include({ deploymentMaximumPercent: 200 });
  });

  it("makes the user, migrates and fills the database in this order, before any service", () => {
    expect(needsOf(shop, "shop-jobs-run-migrate")).to.include("shop-jobs-run-bootstrap");
    expect(needsOf(shop, "shop-jobs-run-bootstrap")).to.include("shop-database-instance");
    expect(needsOf(shop, "shop-jobs-run-seed")).to.include("shop-jobs-run-migrate");
    for (const role of ["worker", "web", "beat"]) {
      expect(needsOf(shop, `shop-${role}-service`)).to.include("shop-jobs-run-seed");
    }
  });

  it("replaces who takes tasks before who sends them", () => {
    expect(needsOf(shop, "shop-web-service")).to.include("shop-worker-service");
    expect(needsOf(shop, "shop-beat-service")).to.include("shop-web-service");
    expect(needsOf(shop, "shop-worker-service")).not.to.include("shop-web-service");
  });

  it("migrates with each release, fills a database once, and does neither in a rollback", async () => {
    const run = (all: Registered[], name: string) => named(all, `shop-jobs-run-${name}`);
    const triggers = (all: Registered[], name: string) => run(all, name).inputs["triggers"] as Record<string, unknown>;
    expect(triggers(shop, "migrate")["release"]).to.match(/^[0-9a-f]{12}$/);
    expect(run(shop, "migrate").ignoreChanges).to.deep.equal([]);
    const all = ["functionName", "input", "triggers"];
    expect(run(shop, "seed").ignoreChanges).to.deep.equal(all);
    const back = await registerEcs(SHOP, { keepDatabase: true });
    expect(run(back, "migrate").ignoreChanges).to.deep.equal(all);
  });

  it("makes nothing of Celery's for an app that is only web", async () => {
    const hello = kinds[1] ?? [];
    const names = hello.map(({ name }) => name);
    expect(names.filter((name) => /worker|beat|broker|migrate|seed/.test(name))).to.deep.equal([]);
    expect(named(hello, "shop-bootstrap-definition").dependsOn).to.include("shop-image-web-image");
  });

  it("keeps every log for a time that the config says", async () => {
    for (const all of kinds) {
      const logs = ofType(all, "LogGroup");
      expect(logs.length).to.be.greaterThan(2);
      for (const { inputs } of logs) expect(inputs["retentionInDays"]).to.be.a("number");
    }
    for (const { inputs } of ofType(prod, "LogGroup")) expect(inputs["retentionInDays"]).to.equal(90);
  });

  it("protects the data and the load balancer of production", () => {
    expect(named(prod, "shop-database-instance").inputs).to.include({ deletionProtection: true, multiAz: true });
    expect(named(prod, "shop-loadBalancer-balancer").inputs).to.include({ enableDeletionProtection: true });
    expect(named(shop, "shop-database-instance").inputs).to.include({ deletionProtection: false });
  });

  it("gives secrets by reference alone, the application's own by the version that is current", () => {
    for (const role of ["web", "worker", "beat", "migrate", "seed"]) {
      const { environment, secrets } = containerOf(shop, role);
      const references = new Map(secrets.map(({ name, valueFrom }) => [name, valueFrom]));
      expect([...references.keys()], role).to.have.members([
        "API_TOKEN",
        "DATABASE_URL",
        "MAIL_PASSWORD",
        "SECRET_KEY",
      ]);
      expect(references.get("API_TOKEN")).to.match(/^arn:aws:secretsmanager:.*:API_TOKEN::shop-secrets-version-1$/);
      expect(environment).to.deep.include({ name: "GREETING", value: "hello" });
      expect(JSON.stringify(environment)).not.to.contain(CANARY);
    }
    expect(containerOf(shop, "bootstrap").secrets.map(({ name }) => name)).not.to.include("API_TOKEN");
  });

  it("scales what has a range: web by requests, workers by what waits in SQS, beat never", async () => {
    const processes = { web: { count: { min: 1, max: 3 } }, worker: { count: { min: 1, max: 4 } }, beat: {} };
    const policies = (all: readonly Registered[]): string[] =>
      ofType(all, "Policy")
        .map(({ name }) => name.replace("shop-autoscaling-", ""))
        .sort();
    expect(policies(shop)).to.deep.equal([]);
    const sqs = await registerEcs(on({}, { processes }));
    expect(policies(sqs)).to.deep.equal([
      "web-cpu",
      "web-memory",
      "web-requests",
      "worker-backlog",
      "worker-cpu",
      "worker-memory",
    ]);
    expect(named(sqs, "shop-web-service").ignoreChanges).to.deep.equal(["desiredCount"]);
    expect(named(sqs, "shop-autoscaling-worker-target").inputs).to.deep.include({ minCapacity: 1, maxCapacity: 4 });
    const insights = (all: readonly Registered[]) => named(all, "shop-cluster-cluster").inputs["settings"];
    expect(insights(sqs)).to.deep.equal([{ name: "containerInsights", value: "enabled" }]);
    expect(insights(shop)).to.deep.equal([{ name: "containerInsights", value: "disabled" }]);
    const rabbit = await registerEcs(on({ broker: { kind: "rabbitmq-container" } }, { processes }));
    expect(policies(rabbit)).not.to.include("worker-backlog");
  });

  it("starts instances that hand nothing of theirs to the containers", () => {
    const template = named(kinds[2] ?? [], "shop-cluster-instances-template").inputs;
    expect(template["metadataOptions"]).to.deep.include({ httpTokens: "required", httpPutResponseHopLimit: 1 });
    expect(template["imageId"]).to.match(/^resolve:ssm:\/aws\/service\/ecs\//);
    const agent = Buffer.from(template["userData"] as string, "base64").toString();
    expect(agent).to.match(/^#!\/bin\/sh\n/);
    expect(agent.split("\n")).to.include.members(["ECS_CLUSTER=prod-shop", "ECS_AWSVPC_BLOCK_IMDS=true"]);
    expect(named(kinds[2] ?? [], "shop-cluster-instances-group").ignoreChanges).to.deep.equal(["desiredCapacity"]);
  });

  it("names nothing longer than AWS takes, for the longest name of an application", async () => {
    const longest = [EVERY_KIND[2]?.ecs, EVERY_KIND[3]?.ecs, EVERY_KIND[4]?.ecs];
    for (const [index, ecs] of longest.entries()) {
      // Containers of a broker and a cache leave less: see the rules of the config.
      const name = "a".repeat(index === 1 ? 27 : 31);
      const all = await registerEcs({ ...SHOP, app: { ...SHOP.app, name }, ...(ecs && { ecs }) });
      // The provider adds a hyphen and seven characters.
      const roles = ofType(all, "Role").filter(({ inputs }) => !("name" in inputs || "namePrefix" in inputs));
      expect(roles.map((role) => role.name).filter((role) => role.length + 8 > 64)).to.deep.equal([]);
      for (const type of ["LoadBalancer", "TargetGroup"]) {
        for (const { inputs } of ofType(all, type).filter((one) => one.type.startsWith("aws:"))) {
          expect(inputs["namePrefix"]).to.match(/^[a-z][a-z-]{0,4}-$/);
        }
      }
    }
  });

  it("can be changed in every part, before it is made", async () => {
    const changed = await registerEcs(SHOP, {
      transform: {
        web: (args) => (args.stopTimeout = 7),
        database: (args) => (args.transform = { instance: (instance) => (instance.iops = 3000) }),
        guard: (args) => (args.description = "changed"),
      },
    });
    expect(containerOf(changed, "web").stopTimeout).to.equal(7);
    expect(containerOf(shop, "web").stopTimeout).to.equal(30);
    expect(named(changed, "shop-database-instance").inputs["iops"]).to.equal(3000);
    expect(named(changed, "shop-guard-web-group").inputs["description"]).to.equal("changed");
  });

  it("exports plain texts", async () => {
    const { outputs } = await registerWithText(on({}, { environment: "prod" }));
    expect(outputs).to.include({
      url: "http://shop-loadBalancer-balancer.elb.amazonaws.com",
      cluster: "prod-shop",
      database: "shop-database-instance.rds.amazonaws.com",
    });
    expect(outputs["release"]).to.match(/^[0-9a-f]{12}$/);
    expect(outputs["dashboard"]).to.match(/^https:\/\//);
    const parsed = (name: string) => JSON.parse(outputs[name] as string) as Record<string, string>;
    expect(Object.keys(parsed("services"))).to.deep.equal(["worker", "web", "beat"]);
    expect(parsed("images")["web"]).to.match(/^sha256:[0-9a-f]{64}$/);
    expect(parsed("queues")["celery"]).to.match(/^https:\/\/sqs\./);
  });
});

describe("the port of a database that is there already", () => {
  const settingsOf = (url: string) =>
    checkSettings({ ...HELLO, ecs: { database: { engine: "url", url } } }, { stack: "dev", available: ["ecs"] });
  const cases: [string, number | undefined][] = [
    ["postgresql+psycopg://u:p@db.example.com/shop", 5432],
    ["postgresql://u:p%40x@db.example.com:6432/shop", 6432],
    ["mysql+pymysql://u@db/shop?ssl=1", 3306],
    ["mysql://[2001:db8::1]:3307/shop", 3307],
    ["oracle://u:p@db/shop", undefined],
  ];
  for (const [url, port] of cases) {
    it(`is ${String(port)} for ${url}`, () => expect(outsidePort(settingsOf(url).ecs.database)).to.equal(port));
  }
});
