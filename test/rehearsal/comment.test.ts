/** `slipway comment` as a pull request's jobs run it: one without any rights, and one that may write. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import type { Finding, StackReport } from "../../automation";
import { EXIT } from "../../automation/errors";
import { packageRoot } from "../../components/package-root";
import { Project } from "../engine/support/project";
import type { Ended } from "../engine/support/running";
import { CommentsServer } from "../unit/support/comments-server";
import { CANARY, IN_NETWORK, NETWORK } from "./support/account";

describe("slipway comment", function () {
  this.timeout(300_000);
  const project = new Project();
  let server: CommentsServer;

  const write = (name: string, value: unknown): void => {
    writeFileSync(path.join(project.folder, name), stringify(value));
  };
  const read = (file: string): string => readFileSync(path.join(project.folder, file), "utf8");
  const configure = (engine: string, more: object = {}, others: object = {}): void => {
    const app = {
      name: "shop",
      source: "app",
      entry: "shop:create_app",
      migrate: "flask db upgrade",
      health: { live: "/healthz", ready: "/healthz" },
      variables: { database: "DATABASE_URL" },
    };
    const config = {
      "aws:region": "eu-central-1",
      "slipway:app": app,
      "slipway:environment": "dev",
      "slipway:processes": { web: { count: 2 } },
      "slipway:secrets": { API_TOKEN: CANARY },
      "slipway:targets": ["ecs"],
      "slipway:ecs": { network: IN_NETWORK, database: { engine, protect: false }, ...more },
      ...others,
    };
    write("Pulumi.staging.yaml", { config });
  };
  const well = ({ code, stdout, stderr }: Ended): string => {
    expect(code, stdout + stderr).to.equal(EXIT.ok);
    return stdout;
  };

  before(async () => {
    server = await CommentsServer.start("github");
    const analyzers = [{ name: "policy-slipway", path: path.join(packageRoot, "policy") }];
    write("Pulumi.yaml", { name: "slipway", runtime: "nodejs", plugins: { analyzers } });
    write("account.yaml", NETWORK);
    const app = path.join(packageRoot, "test", "apps", "fixtures", "own", "factory-requirements");
    cpSync(app, project.subfolder("app"), { recursive: true });
    configure("mariadb");
    write("Pulumi.dev.yaml", { config: { "slipway:targets": ["local"] } });
    const event = { pull_request: { number: 7, head: { sha: "0123456789abcdef" } } };
    writeFileSync(path.join(project.folder, "event.json"), JSON.stringify(event));
    Object.assign(project.environment, {
      GITHUB_REPOSITORY: "acme/shop",
      GITHUB_EVENT_PATH: path.join(project.folder, "event.json"),
      GITHUB_API_URL: server.url,
      GITHUB_TOKEN: "",
    });
  });

  after(async () => {
    server.stop();
    await project.dispose();
  });

  it("refuses what does not fit, before anything starts", async () => {
    const cases = [
      [EXIT.usage, /--keep and --given are for a rehearsal/, "--keep"],
      [EXIT.usage, /comment\.txt ends neither with \.md nor with \.html/, "--output", "comment.txt"],
      [EXIT.usage, /not the number of a pull request/, "--number", "x"],
      [EXIT.usage, /account\.yaml holds no reports of stacks/, "--from", "account.yaml"],
    ] as const;
    for (const [code, message, ...words] of cases) {
      const ended = await project.slipway("comment", ...words);
      expect([ended.code, ended.stdout], ended.stderr).to.deep.equal([code, ""]);
      expect(ended.stderr).to.match(message);
    }
  });

  it("counts from what another commit's rehearsal deployed, without rights, credentials or secrets", async () => {
    well(await project.slipway("rehearse", "--stack", "staging", "--given", "account.yaml"));
    configure("postgres");
    writeFileSync(path.join(project.subfolder("app", "shop"), "version.txt"), "2");
    const stdout = well(await project.slipway("comment", "--rehearse", "--keep", "--json"));
    writeFileSync(path.join(project.folder, "report.json"), stdout);
    const [report, ...others] = JSON.parse(stdout) as StackReport[];
    expect([report?.stack, report?.basis, report?.failure, others]).to.deep.equal([
      "staging",
      "rehearsed",
      undefined,
      [],
    ]);
    const changes = new Map(
      report?.plan?.changes.map(({ name, operation, properties }) => [name, { operation, properties }]),
    );
    expect(changes.get("shop-database-instance")?.operation).to.equal("replace");
    expect(changes.get("shop-database-instance")?.properties).to.deep.include({
      path: "engine",
      kind: "update",
      replaces: true,
      old: "mariadb",
      new: "postgres",
    });
    expect(changes.get("shop-web-service")?.operation).to.equal("update");
    expect(report?.plan?.unchanged).to.be.greaterThan(20);
    expect(report?.rolloutSeconds).to.be.greaterThan(300);
    expect(stdout).not.to.contain(CANARY);
  });

  it("is written by a job that has the right, from that report, and edited by the next", async () => {
    const denied = await project.slipway("comment", "--from", "report.json");
    expect(denied.code).to.equal(EXIT.usage);
    expect(denied.stderr).to.match(/a token \(the variable GITHUB_TOKEN\) is missing/);
    Object.assign(project.environment, { GITHUB_TOKEN: "the-token" });
    const said = well(await project.slipway("comment", "--from", "report.json"));
    expect(said).to.equal("https://github.com/acme/shop/pull/7#issuecomment-1\n1 part: 1 added, 0 edited, 0 removed\n");
    const [comment] = server.comments;
    expect(comment?.body).to.match(
      /^<!-- slipway:comment:1 -->\n<h3>Slipway: preview of commit <code>0123456789ab<\/code><\/h3>\n<table>/,
    );
    expect(comment?.body).to.match(
      /> \[!CAUTION\][^]*<code>shop-database-instance<\/code> of <code>staging<\/code> would be <b>replaced<\/b>/,
    );
    expect(comment?.body).to.match(
      /<td><code>engine<\/code> \(replaces\)<\/td><td><code>mariadb<\/code><\/td><td><code>postgres<\/code><\/td>/,
    );
    expect(comment?.body)
      .to.match(/<td>about \d+m/)
      .and.not.to.contain(CANARY);
    const again = well(await project.slipway("comment", "--from", "report.json"));
    expect(again).to.match(/1 part: 0 added, 0 edited, 0 removed/);
  });

  it("is given up at the end of its time, with nothing asked any more", async () => {
    const headers = { "retry-after": "200" };
    const body = { message: "You have exceeded a secondary rate limit." };
    server.once.push({ method: "GET", path: /comments$/, status: 403, headers, body });
    const before = server.calls.length;
    const { code, stdout, stderr } = await project.slipway("comment", "--from", "report.json", "--timeout", "5");
    expect([code, stdout], stderr).to.deep.equal([EXIT.timeout, ""]);
    expect(stderr).to.contain("✖ Not finished within 5 s.");
    expect(server.calls.slice(before).filter((call) => call.includes("comments"))).to.have.length(1);
  });

  it("tells a refusal, ends with its exit code, and writes to files too", async () => {
    configure("mysql", { loadBalancer: { idleTimeout: 1e9 } });
    const failed = await project.slipway(
      "comment",
      "staging",
      "--rehearse",
      "--given",
      "account.yaml",
      "--output",
      "-",
    );
    expect(failed.code, failed.stderr).to.equal(EXIT.config);
    expect(failed.stdout).to.match(/The preview failed[^]*idleTimeout/);
    const page = well(await project.slipway("comment", "--from", "report.json", "--output", "comment.html"));
    expect(page).to.equal("");
    const html = read("comment.html");
    expect(html)
      .to.match(/^<!doctype html>/)
      .and.to.match(/class="caution"[^]*shop-database-instance/);
    expect(html).not.to.contain("<svg");
  });

  it("tells what a policy forbids, with the resource, and ends with its exit code", async () => {
    configure("postgres", {}, { "slipway:environment": "prod" });
    const failed = await project.slipway("comment", "staging", "--rehearse", "--keep", "--output", "forbidden.md");
    expect(failed.code, failed.stderr).to.equal(EXIT.config);
    const text = read("forbidden.md");
    expect(text).to.match(/The preview failed/);
    expect(text).to.match(/<tr><td>❌ <code>staging<\/code>.*<td>❌ [1-9] broken.*<\/td>/);
    expect(text).to.match(
      /<li>❌ <code>shop-database-instance<\/code>: .*set database\.protect to true.* \(policy <code>database-protected<\/code>\)/,
    );
  });

  it("puts pictures into what it writes to files, and draws one alone", async () => {
    // What the second test has deployed: what changes nothing costs a plan.
    configure("postgres");
    const comment = ["comment", "staging", "--rehearse", "--keep", "--output"];
    well(await project.slipway(...comment, "page.html"));
    expect(read("page.html")).to.match(/<svg[^]*postgres db\.t4g[^]*<\/svg>/);
    well(await project.slipway(...comment, "page.md"));
    expect(read("page.md")).to.match(
      /No changes, \d+ unchanged[^]*```mermaid\nflowchart LR\n[^]*postgres db[^]*```\n$/,
    );
    well(await project.slipway("graph", "--stack", "staging", "--rehearse", "--keep", "--output", "stack.svg"));
    expect(read("stack.svg")).to.match(/no standby in another zone/);
    const refused = await project.slipway("graph", "--stack", "staging", "--output", "stack.png");
    expect([refused.code, refused.stderr]).to.deep.equal([
      EXIT.usage,
      "✖ --output stack.png ends with none of .svg, .mmd and .md.\n",
    ]);
  });

  it("is looked at by doctor as it was rehearsed, where nothing is deployed", async () => {
    const { code, stdout, stderr } = await project.slipway("doctor", "--stack", "staging", "--json");
    expect(code, stderr).to.equal(EXIT.tool);
    expect(stdout).not.to.contain(CANARY);
    const findings = JSON.parse(stdout) as Finding[];
    const of = (name: string) => findings.filter((finding) => finding.name === name);
    expect(of("security groups")).to.have.property("0").that.includes({ state: "ok" });
    const [standing] = of("single points of failure");
    expect(standing?.found).to.match(/^1 single point of failure, as a stack of the environment dev may have/);
    expect(of("database")[0]?.found).to.match(/^PostgreSQL at RDS 17 of ecs until/);
    expect(of("state").map(({ state }) => state)).to.include("warn");
    expect(of("rotated secrets")[0]?.state).to.equal("skipped");
  });
});
