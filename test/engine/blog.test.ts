import { readFileSync, readdirSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import type { LoadReport } from "../../automation";
import { packageRoot } from "../../components/package-root";
import { freePort } from "../../providers/host/ports";
import { visit, without } from "../support/blog";
import { Browser } from "./support/browser";
import { entriesOf } from "./support/process-table";
import { Project } from "./support/project";
import { until } from "./support/wait";

/** The committed stack `dev`, on a port of its own. */
describe("the blog on this machine", function () {
  this.timeout(300_000);
  let project: Project;
  let root: string;
  let url: string;

  const stackFile = (): string => path.join(project.folder, "Pulumi.dev.yaml");

  /** Opens a page again and again until it says what is expected. */
  const comesToSay = (browser: Browser, page: string, pattern: RegExp): Promise<void> =>
    until(`${page} says ${pattern.source}`, async () => {
      await browser.open(page);
      return pattern.test(browser.text);
    });

  before(async () => {
    project = new Project();
    root = project.rootOf("dev");
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const stack = parse(readFileSync(path.join(packageRoot, "Pulumi.dev.yaml"), "utf8")) as {
      config: Record<string, object>;
    };
    const source = path.join(packageRoot, "app-templates", "blog");
    stack.config["slipway:app"] = { ...stack.config["slipway:app"], source };
    stack.config["slipway:local"] = { port, broker: { kind: "embedded" } };
    stack.config["slipway:load"] = { scenario: path.join(packageRoot, "app-templates", "load", "blog.py") };
    writeFileSync(stackFile(), stringify(stack));
    const up = await project.slipway("up", "--yes");
    expect(up.code, up.stderr).to.equal(0);
    expect(up.stdout).to.contain(url);
  });

  after(async () => {
    const gone = await project.slipway("stop", "--purge", "--yes");
    await project.dispose();
    expect(gone.code, gone.stderr).to.equal(0);
  });

  it(`takes a visitor from registration to a post, a comment and the result of a task${without}`, async () => {
    await visit(url, "local");
    const stranger = new Browser(url);
    await stranger.open("/api/posts");
    expect(stranger.text).to.contain("Nanoseconds");
  });

  it("does the mail digest and a reminder with an ETA in the worker, and shows their results and beat's heartbeat", async () => {
    const browser = new Browser(url);
    await browser.open("/login");
    await browser.submit("/login", { username: "demo", password: "demo-password" });
    await browser.open("/activity");
    const asked = Date.now();
    await browser.submit("/activity/reminders", { text: "Water the plants", amount: "3", unit: "seconds" });
    await browser.submit("/activity/digests", {});
    const inTheSameRow = "((?!</tr>).)*";
    const done = ["Water the plants</td>", 'class="state done">', "by worker-0@"].join(inTheSameRow);
    await comesToSay(browser, "/activity", new RegExp(done, "s"));
    expect(Date.now() - asked).to.be.greaterThan(2900);
    await comesToSay(browser, "/activity", /<summary>\d+ new posts this week/);
    await comesToSay(browser, "/activity", /alive<\/span>\s+Last heartbeat \d+ s ago/);
  });

  it("answers with health, metrics and static files", async () => {
    const answers = async (page: string): Promise<Response> => fetch(`${url}${page}`);
    expect((await answers("/health/live")).status).to.equal(200);
    expect(await (await answers("/health/ready")).json()).to.include({ status: "ready" });
    expect(await (await answers("/metrics")).text()).to.match(/^# TYPE .*_total counter$/m);
    const style = await answers("/static/style.css");
    expect(style.headers.get("content-type")).to.contain("text/css");
  });

  it("writes JSON logs that a request can be followed through", async () => {
    await fetch(`${url}/about-nothing`, { headers: { "X-Request-ID": "follow-me-1234" } });
    const { stdout } = await project.slipway("logs", "-n", "50", "web");
    const line = stdout.split("\n").find((text) => text.includes("follow-me-1234"));
    expect(line, stdout).to.match(/^web-\d \| \{/);
    expect(JSON.parse(line?.split(" | ")[1] ?? "")).to.include({ request_id: "follow-me-1234", status: 404 });
  });

  it("runs commands in the release that serves", async () => {
    const { code, stdout } = await project.slipway("exec", "--", "flask", "db", "current");
    expect(code).to.equal(0);
    expect(stdout).to.contain("(head)");
    expect((await project.slipway("exec", "--", "sh", "-c", "exit 7")).code).to.equal(7);
  });

  it("keeps within its limits under load, is compared with the run before, and says when it does not", async () => {
    const load = ["load", "--users", "8", "--spawn-rate", "8", "--seconds", "4", "--p95", "3000", "--json"];
    const first = await project.slipway(...load);
    expect(first.code, first.stdout + first.stderr).to.equal(0);
    const report = JSON.parse(first.stdout) as LoadReport;
    expect(report.requests).to.be.greaterThan(10);
    expect(report.endpoints.map(({ method, name }) => `${method} ${name}`)).to.include.members([
      "GET /",
      "POST /register",
    ]);
    expect(report.endpoints.flatMap(({ failures, name }) => (failures > 0 ? [name] : []))).to.deep.equal([]);
    expect(report.limits.map(({ name }) => name)).to.deep.equal(["p95", "failures", "throughput"]);
    expect(readFileSync(report.html, "utf8")).to.contain("Locust");
    const second = await project.slipway(...load, "--throughput", "100000", "--slower", "1000");
    const again = JSON.parse(second.stdout) as LoadReport;
    expect([second.code, again.comparedWith]).to.deep.equal([10, report.startedAt]);
    expect(again.limits.map(({ name, kept }) => [name, kept])).to.deep.equal([
      ["p95", true],
      ["failures", true],
      ["throughput", false],
      ["slower", true],
    ]);
    // One that is stopped is none that another could be compared with.
    const stopped = await project.slipway("load", "--seconds", "300", "--timeout", "4");
    expect(stopped.code, stopped.stderr).to.equal(124);
    expect(stopped.stderr).to.contain("✖ Not finished within 4 s.");
    const last = JSON.parse(readFileSync(path.join(path.dirname(report.html), "last.json"), "utf8")) as LoadReport;
    expect(last.startedAt).to.equal(again.startedAt);
  });

  it("has a scenario made from its URL map", async () => {
    const file = path.join(project.folder, "locustfile.py");
    const written = await project.slipway("load", "--write", file);
    expect(written.code, written.stderr).to.equal(0);
    const pages = /^PAGES = (\[[^\]]*\])/m.exec(readFileSync(file, "utf8"))?.[1] ?? "";
    expect(JSON.parse(pages)).to.include.members(["/", "/search", "/health/ready", "/posts/new"]);
    expect(pages).not.to.contain("<").and.not.to.contain("static");
    expect((await project.slipway("load", "--write", file)).code, "it is there already").to.equal(2);
    expect((await project.slipway("config", "rm", "load.scenario")).code).to.equal(0);
    const run = await project.slipway("load", "--users", "3", "--seconds", "2", "--p95", "5000", "--json");
    expect(run.code, run.stdout + run.stderr).to.equal(0);
    expect(JSON.parse(run.stdout)).to.include({ scenario: "pages", failures: 0 });
  });

  it("is rendered with its secrets decrypted, in a file of the owner's alone", async () => {
    const before = readFileSync(stackFile(), "utf8");
    const output = path.join(project.folder, "rendered");
    try {
      const set = ["config", "set", "secrets.API_TOKEN", "--secret"];
      expect((await project.start(set, { input: "canary '$5'" }).ended).code).to.equal(0);
      const { code, stdout, stderr } = await project.slipway("render", "compose", "--output", output);
      expect(code, stderr).to.equal(0);
      expect(stdout + stderr).not.to.contain("canary");
      const file = path.join(output, ".env");
      expect(readFileSync(file, "utf8")).to.contain("SLIPWAY_SECRET_API_TOKEN=\"canary '\\$5'\"\n");
      expect(statSync(file).mode & 0o777).to.equal(0o600);
      expect(readFileSync(path.join(output, "compose.yaml"), "utf8")).not.to.contain("canary");
    } finally {
      writeFileSync(stackFile(), before);
    }
  });

  it("listens on the loopback interface only", function () {
    if (process.platform !== "linux") {
      this.test!.title += " (needs /proc)";
      this.skip();
    }
    const addresses = entriesOf(root).flatMap(({ pid }) => listening(pid));
    expect(addresses.length).to.be.greaterThan(1);
    // 127.0.0.1, in the order in which the machine keeps the bytes of an address.
    expect(new Set(addresses)).to.deep.equal(new Set(["0100007F"]));
  });

  it("keeps its files to itself", () => {
    expect(statSync(root).mode & 0o777).to.equal(0o700);
    for (const name of readdirSync(path.join(root, "run")).filter((file) => file.endsWith(".json"))) {
      expect(statSync(path.join(root, "run", name)).mode & 0o777, name).to.equal(0o600);
    }
  });

  it("says that there are no changes when nothing has changed, and leaves its config file as it was", async () => {
    const before = readFileSync(stackFile(), "utf8");
    const { code, stdout } = await project.slipway("up", "--yes");
    expect(code).to.equal(0);
    expect(stdout).to.match(/^no changes\n/);
    expect(readFileSync(stackFile(), "utf8")).to.equal(before);
  });
});

/** Addresses, as /proc/net writes them, on which a process listens. */
function listening(pid: number): string[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).map((descriptor) => readlinkSync(`/proc/${pid}/fd/${descriptor}`)),
  );
  const lines = ["tcp", "tcp6"].flatMap((table) => readFileSync(`/proc/net/${table}`, "utf8").split("\n").slice(1));
  return lines.flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === "0A" && sockets.has(`socket:[${inode}]`) ? [local?.split(":")[0] ?? ""] : [];
  });
}
