import { appendFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { renderCompose } from "../../automation";
import { packageRoot } from "../../components/package-root";
import { freePort } from "../../providers/host/ports";
import { Browser } from "../engine/support/browser";
import { Project } from "../engine/support/project";
import { Visitors } from "../engine/support/visitors";
import { until } from "../engine/support/wait";
import { login, remind, visit, without } from "../support/blog";
import type { Engine } from "../support/docker/engine";
import { sharedEngine, skipReason } from "../support/docker/shared";
import { makeImages } from "./support/images";
import { ComposeProject, noClient } from "./support/project";

const reason = noClient === undefined ? skipReason() : ` (${noClient})`;
const BACKING = ["db", "rmq", "redis"];
const LASTING = [...BACKING, "frontend", "worker", "beat"];

type Triple = [string, string, string];

/** A dashboard of Grafana, as far as it is looked at. */
interface Dashboard {
  panels: { datasource: { type: string }; targets: { expr: string }[] }[];
}

/** An answer of Prometheus to a query. */
interface Answer {
  status: string;
  data: { result: { value: [number, string] }[] };
}

/** The committed stack `dev`, rendered for Compose, on ports of its own. */
describe(`the blog under Docker Compose${reason}`, function () {
  this.timeout(240_000);
  let engine: Engine;
  let project: Project;
  let compose: ComposeProject;
  let folder: string;
  let url: string;
  let management: string;
  let prometheus: string;

  before(async function () {
    if (reason !== "") return this.skip();
    engine = await sharedEngine();
    await makeImages(engine);
    project = new Project();
    cpSync(path.join(packageRoot, "app-templates", "blog"), path.join(project.folder, "blog"), { recursive: true });
    const [port, rabbit, metrics] = [await freePort(), await freePort(), await freePort()];
    [url, management, prometheus] = [port, rabbit, metrics].map((each) => `http://127.0.0.1:${each}`) as Triple;
    const stack = parse(readFileSync(path.join(packageRoot, "Pulumi.dev.yaml"), "utf8")) as {
      config: Record<string, Record<string, object>>;
    };
    const app = { ...stack.config["slipway:app"], source: "blog" };
    const size = { cpu: 1024 };
    const { web, worker } = stack.config["slipway:processes"] ?? {};
    const processes = { web: { ...web, ...size }, worker: { ...worker, ...size }, beat: size };
    const config = {
      ...stack.config,
      "slipway:app": app,
      "slipway:processes": processes,
      "slipway:compose": { port, rabbitmq: { port: rabbit }, monitoring: { prometheusPort: metrics } },
    };
    writeFileSync(path.join(project.folder, "Pulumi.dev.yaml"), stringify({ config }));
    ({ folder } = await renderCompose({ stack: "dev", project: project.folder }));
    compose = new ComposeProject(engine, folder);
  });

  after(async () => {
    if (reason === "") await project.dispose();
  });

  it("is built and comes up, each part after what it needs", async () => {
    const started = Date.now();
    await compose.run("build");
    const built = Date.now();
    await compose.up(LASTING);
    console.log(`      built in ${(built - started) / 1000} s, up in ${(Date.now() - built) / 1000} s`);
    // It has something to measure from now on.
    await compose.run("--profile", "monitoring", "up", "--detach", "prometheus");
    const [migrate, seed] = [await compose.container("migrate"), await compose.container("seed")];
    expect([migrate.State.ExitCode, seed.State.ExitCode]).to.deep.equal([0, 0]);
    const db = await compose.container("db");
    expect(migrate.State.StartedAt > db.State.StartedAt).to.equal(true);
    expect(seed.State.StartedAt > migrate.State.FinishedAt, "seed after migrate").to.equal(true);
    for (const service of ["frontend", "worker", "beat"]) {
      const { State, RestartCount } = await compose.container(service);
      expect(State.StartedAt > seed.State.FinishedAt, service).to.equal(true);
      expect(RestartCount, service).to.equal(0);
    }
  });

  it(`takes a visitor from registration to a post, a comment and the result of a task${without}`, () =>
    visit(url, "compose"));

  async function known(): Promise<Browser> {
    const browser = new Browser(url);
    await login(browser);
    return browser;
  }

  it("shows the broker's pages to those who know the password in .env", async () => {
    const password = /^SLIPWAY_BROKER_PASSWORD=(.*)$/m.exec(readFileSync(path.join(folder, ".env"), "utf8"))?.[1];
    const overview = (as: string): Promise<Response> =>
      fetch(`${management}/api/overview`, { headers: { Authorization: `Basic ${btoa(as)}` } });
    expect((await overview(`app:${password ?? ""}`)).status).to.equal(200);
    expect((await overview("app:guest")).status).to.equal(401);
  });

  it("counts for Prometheus what all its processes answered", async () => {
    const requests = async (): Promise<number> => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const lines = text.matchAll(/^http_requests_total\{[^}]*endpoint="health\.live"[^}]*\} ([\d.e+]+)$/gm);
      return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
    };
    const before = await requests();
    for (let count = 0; count < 10; count++) await (await fetch(`${url}/health/live`)).text();
    // Its own health check counts as well.
    expect((await requests()) - before).to.be.within(10, 13);
  });

  it("holds the containers to what the config says", async () => {
    const { Id } = await compose.container("frontend");
    const inside = async (...words: string[]): Promise<string> => (await engine.docker("exec", Id, ...words)).stdout;
    expect((await inside("id", "-u")).trim()).to.equal("10001");
    const status = await inside("cat", "/proc/1/status");
    expect(status)
      .to.match(/^CapBnd:\s0+$/m)
      .and.to.match(/^NoNewPrivs:\s1$/m);
    const touched = await inside("touch", "/app/written").catch(
      (error: unknown) => (error as { stderr: string }).stderr,
    );
    expect(touched).to.contain("Read-only file system");
    const { stdout } = await engine.docker(
      "inspect",
      "--format",
      "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}",
      Id,
    );
    expect(stdout.trim()).to.equal(`${2 * 512 * 1024 * 1024} 2000000000`);
  });

  it("gets each process back that is killed, and loses nothing", async () => {
    for (const service of LASTING) {
      const before = await compose.container(service);
      process.kill(before.State.Pid, "SIGKILL");
      await until(`${service} is started again`, async () => {
        const { RestartCount, State } = await compose.container(service);
        return RestartCount > before.RestartCount && State.Running;
      });
    }
    await compose.healthy(LASTING);
    const browser = await known();
    await browser.open("/api/posts");
    expect(browser.text).to.contain("Nanoseconds");
    await remind(browser, "After the storm");
  });

  it("answers nothing wrong once the database, restarted under load, is healthy again", async () => {
    const visitors = new Visitors(`${url}/api/posts`, /(Nanoseconds)/);
    await until("there are visits", () => visitors.total > 20);
    await compose.run("restart", "db");
    await compose.healthy(["db"]);
    await until("there are answers again", () => fetch(`${url}/health/ready`).then(({ status }) => status === 200));
    const [before, answered] = [visitors.visits.failures.length, visitors.total];
    await until("there are many more visits", () => visitors.total > answered + 200);
    const { answers, failures } = await visitors.leave();
    console.log(`      ${before} of ${answered} requests failed while the database was away`);
    expect(failures.slice(before)).to.deep.equal([]);
    expect([...answers.keys()], "no other answer").to.deep.equal(["Nanoseconds"]);
  });

  it("rolls to a new version, migrated first, with its data", async () => {
    const [db, before] = [await compose.container("db"), await compose.container("frontend")];
    const migrated = (await compose.container("migrate")).State.FinishedAt;
    const template = path.join(project.folder, "blog", "webapp", "templates", "base.html");
    appendFileSync(template, "<!-- the second version -->\n");
    await renderCompose({ stack: "dev", project: project.folder });
    const started = Date.now();
    await compose.up(LASTING);
    console.log(`      rolled in ${(Date.now() - started) / 1000} s`);
    const browser = await known();
    await browser.open("/");
    expect(browser.text).to.contain("the second version").and.to.contain("Nanoseconds");
    const [kept, after, migrate] = [
      await compose.container("db"),
      await compose.container("frontend"),
      await compose.container("migrate"),
    ];
    expect(kept.Id).to.equal(db.Id);
    expect(after.Image).not.to.equal(before.Image);
    expect(migrate.State.FinishedAt > migrated, "migrated anew").to.equal(true);
    expect(migrate.State.ExitCode).to.equal(0);
    await remind(browser, "In the second version");
    expect((await engine.docker("exec", (await compose.container("worker")).Id, "ls", "/app")).stdout).to.contain(
      "webapp",
    );
  });

  it("has measures for every query of the dashboard", async () => {
    const file = path.join(folder, "monitoring", "grafana", "dashboards", "application.json");
    const { panels } = JSON.parse(readFileSync(file, "utf8")) as Dashboard;
    const queries = panels
      .filter(({ datasource }) => datasource.type === "prometheus")
      .flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll("$__rate_interval", "2m")));
    expect(queries.length).to.be.greaterThan(6);
    for (const query of queries) {
      await until(`there is an answer to ${query}`, async () => {
        const answer = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
        const { status, data } = (await answer.json()) as Answer;
        expect(status, query).to.equal("success");
        // A page that nobody has opened lately has no times.
        return data.result.some(({ value }) => value[1] !== "NaN");
      });
    }
  });

  it("migrates a PostgreSQL as well", async () => {
    const pg = { engine: "postgres" };
    const written = parse(readFileSync(path.join(project.folder, "Pulumi.dev.yaml"), "utf8")) as {
      config: Record<string, object>;
    };
    written.config["slipway:compose"] = { ...written.config["slipway:compose"], database: pg };
    writeFileSync(path.join(project.folder, "Pulumi.pg.yaml"), stringify(written));
    const rendered = await renderCompose({ stack: "pg", project: project.folder });
    await compose.run("--profile", "monitoring", "down", "--volumes");
    const other = new ComposeProject(engine, rendered.folder);
    // With what it needs, and no more.
    await other.run("up", "--detach", "migrate");
    await until("the migration has ended", async () => (await other.container("migrate")).State.Status === "exited");
    expect((await other.container("migrate")).State.ExitCode, await other.run("logs", "migrate")).to.equal(0);
    const { Id } = await other.container("db");
    const count = "SELECT count(*) FROM alembic_version";
    const asked = await engine.docker("exec", Id, "psql", "--username=app", "--dbname=blog", "-tAc", count);
    expect(asked.stdout.trim()).to.equal("1");
    await other.run("down", "--volumes");
  });

  it("goes without a trace", async () => {
    await compose.run("--profile", "monitoring", "down", "--volumes");
    const { stdout } = await engine.docker("ps", "--all", "--quiet");
    expect(stdout).to.equal("");
    const left = await engine.docker("volume", "ls", "--quiet", "--filter", "label=com.docker.compose.project");
    expect(left.stdout).to.equal("");
    const networks = await engine.docker("network", "ls", "--format", "{{.Name}}");
    expect(networks.stdout.trim().split("\n").sort()).to.deep.equal(["bridge", "host", "none"]);
  });
});
