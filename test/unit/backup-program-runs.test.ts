/** How the client programs of databases are run, and end. */
import { getEventListeners } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Writable } from "node:stream";
import { expect } from "chai";
import { run } from "../../automation/backup/programs";
import { until } from "../engine/support/wait";
import { failureOf } from "../support/failure";

describe("runs of client programs", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-programs-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const inFolder = (name: string): string => path.join(folder, name);
  const script = (text: string) => ({
    ...{ command: "sh", words: ["-c", text], packages: "sh", environment: process.env, cwd: folder },
  });
  /** Stops the program once it has made the file `begun`. */
  async function stop(text: string): ReturnType<typeof failureOf> {
    const limit = new AbortController();
    const stopped = failureOf(run({ ...script(text), signal: limit.signal }));
    await until("it has begun", () => existsSync(inFolder("begun")));
    limit.abort(new DOMException("It is over.", "TimeoutError"));
    return stopped;
  }

  it("is interrupted, so that it can tell its server, and waited for", async () => {
    const ends = "trap 'echo told > told; exit 3' INT; touch begun; while :; do sleep 0.05; done";
    expect(await stop(ends)).to.include({ kind: "timeout" });
    expect(readFileSync(inFolder("told"), "utf8")).to.equal("told\n");
  });

  it("is killed where it does not listen", async () => {
    const deaf = `trap '' INT; echo $$ > pid; touch begun; while :; do sleep 0.05; done`;
    expect(await stop(deaf)).to.include({ kind: "timeout" });
    const pid = Number(readFileSync(inFolder("pid"), "utf8"));
    expect(() => process.kill(pid, 0)).to.throw(/ESRCH/);
  });

  it("is over when it has ended, whatever it has started holds its output open", async () => {
    writeFileSync(inFolder("gate"), "");
    const lasting =
      "(trap '' INT; while [ -e gate ]; do sleep 0.05; done; touch gone) & trap 'exit 3' INT; touch begun; wait";
    expect(await stop(lasting)).to.include({ kind: "timeout" });
    expect(existsSync(inFolder("gone"))).to.equal(false);
    rmSync(inFolder("gate"));
    await until("the other one has ended", () => existsSync(inFolder("gone")));
  });

  it("that has done its work in the last moment has done it", async () => {
    const limit = new AbortController();
    const done = run({
      ...script("trap 'echo done; exit 0' INT; touch begun; while :; do sleep 0.05; done"),
      signal: limit.signal,
    });
    await until("it has begun", () => existsSync(inFolder("begun")));
    limit.abort();
    expect(await done).to.equal("done\n");
  });

  it("is not begun after the end of its time, and leaves its signal alone", async () => {
    expect(await failureOf(run({ ...script("touch begun"), signal: AbortSignal.abort() }))).to.include({
      kind: "cancelled",
    });
    expect(existsSync(inFolder("begun"))).to.equal(false);
    const { signal } = new AbortController();
    await run({ ...script("exit 0"), signal });
    expect(getEventListeners(signal, "abort")).to.deep.equal([]);
  });

  it("says what it failed with, and that its output could not be written", async () => {
    const said = await failureOf(run(script("echo why >&2; exit 7")));
    expect(said).to.include({ kind: "failed", message: "sh failed (exit code 7).\n  why" });
    const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error("no space left")) });
    const endless = script("while :; do echo line; done");
    expect((await failureOf(run({ ...endless, output: full }))).message).to.contain("no space left");
    expect(await failureOf(run({ ...endless, command: "no-such-program" }))).to.include({ kind: "tool" });
  });
});
