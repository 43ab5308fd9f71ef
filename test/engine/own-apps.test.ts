import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { ServerKind } from "../../components/config";
import { packageRoot } from "../../components/package-root";
import { freePort } from "../../providers/host/ports";
import { Project } from "./support/project";
import type { Ended } from "./support/running";
import { until } from "./support/wait";

const SAMPLES = path.join(packageRoot, "test", "apps", "fixtures", "own");

/** Everything in a folder: path -> kind, mode and content. */
function contents(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name): [string, string] => {
    const file = path.join(folder, name);
    const stat = lstatSync(file);
    const content = stat.isDirectory() ? "" : stat.isSymbolicLink() ? readlinkSync(file) : readFileSync(file);
    return [name, `${stat.mode.toString(8)} ${createHash("sha256").update(content).digest("hex")}`];
  });
  return Object.fromEntries(entries);
}

const nginx = spawnSync("which", ["nginx"]).status === 0;

/** Somebody's applications, each in a folder outside the checkout, from `init` to a running stack. */
describe("your own app", function () {
  this.timeout(400_000);
  let project: Project;
  const started: string[] = [];

  before(() => {
    project = new Project();
  });

  after(async () => {
    const failures: string[] = [];
    for (const stack of started) {
      const gone = await project.slipway("stop", "--stack", stack, "--purge", "--yes");
      if (gone.code !== 0) failures.push(gone.stderr);
    }
    await project.dispose();
    expect(failures).to.deep.equal([]);
  });

  const copy = (sample: string): string => {
    const folder = path.join(project.subfolder("apps"), sample);
    cpSync(path.join(SAMPLES, sample), folder, { recursive: true });
    return folder;
  };

  const well = ({ code, stdout, stderr }: Ended): string => {
    expect(code, stdout + stderr).to.equal(0);
    return stdout;
  };

  /** Types into a terminal: `[what is waited for, what is then typed]`. */
  const inTerminal = (steps: readonly (readonly [string, string])[], ...words: string[]): Promise<Ended> => {
    const slipway = [process.execPath, path.join(packageRoot, "bin", "slipway.mjs")];
    const script = path.join(packageRoot, "test", "engine", "support", "terminal.py");
    return project.run("python3", [script, JSON.stringify(steps), ...slipway, ...words]);
  };

  /** Brings a stack up on a port that is free here, and again; returns where it answers. */
  const deploy = async (
    stack: string,
    app: string,
    before: Record<string, string>,
    server: ServerKind,
  ): Promise<string> => {
    const port = await freePort();
    well(await project.slipway("config", "set", "server.kind", server, "--stack", stack));
    well(await project.slipway("config", "set", "local.port", String(port), "--stack", stack));
    well(await project.slipway("config", "set", "local.broker", "{kind: embedded}", "--stack", stack));
    started.push(stack);
    expect(well(await project.slipway("up", "--stack", stack, "--yes"))).to.contain(`http://127.0.0.1:${port}`);
    expect(well(await project.slipway("up", "--stack", stack, "--yes"))).to.match(/^no changes\n/);
    expect(contents(app)).to.deep.equal(before);
    return `http://127.0.0.1:${port}`;
  };

  const send = (url: string, body?: object): Promise<Response> =>
    fetch(url, {
      method: "POST",
      ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });

  const beats = (stack: string): Promise<void> =>
    until("the worker's heart beats", () => {
      const file = path.join(project.rootOf(stack), "run", "worker-0.heartbeat");
      return existsSync(file) && Date.now() - statSync(file).mtimeMs < 5000;
    });

  it("runs a module-level app with unpinned requirements, without asking anything", async () => {
    const app = copy("module-app");
    const before = contents(app);
    const said = well(await project.slipway("init", app));
    expect(said).to.contain("Pulumi.module-app-dev.yaml").and.to.contain("slipway up --stack module-app-dev");
    const url = await deploy("module-app-dev", app, before, nginx ? "nginx-uwsgi" : "gevent");
    expect(await (await fetch(`${url}/hello/Ada`)).text()).to.contain("<h1>Hello, Ada!</h1>");
    expect((await fetch(`${url}/static/style.css`)).headers.get("content-type")).to.contain("text/css");
    expect((await fetch(url)).headers.get("server")).to.equal(nginx ? "nginx" : null);
  });

  it("runs a factory with migrations, a worker and beat, and nothing asked in a terminal either", async () => {
    const app = copy("factory-requirements");
    const before = contents(app);
    const { code, stdout } = await inTerminal([], "init", app, "--stack", "shop");
    expect(code, stdout).to.equal(0);
    const file = readFileSync(path.join(project.folder, "Pulumi.shop.yaml"), "utf8");
    expect(file).to.contain("resultBackend: CELERY_RESULT_BACKEND").and.to.contain("(shop/config.py:6)");
    const url = await deploy("shop", app, before, "uwsgi");

    expect((await send(`${url}/items`, { name: "apple" })).status).to.equal(201);
    expect((await send(`${url}/items/apple/deliveries`, { amount: 7 })).status).to.equal(202);
    const stock = async (): Promise<unknown> => (await fetch(`${url}/items`)).json();
    await until("the task's result is in the database", async () => {
      const items = (await stock()) as { apple: number };
      return items.apple === 7;
    });
    await beats("shop");
    // What a task returns comes back through the result backend that the app reads from its own variable.
    const program = "from shop.worker import celery; print(celery.tasks['shop.tasks.restock'].delay().get(timeout=30))";
    expect(well(await project.slipway("exec", "--stack", "shop", "--", "python", "-c", program))).to.contain("None");
    const status = JSON.parse(well(await project.slipway("status", "--stack", "shop", "--json"))) as {
      healthy: boolean;
      processes: { name: string }[];
    };
    expect(status.healthy).to.equal(true);
    expect(status.processes.map(({ name }) => name)).to.include.members(["web-0", "web-1", "worker-0", "beat-0"]);
  });

  it("writes nothing when the questions are ended with Ctrl-C", async () => {
    const before = readdirSync(project.folder).sort();
    const { code, stdout } = await inTerminal([["Which is the Flask app?", "\u0003"]], "init", copy("ambiguous"));
    expect(stdout).to.contain("Cancelled: nothing was written.");
    expect(code).to.equal(130);
    expect(readdirSync(project.folder).sort()).to.deep.equal(before);
  });

  it("asks what it cannot find out, and runs an app with pyproject.toml, a src layout and Alembic", async () => {
    const app = copy("pyproject-src");
    const before = contents(app);
    const answers = [
      ["tickets.web:build_app needs an argument", "\u001b[B\r"],
      ["does not start without SUPPORT_ADDRESS", "help@example.org\r"],
    ] as const;
    const { code, stdout } = await inTerminal(answers, "init", app, "--stack", "tickets");
    expect(code, stdout).to.equal(0);
    expect(stdout.match(/◆/g)?.length, stdout).to.be.greaterThan(0);
    const url = await deploy("tickets", app, before, "tornado");

    expect(await (await fetch(url)).json()).to.deep.equal({ service: "tickets", support: "help@example.org" });
    const { id } = (await (await send(`${url}/api/v1/tickets`, { title: "Leak" })).json()) as { id: number };
    expect((await send(`${url}/api/v1/tickets/${id}/close`)).status).to.equal(202);
    await until("the ticket is closed", async () => {
      const tickets = (await (await fetch(`${url}/api/v1/tickets`)).json()) as { state: string }[];
      return tickets[0]?.state === "closed";
    });
    await beats("tickets");
  });
});
