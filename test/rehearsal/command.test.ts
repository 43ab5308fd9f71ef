/** `slipway rehearse` as its user runs it, and the commands beside it that must never see a simulated cloud. */
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import * as path from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import type { RehearsalReport } from "../../automation";
import { EXIT } from "../../automation/errors";
import { packageRoot } from "../../components/package-root";
import { blocksOf } from "../docs/support/documents";
import { Project } from "../engine/support/project";
import type { Ended, Running } from "../engine/support/running";
import { ECS_CONFIG } from "./support/rehearsal-project";

const CANARY = "canary-Canary-0123456789";
const IDS = ["subnet-0a1b2c3d", "subnet-1a1b2c3d", "subnet-2a1b2c3d", "subnet-3a1b2c3d"];
const NETWORK = {
  kind: "existing",
  vpcId: "vpc-0a1b2c3d",
  publicSubnetIds: IDS.slice(0, 2),
  privateSubnetIds: IDS.slice(2),
};

describe("slipway rehearse", function () {
  this.timeout(300_000);
  const project = new Project();
  const listener: { server: Server; connections: number } = { server: createServer(), connections: 0 };

  before(async () => {
    await new Promise<void>((done) => listener.server.listen(0, "127.0.0.1", done));
    listener.server.on("connection", (socket) => {
      listener.connections += 1;
      socket.destroy();
    });
    const { port } = listener.server.address() as AddressInfo;
    Object.assign(project.environment, {
      AWS_ACCESS_KEY_ID: `AKIA${CANARY}`,
      AWS_SECRET_ACCESS_KEY: CANARY,
      AWS_SESSION_TOKEN: CANARY,
      AWS_PROFILE: CANARY,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}/${CANARY}`,
      PULUMI_ACCESS_TOKEN: CANARY,
      PULUMI_CONFIG_PASSPHRASE: CANARY,
      PULUMI_DEBUG_PROVIDERS: `aws:${port},docker:${port}`,
      // No plugin is here, and none is to be had.
      PULUMI_HOME: project.subfolder("home"),
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    });
    const analyzers = [{ name: "policy-slipway", path: path.join(packageRoot, "policy") }];
    write("Pulumi.yaml", { name: "slipway", runtime: "nodejs", plugins: { analyzers } });
    cpSync(
      path.join(packageRoot, "test", "apps", "fixtures", "own", "factory-requirements"),
      project.subfolder("app"),
      {
        recursive: true,
      },
    );
    const app = {
      ...ECS_CONFIG["slipway:app"],
      entry: "shop:create_app",
      celery: "shop.worker:celery",
      migrate: "flask db upgrade",
      health: { live: "/healthz", ready: "/healthz" },
      variables: { database: "DATABASE_URL" },
    };
    const config = {
      ...ECS_CONFIG,
      "slipway:app": app,
      "slipway:processes": { web: { count: 2 }, worker: {}, beat: {} },
      "slipway:ecs": { network: NETWORK },
    };
    write("Pulumi.prod.yaml", { config });
    write("Pulumi.faulty.yaml", { config: { ...config, "slipway:targets": ["moon"] } });
    const given = blocksOf("docs/rehearsal.md").find(({ text }) => text.includes("aws:ec2/vpc:Vpc"));
    writeFileSync(path.join(project.folder, "account.yaml"), given?.text ?? "");
  });

  after(async () => {
    listener.server.close();
    await project.dispose();
  });

  afterEach("nobody was asked for an account", () => {
    expect(listener.connections).to.equal(0);
  });

  const write = (name: string, value: unknown): void => {
    writeFileSync(path.join(project.folder, name), stringify(value));
  };
  const rehearse = (...words: string[]): Promise<Ended> => project.slipway("rehearse", "--stack", "prod", ...words);
  const files = (): string[] =>
    ["Pulumi.yaml", "Pulumi.prod.yaml", "account.yaml"].map((name) =>
      readFileSync(path.join(project.folder, name), "utf8"),
    );

  it("refuses what does not fit before anything starts, and says what is allowed", async () => {
    const cases = [
      [EXIT.usage, /"boom"; allowed are fail, throttle, timeout, lost/, "--fault", "boom:create"],
      [EXIT.usage, /"make"; allowed are create, update, delete, read, invoke/, "--fault", "fail:make"],
      [EXIT.usage, /may be ecs\/Service, servicediscovery\/Service/, "--fault", "fail:create:Service"],
      [EXIT.usage, /nowhere\.yaml cannot be read/, "--given", "nowhere.yaml"],
      [EXIT.usage, /is not a list of \{type, id, inputs, outputs\}/, "--given", "Pulumi.yaml"],
      [EXIT.usage, /no provider gcp; allowed are aws, docker/, "--real", "gcp"],
      [EXIT.usage, /such as localhost:5000/, "--registry", "localhost"],
      [EXIT.config, /slipway:targets[^]*moon/, "--stack", "faulty"],
    ] as const;
    const refuse = async ([code, message, ...words]: (typeof cases)[number]): Promise<void> => {
      const ended = await rehearse(...words);
      expect([ended.code, ended.stdout], ended.stderr).to.deep.equal([code, ""]);
      expect(ended.stderr).to.match(message);
    };
    // Two at a time: they wait for each other where they are of one stack.
    for (let at = 0; at < cases.length; at += 2) await Promise.all(cases.slice(at, at + 2).map(refuse));
    expect(existsSync(path.join(project.rootOf("rehearsal"), "faulty"))).to.equal(false);
  });

  it("names a plugin that is missing; nothing attaches to providers of the user's", async () => {
    Object.assign(project.environment, { PULUMI_BACKEND_URL: `file://${project.subfolder("backend")}` });
    for (const words of [["preview"], ["up", "--yes"]]) {
      const { code, stderr } = await project.slipway(...words, "--stack", "prod");
      expect(code, stderr).to.equal(EXIT.tool);
      expect(stderr).to.match(/plugin aws \d+\.\d+\.\d+ is not on this machine/);
      expect(stderr).to.match(/mend: pulumi plugin install resource aws \d.*slipway rehearse --stack prod needs none/);
    }
    const { code, stdout } = await rehearse("--real", "docker", "--given", "account.yaml");
    expect(code).to.equal(EXIT.tool);
    expect(stdout).to.match(/plugin docker \d+\.\d+\.\d+ is not on this machine[^]*leave out --real docker/);
  });

  it("tells a fault and goes on from it, without credentials, and leaves what is the user's alone", async () => {
    const { config } = parse(readFileSync(path.join(project.folder, "Pulumi.prod.yaml"), "utf8")) as { config: object };
    const secure = "v1:AAAAAAAAAAA=:only-the-key-of-its-owner-opens-this";
    write("Pulumi.prod.yaml", { config: { ...config, "slipway:secrets": { API_TOKEN: { secure } } } });
    const before = files();
    const states = (): unknown[] =>
      ["backend", ".slipway/state"].map((folder) => readdirSync(project.subfolder(folder), { recursive: true }));
    const real = states();
    const running = project.start(
      ["rehearse", "--stack", "prod", "--given", "account.yaml", "--fault", "fail:create:ecs/Service"],
      {},
    );
    const seen = await environments(running, project.folder);
    const { code, stdout, stderr } = await running.ended;
    expect(code, stdout + stderr).to.equal(EXIT.ok);
    expect(stdout).to.match(/✔ plan +\d+ to create\n✖ deploy +failed/);
    expect(stdout).to.match(/✔ deploy after faults +\d+ created, \d+ unchanged +\d+m/);
    expect(stdout).to.match(/creating ECS Service \S+-service\n +InternalFailure: .*\n +in: deploy +rule: fault:fail/);
    expect(stdout).not.to.match(/[│┌]/);
    expect(stderr.split("\n").length).to.be.lessThan(12);
    const planned = Number(/plan +(\d+) to create/.exec(stdout)?.[1]);
    expect(Number(/plan again +(\d+) unchanged/.exec(stdout)?.[1])).to.equal(planned);
    expect([...seen.keys()].join("\n")).to.match(/pulumi (preview|up)/);
    expect([...seen].filter(([, environment]) => environment.includes(CANARY))).to.deep.equal([]);
    expect(files()).to.deep.equal(before);
    expect(states()).to.deep.equal(real);
  });

  it("goes on where the last one ended: nothing to do, another release, and what a destroy leaves", async () => {
    const { code, stdout, stderr } = await rehearse("--keep", "--update", "--destroy", "--json");
    expect(code, stdout + stderr).to.equal(EXIT.ok);
    const { ended, steps, refusals, orphans, left = [], kept } = JSON.parse(stdout) as RehearsalReport;
    const of = (name: string): (typeof steps)[number] | undefined => steps.find((step) => step.name === name);
    expect([ended, refusals, orphans, kept]).to.deep.equal(["ok", [], [], []]);
    expect(steps.map(({ name, failure }) => [name, failure])).to.deep.equal(
      ["plan", "update-plan", "update", "destroy"].map((name) => [name, undefined]),
    );
    expect(of("plan")?.result?.changes).to.deep.equal([]);
    const lines = (of("update-plan")?.result?.changes ?? []).map(({ operation, name }) => `${operation} ${name}`);
    expect(lines.sort()).to.deep.equal(
      [
        ...["bootstrap", "beat", "migrate", "web", "worker"].map((name) => `replace shop-${name}-definition`).sort(),
        ...["web", "worker"].map((name) => `replace shop-image-${name}-image`),
        "replace shop-jobs-run-migrate",
        ...["beat", "web", "worker"].map((name) => `update shop-${name}-service`),
      ].sort(),
    );
    expect(of("update")?.prediction?.seconds).to.be.within(60, 1800);
    expect(of("update")?.result?.unchanged).to.equal((of("plan")?.result?.unchanged ?? 0) - lines.length);
    expect(of("destroy")?.result?.changes.length).to.equal(of("plan")?.result?.unchanged);
    // As docs/rehearsal.md says.
    expect([...new Set(left.map(({ type }) => type))].sort()).to.deep.equal([
      "aws:ecs/taskDefinition:TaskDefinition",
      "aws:rds/snapshot:Snapshot",
      "aws:secretsmanager/secret:Scheduled",
    ]);
  });

  it("takes releases of Elastic Beanstalk that stay to go back to for what they are", async () => {
    const { config } = parse(readFileSync(path.join(project.folder, "Pulumi.prod.yaml"), "utf8")) as {
      config: Record<string, object>;
    };
    const app = { ...config["slipway:app"], celery: undefined };
    const own = { "slipway:processes": { web: {} }, "slipway:targets": ["beanstalk"], "slipway:ecs": undefined };
    write("Pulumi.small.yaml", {
      config: { ...config, ...own, "slipway:app": app, "slipway:beanstalk": { network: NETWORK } },
    });
    const { code, stdout, stderr } = await rehearse(
      ...["--stack", "small", "--given", "account.yaml", "--update", "--destroy", "--json"],
    );
    expect(code, stdout + stderr).to.equal(EXIT.ok);
    const { steps, refusals, orphans, left = [] } = JSON.parse(stdout) as RehearsalReport;
    const released = steps.find(({ name }) => name === "update")?.result?.changes ?? [];
    expect(released.map(({ operation, name }) => `${operation} ${name}`).sort()).to.deep.equal([
      "replace shop-releases-bundle-web",
      "replace shop-releases-version-web",
      "update shop-environment-web-environment",
    ]);
    expect([refusals, orphans]).to.deep.equal([[], []]);
    expect([...new Set(left.map(({ type }) => type))]).to.deep.equal(["aws:secretsmanager/secret:Scheduled"]);
  });
});

/** The environment of every process that works in `folder`, by command line, until the command ends; its own left out. */
async function environments(running: Running, folder: string): Promise<ReadonlyMap<string, string>> {
  const seen = new Map<string, string>();
  const look = (): void => {
    for (const name of existsSync("/proc/self/environ") ? readdirSync("/proc") : []) {
      if (!/^\d+$/.test(name)) continue;
      try {
        // First the command line: the environment is then no older than it.
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        const environment = readFileSync(`/proc/${name}/environ`, "utf8");
        if (environment.includes(folder) && !command.includes("slipway.mjs")) seen.set(command, environment);
      } catch {
        // It has ended meanwhile.
      }
    }
  };
  const timer = setInterval(look, 100);
  await running.ended.finally(() => {
    clearInterval(timer);
  });
  return seen;
}
