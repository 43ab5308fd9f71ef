import { readFileSync, readdirSync, rmSync } from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import type { UpResult } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { layout } from "../../providers/host/paths";
import { freePort } from "../../providers/host/ports";
import { RUNNING, Supervisord } from "../../providers/host/supervisord";
import { until } from "../../providers/host/wait";
import { Fixture, type Wishes, deployment, get, kill } from "./host-fixture";

const never = new AbortController().signal;

describe("host provider: programs", function () {
  this.timeout(120_000);
  let fixture: Fixture;
  let supervisord: Supervisord;
  let wishes: Wishes;
  /** Versions that came to run, in order. */
  const versions: string[] = [];

  before(async () => {
    fixture = new Fixture();
    supervisord = new Supervisord(layout(fixture.root));
    wishes = { port: await freePort(), webs: 2, workers: 1 };
  });

  after(async () => {
    await (await fixture.open(async () => ({}))).destroy();
    fixture.dispose();
  });

  async function up(changed: Partial<Wishes> = {}): Promise<UpResult> {
    wishes = { ...wishes, ...changed };
    const result = await (await fixture.open(deployment(fixture, wishes))).up();
    versions.push(wishes.kept?.version ?? (await fixture.release()).version);
    return result;
  }

  async function failure(changed: Partial<Wishes> = {}): Promise<string> {
    return up(changed).then(
      () => expect.fail("it went well"),
      (error: unknown) => String(error),
    );
  }

  function stateFile(): string {
    return path.join(fixture.folder, "state", ".pulumi", "stacks", "hosttest", "test.json");
  }

  async function pidOf(name: string): Promise<number> {
    return (await supervisord.processes()).find((each) => each.name === name && each.state === RUNNING)?.pid ?? 0;
  }

  /** Asks all the time while `action` runs; returns the answers that were none. */
  async function failuresDuring(action: () => Promise<unknown>): Promise<string[]> {
    const state = { over: false };
    const failed: string[] = [];
    const client = async () => {
      while (!state.over) {
        const answer = await get(wishes.port);
        if (!/^\w+ \d+$/.test(answer)) failed.push(answer);
      }
    };
    const clients = [client(), client()];
    await action();
    state.over = true;
    await Promise.all(clients);
    return failed;
  }

  it("starts what is described, and finds nothing to do the second time", async () => {
    expect((await up()).summary.resourceChanges).to.deep.equal({ create: 8 });
    expect(await get(wishes.port)).to.match(/^one \d+$/);
    expect((await up()).summary.resourceChanges).to.deep.equal({ same: 8 });
  });

  it("keeps secrets out of the state, the logs and the command lines", async () => {
    const stack = await fixture.open(deployment(fixture, wishes));
    const secret = String((await stack.outputs())["secret"]?.value);
    expect(secret).to.have.length.above(40);
    expect(readFileSync(stateFile(), "utf8")).to.contain('"host:index:Secret"').and.not.to.contain(secret);
    expect((await fixture.alive()).map(({ command }) => command).join("\n")).not.to.contain(secret);
    const { logs, run, pids, programs } = layout(fixture.root);
    for (const folder of [logs, run, pids, programs]) {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const file = path.join(folder, entry.name);
        if (entry.isFile() && !/^(web|worker)\.json$/.test(entry.name))
          expect(readFileSync(file, "utf8")).not.to.contain(secret);
      }
    }
  });

  it("replaces the processes by a new release without losing a request, even a single one", async () => {
    fixture.write("version.txt", "two");
    expect(await failuresDuring(() => up())).to.deep.equal([]);
    expect(await get(wishes.port)).to.match(/^two \d+$/);
    await up({ webs: 1 });
    fixture.write("version.txt", "three");
    expect(await failuresDuring(() => up())).to.deep.equal([]);
    expect(await get(wishes.port)).to.match(/^three \d+$/);
  });

  it("goes back to a kept release", async () => {
    const { releases } = layout(fixture.root);
    expect(readdirSync(releases)).to.have.members([...new Set(versions)]);
    const before = String(versions.findLast((version) => version !== versions.at(-1)));
    await up({ kept: { version: before, source: path.join(releases, before) } });
    expect(await get(wishes.port)).to.match(/^two \d+$/);
    expect((await up()).summary.resourceChanges).to.deep.equal({ same: 8 });
    delete wishes.kept;
    await up();
    expect(await get(wishes.port)).to.match(/^three \d+$/);
  });

  it("puts the release before back when the new one does not start, and says why", async () => {
    delete wishes.kept;
    await up({ webs: 2 });
    const [web, worker] = [await pidOf("web-1"), await pidOf("worker-0")];
    fixture.write("version.txt", "broken");
    let message = "";
    expect(await failuresDuring(async () => (message = await failure()))).to.deep.equal([]);
    expect(message).to.contain("web-0 ended during its start").and.contain("this release cannot start");
    expect(message).to.contain("The release before keeps running.").and.contain("starting with ***");
    expect(await get(wishes.port)).to.match(/^three \d+$/);
    expect(await pidOf("web-1")).to.equal(web);
    // The worker has nothing against this version.
    expect(await pidOf("worker-0")).not.to.equal(worker);
  });

  it("does so too when it starts but does not become ready", async () => {
    fixture.write("version.txt", "sick");
    expect(await failure()).to.contain("gave 500; allowed: a status below 500; for 6 s");
    fixture.write("version.txt", "mute");
    expect(await failure()).to.contain("worker-0 was not ready within 6 s: it did not touch");
    fixture.write("version.txt", "four");
    await up();
    expect(await get(wishes.port)).to.match(/^four \d+$/);
    expect(readdirSync(layout(fixture.root).releases), "older ones are removed").not.to.contain(versions[0]);
  });

  it("keeps account of what runs when the release before cannot be put back either", async () => {
    rmSync(path.join(layout(fixture.root).releases, String(versions.at(-1)), "version.txt"));
    fixture.write("version.txt", "broken");
    expect(await failure({ workers: 0 })).to.contain("The release before could not be started again either");
    expect(readFileSync(stateFile(), "utf8")).to.contain('"initErrors"').and.contain('"running":1');
    fixture.write("version.txt", "four");
    fixture.write("note.txt", "so that it is another version");
    await up({ workers: 1 });
    expect(await get(wishes.port)).to.match(/^four \d+$/);
    expect((await up()).summary.resourceChanges).to.deep.equal({ same: 8 });
  });

  it("starts a process again that was killed, without the children that it left", async () => {
    const children = async () =>
      (await fixture.alive()).flatMap(({ pid, command }) => (command.startsWith("sleep 1234") ? [pid] : []));
    const [pid, child] = [await pidOf("worker-0"), await children()];
    expect(child).to.have.lengthOf(1);
    kill(pid);
    const again = await until(10, never, async () => ([0, pid].includes(await pidOf("worker-0")) ? undefined : true));
    expect(again).to.equal(true);
    expect(await children())
      .to.have.lengthOf(1)
      .and.not.to.deep.equal(child);
  });

  it("shows a killed supervisord as drift, and mends it", async () => {
    const stack = await fixture.open(deployment(fixture, wishes));
    const before = (await fixture.alive()).map(({ pid }) => pid);
    kill(await supervisord.pid());
    const drift = await stack.refresh();
    expect(drift.summary.resourceChanges).to.deep.equal({ same: 5, update: 3 });
    expect((await up()).summary.resourceChanges).to.deep.equal({ same: 5, update: 3 });
    expect(await get(wishes.port)).to.match(/^\w+ \d+$/);
    const after = (await fixture.alive()).map(({ pid }) => pid);
    expect(after).to.have.lengthOf(before.length);
    expect(after.filter((pid) => before.includes(pid))).to.deep.equal([]);
  });

  it("moves to another port and another number of processes", async () => {
    const old = wishes.port;
    await up({ port: await freePort(), webs: 3, workers: 0 });
    expect(await get(wishes.port)).to.match(/^\w+ \d+$/);
    expect(await get(old)).to.contain("ECONNREFUSED");
    expect(await pidOf("web-2")).to.be.above(0);
    expect(await pidOf("worker-0")).to.equal(0);
  });

  it("names who holds a port that is taken", async () => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as net.AddressInfo;
    const message = await failure({ port }).finally(() => server.close());
    expect(message)
      .to.contain(`127.0.0.1:${port} is taken by process ${process.pid} (`)
      .and.contain("slipway config set local.port");
  });

  it("leaves no process behind when it is destroyed", async () => {
    await (await fixture.open(deployment(fixture, wishes))).destroy();
    expect(await fixture.left()).to.deep.equal([]);
  });
});
