import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { packageRoot } from "../../components/package-root";
import { freePort } from "../../providers/host/ports";
import { Browser } from "./support/browser";

/** The committed stack `dev`, on a port of its own. */
describe("the blog on this machine", function () {
  this.timeout(300_000);
  let project: string;
  let url: string;

  const slipway = (...words: string[]): { code: number | null; stdout: string; stderr: string } => {
    const environment = { ...process.env, SLIPWAY_PROJECT: project, XDG_CONFIG_HOME: path.join(project, "config") };
    const bin = path.join(packageRoot, "bin", "slipway.mjs");
    const ran = spawnSync("node", [bin, ...words], { env: environment, encoding: "utf8" });
    return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
  };

  /** Opens a page again and again until it says what is expected. */
  const eventually = async (browser: Browser, page: string, pattern: RegExp, seconds: number): Promise<void> => {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      await browser.open(page);
      if (pattern.test(browser.text)) return;
      if (Date.now() > end) throw new Error(`${page} did not come to say ${pattern.source}:\n${browser.text}`);
      await setTimeout(200);
    }
  };

  before(async () => {
    project = mkdtempSync(path.join(tmpdir(), "slipway-blog-"));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const provider = { name: "host", path: path.join(packageRoot, "providers", "host") };
    const file = { name: "slipway", runtime: "nodejs", plugins: { providers: [provider] } };
    writeFileSync(path.join(project, "Pulumi.yaml"), stringify(file));
    const stack = parse(readFileSync(path.join(packageRoot, "Pulumi.dev.yaml"), "utf8")) as {
      config: Record<string, object>;
    };
    stack.config["slipway:app"] = {
      ...stack.config["slipway:app"],
      source: path.join(packageRoot, "app-templates", "blog"),
    };
    stack.config["slipway:local"] = { port, broker: { kind: "embedded" } };
    writeFileSync(path.join(project, "Pulumi.dev.yaml"), stringify(stack));
    const up = slipway("up", "--stack", "dev", "--yes");
    expect(up.code, up.stderr).to.equal(0);
    expect(up.stdout).to.contain(url);
  });

  after(() => {
    const gone = slipway("stop", "--stack", "dev", "--purge", "--yes");
    rmSync(project, { recursive: true, force: true });
    expect(gone.code, gone.stderr).to.equal(0);
  });

  it("takes a visitor from registration to a post with tags and a comment", async () => {
    const browser = new Browser(url);
    await browser.open("/register");
    await browser.submit("/register", {
      username: "grace",
      email: "grace@example.org",
      password: "a long enough passphrase",
    });
    await browser.open("/posts/new");
    await browser.submit("/posts/new", { title: "Nanoseconds", body: "A foot of wire.", tags: "hardware, light" });
    expect(browser.text).to.contain("Nanoseconds").and.to.contain("hardware");
    const post = /\/posts\/\d+/.exec(browser.path)?.[0] ?? "";
    await browser.submit(`${post}/comments`, { body: "As long as a <hand>." });
    expect(browser.text).to.contain("As long as a &lt;hand&gt;.");
    const stranger = new Browser(url);
    await stranger.open("/tags/light");
    expect(stranger.text).to.contain("Nanoseconds");
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
    await eventually(browser, "/activity", /Water the plants<\/td>((?!<\/tr>).)*class="state done">((?!<\/tr>).)*by worker-0@/s, 30);
    expect(Date.now() - asked).to.be.greaterThan(2900);
    await eventually(browser, "/activity", /<summary>\d+ new posts this week/, 30);
    await eventually(browser, "/activity", /alive<\/span>\s+Last heartbeat \d+ s ago/, 30);
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
    const { stdout } = slipway("logs", "--stack", "dev", "-n", "50", "web");
    const line = stdout.split("\n").find((text) => text.includes("follow-me-1234"));
    expect(line, stdout).to.match(/^web-\d \| \{/);
    expect(JSON.parse(line?.split(" | ")[1] ?? "")).to.include({ request_id: "follow-me-1234", status: 404 });
  });

  it("runs commands in the release that serves", () => {
    const { code, stdout } = slipway("exec", "--stack", "dev", "--", "flask", "db", "current");
    expect(code).to.equal(0);
    expect(stdout).to.contain("(head)");
    expect(slipway("exec", "--stack", "dev", "--", "sh", "-c", "exit 7").code).to.equal(7);
  });

  it("says that there are no changes when nothing has changed, and leaves its config file as it was", () => {
    const before = readFileSync(path.join(project, "Pulumi.dev.yaml"), "utf8");
    const { code, stdout } = slipway("up", "--stack", "dev", "--yes");
    expect(code).to.equal(0);
    expect(stdout).to.match(/^no changes\n/);
    expect(readFileSync(path.join(project, "Pulumi.dev.yaml"), "utf8")).to.equal(before);
  });
});
