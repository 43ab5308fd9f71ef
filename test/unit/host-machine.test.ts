import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { prune } from "../../providers/host/files";
import { withRootLock } from "../../providers/host/lock";
import { layout } from "../../providers/host/paths";
import { freePort, holdersOf, holds, isFree, listeningInodes } from "../../providers/host/ports";
import { belongsTo, birthOf, endGroups, isAlive, processes } from "../../providers/host/processes";
import { candidates, findPython, fits, refusal } from "../../providers/host/python";
import { renderConfig } from "../../providers/host/templates";

const never = new AbortController().signal;

describe("host provider: this machine", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "host-unit-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  describe("Python", () => {
    it("takes the interpreter named, any new enough one for `python3`, and the right one for a version", () => {
      expect(candidates("/opt/python")).to.deep.equal(["/opt/python"]);
      expect(candidates("pypy3")).to.deep.equal(["pypy3"]);
      expect(candidates("python3").slice(0, 2)).to.deep.equal(["python3", "python3.15"]);
      expect(candidates("python3")).to.include("python3.9").and.not.include("python3.8");
      mkdirSync(path.join(folder, "3.12.4"));
      mkdirSync(path.join(folder, "3.1.2"));
      const installed = path.join(folder, "3.12.4", "bin", "python3");
      expect(candidates("3.12", folder)).to.deep.equal(["python3.12", "python3", "python", installed]);
    });

    it("accepts only what fits", () => {
      expect(fits("python3", { version: "3.9.0" })).to.equal(true);
      expect(fits("python3", { version: "3.8.18" })).to.equal(false);
      expect(fits("python2", { version: "2.7.18" })).to.equal(false);
      expect(fits("3.1", { version: "3.12.1" })).to.equal(false);
      expect(fits("3.12", { version: "3.12.1" })).to.equal(true);
      expect(fits("3.12.1", { version: "3.12.2" })).to.equal(false);
    });

    it("lists what it found when nothing fits", async () => {
      const interpreter = { version: "3.8.2", executable: "/usr/bin/python3.8", platform: "linux" };
      const message = refusal("3.12", [
        { command: "python3.12", interpreter: undefined },
        { command: "python3", interpreter },
      ]);
      expect(message).to.contain('python is "3.12"').and.contain("python3 is 3.8.2 (/usr/bin/python3.8)");
      expect(message).to.contain("slipway config set local.python");
      const error: unknown = await findPython(path.join(folder, "none")).catch((reason: unknown) => reason);
      expect(String(error)).to.contain(`nothing under ${path.join(folder, "none")}`);
    });

    it("finds the one of this machine", async () => {
      const { version, executable } = await findPython("python3");
      expect(version).to.match(/^3\.\d+\.\d+/);
      expect(executable).to.match(/^\//);
    });
  });

  describe("ports", () => {
    it("reads listening sockets off /proc/net/tcp", () => {
      const table = [
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0 100 0 0 10 0",
        "   1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4343 1 0 20 4 0 10 -1",
        "   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4444 1 0 100 0 0 10 0",
      ].join("\n");
      expect(listeningInodes(table, 8080)).to.deep.equal(["4242"]);
    });

    it("says who holds a port", async () => {
      const port = await freePort();
      expect(await isFree("127.0.0.1", port)).to.equal(true);
      const server = net.createServer();
      await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
      try {
        expect(await isFree("127.0.0.1", port)).to.equal(false);
        expect((await holdersOf(port)).map(({ pid }) => pid)).to.deep.equal([process.pid]);
        expect(await holds(process.pid, port)).to.equal(true);
        expect(await holds(process.ppid, port)).to.equal(false);
      } finally {
        server.close();
      }
    });
  });

  describe("processes", () => {
    it("ends the groups of a stack, and leaves others with the same id alone", async () => {
      const child = spawn("sh", ["-c", "trap '' TERM; sleep 60 & wait; sleep 60"], { cwd: folder, detached: true });
      const pid = child.pid ?? 0;
      const info = { pid, group: pid, command: "sh" };
      expect(await belongsTo(folder, info)).to.equal(true);
      expect(await belongsTo(`${folder}-other`, info)).to.equal(false);
      await endGroups(`${folder}-other`, [pid], 0);
      expect(await isAlive(pid)).to.equal(true);
      await endGroups(folder, [pid], 0.2);
      expect((await processes()).filter(({ group }) => group === pid)).to.deep.equal([]);
    });

    it("tells a process from another one with the same id", async () => {
      expect(await birthOf(process.pid))
        .to.equal(await birthOf(process.pid))
        .and.not.equal(await birthOf(1));
      expect(await birthOf(2 ** 22 + 1)).to.equal(undefined);
    });
  });

  describe("lock", () => {
    it("lets actions of one process share it, and gives it back", async () => {
      const lock = path.join(layout(folder).run, "lock");
      await Promise.all([withRootLock(folder, never, async () => 1), withRootLock(folder, never, async () => 2)]);
      expect(readdirSync(path.dirname(lock))).not.to.include("lock");
    });

    it("takes over from a process that died, and waits for one that lives", async () => {
      const { run } = layout(folder);
      mkdirSync(run, { recursive: true });
      writeFileSync(path.join(run, "lock"), `${process.pid} 0`);
      expect(await withRootLock(folder, never, async () => "mine")).to.equal("mine");
      writeFileSync(path.join(run, "lock"), `1 ${await birthOf(1)}`);
      const soon = AbortSignal.timeout(300);
      const outcome: unknown = await withRootLock(folder, soon, async () => "mine").catch((error: unknown) => error);
      expect(outcome).to.have.property("name").that.is.oneOf(["TimeoutError", "AbortError"]);
      expect(readFileSync(path.join(run, "lock"), "utf8"), "the lock of who lives").to.match(/^1 /);
    });

    it("goes with a folder that is moved away, and leaves the one that others take in a new one", async () => {
      const { run } = layout(folder);
      const others = path.join(run, "lock");
      await withRootLock(folder, never, async () => {
        renameSync(folder, `${folder}.aside`);
        mkdirSync(run, { recursive: true });
        writeFileSync(others, `1 ${await birthOf(1)}`);
      });
      rmSync(`${folder}.aside`, { recursive: true });
      expect(readFileSync(others, "utf8")).to.match(/^1 /);
    });

    it("is waited for in the folder that comes in the place of one that is moved away", async () => {
      const { run } = layout(folder);
      mkdirSync(run, { recursive: true });
      writeFileSync(path.join(run, "lock"), `1 ${await birthOf(1)}`);
      const waiting = withRootLock(folder, never, async () => "mine");
      while (!existsSync(path.join(run, `lock.${process.pid}`))) await new Promise(setImmediate);
      renameSync(folder, `${folder}.aside`);
      expect(await waiting).to.equal("mine");
      rmSync(`${folder}.aside`, { recursive: true });
    });
  });

  it("keeps the folders used last and those in use", async () => {
    const names = ["a", "b", "c", "d", "unused"];
    for (const [index, name] of names.entries()) {
      mkdirSync(path.join(folder, name));
      if (name === "unused") continue;
      writeFileSync(path.join(folder, name, "mark"), "");
      utimesSync(path.join(folder, name, "mark"), index, index);
    }
    await prune(folder, names, { keep: 2, mark: "mark", inUse: (each) => each === path.join(folder, "a") });
    expect(readdirSync(folder)).to.have.members(["a", "c", "d"]);
  });

  it("moves supervisor's socket out of a folder whose path is too long", () => {
    expect(layout("/short").supervisorSocket).to.equal("/short/run/supervisor.sock");
    const long = layout(`/${"long/".repeat(30)}root`).supervisorSocket;
    expect(long.length).to.be.below(95);
    expect(long).not.to.equal(layout(`/${"long/".repeat(30)}other`).supervisorSocket);
  });

  it("keeps percent signs of paths apart from supervisor's expansions", () => {
    const text = renderConfig("supervisord.conf", { run: "/100%", logs: "/l", log: "/l/x", pid: "/p", socket: "/s" });
    expect(text).to.contain("directory = /100%%\n").and.not.contain("{{");
  });
});
