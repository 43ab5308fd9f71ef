import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { UpResult } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { type BrokerKind, brokerServers } from "../../providers/host/brokers";
import { layout } from "../../providers/host/paths";
import { freePort } from "../../providers/host/ports";
import { belongsTo, isAlive, processes } from "../../providers/host/processes";
import { until } from "../../providers/host/wait";
import { type Command, Fixture, Resource, deployment, kill } from "./host-fixture";

const never = new AbortController().signal;

describe("host provider: broker, preflight and jobs", function () {
  this.timeout(120_000);
  let fixture: Fixture;
  let port: number;
  let broker: Resource | undefined;

  before(async () => {
    // A folder that must be quoted everywhere, and whose path is too long for a socket.
    fixture = new Fixture(`a "stack" 100% of ${"long ".repeat(15)}names`);
    port = await freePort();
  });

  after(async () => {
    await (await fixture.open(async () => ({}))).destroy();
    expect(await fixture.left()).to.deep.equal([]);
    fixture.dispose();
  });

  type More = (command: Command, supervisor: Resource) => void;

  async function up(more: More, signal?: AbortSignal): Promise<UpResult> {
    const stack = await fixture.open(deployment(fixture, { port, webs: 0, more }));
    return stack.up({ ...(signal && { signal }) });
  }

  async function failure(more: More, signal?: AbortSignal): Promise<string> {
    return up(more, signal).then(
      () => expect.fail("it went well"),
      (error: unknown) => String(error),
    );
  }

  function withBroker(kind: string): More {
    return ({ root }, supervisor) => {
      const virtualenv = path.join(fixture.root, "run", "tools");
      broker = new Resource("Broker", "broker", { root, kind, virtualenv }, ["url", "port", "resolved"], {
        dependsOn: [supervisor],
      });
    };
  }

  async function url(): Promise<string> {
    return new Promise((resolve) => broker?.output("url").apply(resolve));
  }

  for (const kind of ["embedded", "redis", "rabbitmq"] satisfies BrokerKind[]) {
    it(`runs the broker ${kind}, notices that it is dead, and starts it again as it was`, async function () {
      if (kind !== "embedded" && brokerServers[kind].find("") === undefined) return this.skip();
      await up(withBroker(kind));
      const before = await url();
      expect(before).to.match(kind === "rabbitmq" ? /^amqp:\/\/slipway:[\w-]{32}@127/ : /^redis:\/\/:[\w-]{32}@127/);
      const password = /:([\w-]{32})@/.exec(before)?.[1] ?? "none";
      expect((await processes()).map(({ command }) => command).join("\n")).not.to.contain(password);
      expect(
        readFileSync(path.join(fixture.folder, "state", ".pulumi", "stacks", "hosttest", "test.json"), "utf8"),
      ).not.to.contain(password);
      expect((await up(withBroker(kind))).summary.resourceChanges).not.to.have.property("update");

      const pid = Number.parseInt(readFileSync(path.join(layout(fixture.root).pids, "broker-0"), "utf8"), 10);
      const stack = await fixture.open(deployment(fixture, { port, webs: 0, more: withBroker(kind) }));
      const spec = path.join(layout(fixture.root).run, "broker.json");
      const wholeSpec = readFileSync(spec, "utf8");
      writeFileSync(spec, "{");
      kill(-pid);
      expect((await stack.refresh()).summary.resourceChanges).to.have.property("update", 1);
      writeFileSync(spec, wholeSpec);
      // By the deployment, if supervisord has not come to it before.
      await up(withBroker(kind));
      expect((await stack.refresh()).summary.resourceChanges).not.to.have.property("update");
      expect(await url()).to.equal(before);
    });
  }

  async function apartFromSupervisord(): Promise<string[]> {
    return (await fixture.alive()).map(({ command }) => command).filter((each) => !each.includes("supervisord"));
  }

  it("ends the broker's processes with it", async () => {
    await up(() => undefined);
    const gone = await until(5, never, async () => ((await apartFromSupervisord()).length === 0 ? true : undefined));
    expect(gone, (await apartFromSupervisord()).join("\n")).to.equal(true);
  });

  function job(name: string, command: string[], more: object = {}): More {
    return (release) => {
      new Resource("Job", name, { ...release, name, command, timeout: 20, once: false, ...more });
    };
  }

  it("runs a job for each version, and one marked `once` only at first", async () => {
    const append = (name: string) => [
      "python",
      "-c",
      `open(${JSON.stringify(path.join(fixture.folder, name))}, "a").write("x")`,
    ];
    const both: More = (command, supervisor) => {
      job("migrate", append("migrate"))(command, supervisor);
      job("seed", append("seed"), { once: true })(command, supervisor);
    };
    await up(both);
    await up(both);
    fixture.write("version.txt", "two");
    await up(both);
    expect(readFileSync(path.join(fixture.folder, "migrate"), "utf8")).to.equal("xx");
    expect(readFileSync(path.join(fixture.folder, "seed"), "utf8")).to.equal("x");
  });

  it("copies the database before a job, and tells where to when the job fails", async () => {
    const database = path.join(layout(fixture.root).data, "app.db");
    const make = `import sqlite3; c = sqlite3.connect(${JSON.stringify(database)}); c.execute("create table t (x)"); c.commit()`;
    await up(job("fill", ["python", "-c", make]));
    const message = await failure(
      job("change", ["python", "-c", "print('no such column'); exit(3)"], { backup: database }),
    );
    expect(message).to.contain("exit code 3").and.contain("    no such column");
    const [backup = ""] = readdirSync(layout(fixture.root).backups);
    expect(message).to.contain(path.join(layout(fixture.root).backups, backup));
    expect(readFileSync(path.join(layout(fixture.root).backups, backup), "latin1")).to.match(/^SQLite format 3/);
  });

  it("ends a job that takes too long, with everything that it started", async () => {
    const message = await failure(job("slow", ["sh", "-c", "sleep 300 & sleep 300"], { timeout: 1 }));
    expect(message).to.contain("no end after 1 s");
    expect((await fixture.alive()).filter(({ command }) => command.includes("sleep 300"))).to.deep.equal([]);
  });

  function preflight(checks: string[][], timeout = 20): More {
    return (release) => {
      const web = { command: ["python", "serve.py"], path: "/health" };
      new Resource("Preflight", "preflight", { ...release, checks, web, timeout });
    };
  }

  it("proves a release, and refuses one that fails a check, does not start, or answers with faults", async () => {
    await up(preflight([["python", "-c", "pass"]]));
    expect(await failure(preflight([["python", "-c", "exit('no celery here')"]]))).to.contain("no celery here");
    fixture.write("version.txt", "broken");
    const message = await failure(preflight([]));
    expect(message).to.contain("this release cannot start").and.contain("starting with ***");
    fixture.write("version.txt", "sick");
    expect(await failure(preflight([]))).to.contain("/health answers 500");
    fixture.write("version.txt", "two");
    expect(await apartFromSupervisord()).to.deep.equal([]);
  });

  const hang = job("hang", ["sh", "-c", `echo $$ > pid; sleep 300`]);

  async function pidOfHang(): Promise<number> {
    const pid = await until(30, never, async () => {
      const { version } = await fixture.release();
      const file = path.join(layout(fixture.root).releases, version, "pid");
      const text = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
      return text !== "" && (await isAlive(Number(text))) ? Number(text) : undefined;
    });
    return pid ?? expect.fail("the job did not start");
  }

  it("ends what is running when the user cancels", async () => {
    const cancel = new AbortController();
    const result = failure(hang, cancel.signal);
    const pid = await pidOfHang();
    cancel.abort();
    await result;
    expect(await until(10, never, async () => ((await isAlive(pid)) ? undefined : true))).to.equal(true);
  });

  async function killAll(part: string): Promise<void> {
    for (const each of await processes()) {
      if (each.command.includes(part) && (await belongsTo(fixture.folder, each))) kill(each.pid);
    }
  }

  it("cleans up behind a provider that was killed, and goes on", async () => {
    fixture.write("version.txt", "three");
    const result = failure(hang);
    const pid = await pidOfHang();
    await killAll("host-provider.js");
    await result;
    expect(await isAlive(pid)).to.equal(true);
    await up(job("other", ["true"]));
    expect(await isAlive(pid)).to.equal(false);
  });

  it("ends with an engine that was killed, and takes the job along", async () => {
    fixture.write("version.txt", "four");
    const result = failure(hang);
    const pid = await pidOfHang();
    await killAll("pulumi up");
    await result;
    expect(await until(5, never, async () => ((await isAlive(pid)) ? undefined : true))).to.equal(true);
    await (await fixture.open(async () => ({}))).cancel();
  });
});
