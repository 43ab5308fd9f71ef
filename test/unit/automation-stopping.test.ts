/** What stops an operation, what it waits for, and what it says then. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { ConcurrentUpdateError } from "@pulumi/pulumi/automation";
import { sortFailure } from "../../automation/engine/failures";
import { refuseHeld, releaseStaleLocks } from "../../automation/engine/locks";
import { SlipwayError, type ExitName } from "../../automation/errors";
import { stopped, TerminalInterruption, unlessStopped, withSignalForEngine } from "../../automation/stopping";
import { patiently } from "../../automation/waiting";
import { withLock } from "../../tools/lock.mjs";
import { failureOf } from "../support/failure";

const endless = (): Promise<never> => new Promise<never>(() => undefined);

describe("an operation that is stopped", () => {
  it("says whether it was its time limit", async () => {
    expect(await failureOf(unlessStopped(AbortSignal.timeout(1), endless))).to.include({
      kind: "timeout",
      exitCode: 124,
    });
    expect(await failureOf(unlessStopped(AbortSignal.abort(), endless))).to.include({
      kind: "cancelled",
      exitCode: 130,
    });
    const own = new SlipwayError("timeout", "Not finished within 5 s.");
    const told = await failureOf(unlessStopped(AbortSignal.abort(own), endless));
    expect([told.kind, told.message]).to.deep.equal(["timeout", "Not finished within 5 s."]);
    expect(stopped(AbortSignal.abort(), "go on").mend).to.equal("go on");
  });

  it("answers with what it came to where nothing stops it", async () => {
    const { signal } = new AbortController();
    expect(await unlessStopped(signal, () => Promise.resolve(5))).to.equal(5);
    const own = new Error("its own");
    expect(await unlessStopped(signal, () => Promise.reject(own)).catch((error) => error)).to.equal(own);
  });

  it("tells its engine once, and not what the terminal has told it", async () => {
    const tell = async (reason: unknown): Promise<boolean> => {
      const controller = new AbortController();
      return withSignalForEngine(controller.signal, async (engine) => {
        controller.abort(reason);
        return engine.aborted;
      });
    };
    expect([await tell(undefined), await tell(new TerminalInterruption())]).to.deep.equal([true, false]);
    const past = new AbortController();
    const engine = await withSignalForEngine(past.signal, (signal) => Promise.resolve(signal));
    past.abort();
    expect(engine.aborted).to.equal(false);
  });

  it("stops waiting for a lock of this machine", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "slipway-lock-"));
    const file = path.join(folder, "lock");
    await withLock(
      file,
      async () => {
        const ended = withLock(file, endless, () => undefined, AbortSignal.timeout(20)).catch((error) => String(error));
        expect(await ended).to.match(/Abort/);
      },
      () => undefined,
    );
    rmSync(folder, { recursive: true });
  });
});

describe("an operation on a stack that another one holds", () => {
  const locked = (): Promise<never> => Promise.reject(new SlipwayError("locked", "Another one."));

  it("is refused at once, or tried until it comes through", async () => {
    expect((await failureOf(patiently({}, locked))).kind).to.equal("locked");
    const told: string[] = [];
    let tries = 0;
    const onProgress = (progress: { kind: string; message?: string }): number => told.push(progress.message ?? "");
    const run = (): Promise<number> => ((tries += 1) === 1 ? locked() : Promise.resolve(tries));
    expect(await patiently({ waitForLock: 30, onProgress }, run)).to.equal(2);
    expect(told).to.deep.equal(["Another one. Waiting for its end."]);
  });

  it("is tried no more when its time is over, when it is stopped, or when it fails for a reason of its own", async () => {
    const kinds: ExitName[] = [];
    kinds.push((await failureOf(patiently({ waitForLock: 0.01 }, locked))).kind);
    kinds.push((await failureOf(patiently({ waitForLock: 30, signal: AbortSignal.timeout(10) }, locked))).kind);
    const fails = (): Promise<never> => Promise.reject(new SlipwayError("failed", "It does."));
    kinds.push((await failureOf(patiently({ waitForLock: 30 }, fails))).kind);
    expect(kinds).to.deep.equal(["locked", "timeout", "failed"]);
  });

  describe("by the project's own state", () => {
    const project = mkdtempSync(path.join(tmpdir(), "slipway-locks-"));
    const place = { project, stack: "dev" };
    const folder = path.join(project, ".slipway", "state", ".pulumi", "locks", "organization", "slipway", "dev");
    const lockOf = (pid: number, host = hostname()): void => {
      mkdirSync(folder, { recursive: true });
      const lock = { pid, username: "ana", hostname: host, timestamp: "2026-11-25T12:00:00Z" };
      writeFileSync(path.join(folder, "a.json"), JSON.stringify(lock));
    };

    after(() => rmSync(project, { recursive: true }));

    it("is told whose lock it is before anything is planned", () => {
      expect(() => refuseHeld(place)).not.to.throw();
      lockOf(process.pid);
      expect(() => refuseHeld({ project, stack: "prod" })).not.to.throw();
      const message = `Another operation on stack dev is under way: process ${process.pid} of ana on ${hostname()}, since 2026`;
      expect(() => refuseHeld(place)).to.throw(SlipwayError, message);
    });

    it("goes on where whoever held it is gone, and not where that cannot be known", async () => {
      const child = spawn("true");
      await new Promise((ended) => child.once("exit", ended));
      const told: string[] = [];
      lockOf(child.pid ?? 0, "elsewhere");
      expect(await releaseStaleLocks(place, (message) => told.push(message))).to.equal(false);
      expect(() => refuseHeld(place)).to.throw(/ana on elsewhere/);
      lockOf(child.pid ?? 0);
      expect(await releaseStaleLocks(place, (message) => told.push(message))).to.equal(true);
      expect(() => refuseHeld(place)).not.to.throw();
      expect(told).to.have.length(1);
    });
  });

  it("is told by the engine whose lock it is, on every backend that keeps files", () => {
    const said = [
      "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock",
      "  s3://acme/.pulumi/locks/organization/slipway/dev/1.json: created by ana@build-7 (pid 4711) at 2026-11-25T12:00:00Z",
    ].join("\n");
    const error = Reflect.construct(ConcurrentUpdateError, [{ toString: () => said, err: new Error(said) }]) as Error;
    const rest = { programError: undefined, errors: [], planning: false, signal: undefined, interrupted: [] };
    expect(sortFailure({ place: { project: "/", stack: "dev" }, error, ...rest })).to.include({
      kind: "locked",
      message:
        "Another operation on stack dev is under way: process 4711 of ana on build-7, since 2026-11-25T12:00:00Z.",
      mend: "wait for it to end, or say how long to wait: --wait-for-lock <seconds>",
    });
  });
});
