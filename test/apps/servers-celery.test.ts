import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import * as harness from "./fixtures/servers/harness";

const { until } = harness;

describe("slipway_celery.py", function () {
  this.timeout(60_000);
  let folder = "";
  let environment: Record<string, string> = {};
  before(function () {
    this.timeout(300_000);
    return harness.makeVenv();
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-celery-"));
    mkdirSync(path.join(folder, "queue"));
    environment = {
      SLIPWAY_CELERY: "work:celery",
      SLIPWAY_HEARTBEAT: path.join(folder, "heartbeat"),
      QUEUE: path.join(folder, "queue"),
    };
  });
  afterEach(async () => {
    await harness.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  const startWorker = () => {
    const options = ["--hostname", "worker_0@%h", "--concurrency", "1", "--loglevel", "INFO"];
    return harness.start([harness.CELERY, "--app", "slipway_celery", "worker", ...options], environment);
  };

  it("touches the heartbeat once the worker is ready, and removes it when it stops", async () => {
    const heartbeat = path.join(folder, "heartbeat");
    writeFileSync(heartbeat, "left by a worker that was killed");
    const worker = startWorker();
    await until(() => !existsSync(heartbeat), "the old file to go");
    await until(() => existsSync(heartbeat), `the heartbeat; the worker wrote ${worker.output()}`);
    expect(worker.output()).to.match(/worker_0@\S+ ready/);
    const first = statSync(heartbeat).mtimeMs;
    await until(() => statSync(heartbeat).mtimeMs > first, "the next beat", 3);
    worker.process.kill("SIGTERM");
    expect(await worker.ended).to.equal(0);
    expect(existsSync(heartbeat)).to.equal(false);
  });

  it("runs tasks of the unedited application and finishes a running one before it stops", async () => {
    const worker = startWorker();
    const result = path.join(folder, "result");
    const send = `import sys, work; work.write.delay(sys.argv[1], 1.5)`;
    const env = { ...environment, PYTHONDONTWRITEBYTECODE: "1" };
    await promisify(execFile)(harness.PYTHON, ["-c", send, result], { cwd: harness.APP, env });
    await until(() => existsSync(`${result}.started`), `the task; the worker wrote ${worker.output()}`);
    worker.process.kill("SIGTERM");
    expect(await worker.ended).to.equal(0);
    expect(existsSync(result)).to.equal(true);
  });

  it("says what the module offers where the attribute is missing", async () => {
    environment["SLIPWAY_CELERY"] = "work:app";
    const worker = startWorker();
    expect(await worker.ended).to.equal(1);
    expect(worker.output()).to.contain("slipway: SLIPWAY_CELERY=work:app: module work has no 'app', it offers celery.");
  });

  it("is checked before the start: slipway_check.py celery names the tasks", async () => {
    const check = path.join(harness.SERVERS, "slipway_check.py");
    const env = { ...environment, PYTHONDONTWRITEBYTECODE: "1" };
    const { stdout } = await promisify(execFile)(harness.PYTHON, [check, "celery"], { cwd: harness.APP, env });
    expect(stdout).to.equal("celery: 1 task\nwork.write\n");
  });
});
