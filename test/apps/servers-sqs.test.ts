import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import * as harness from "./fixtures/servers/harness";

const { until } = harness;

/** A queue as the stack makes it: its name in SQS is not the one that Celery knows. */
const MAKE = `
import boto3, json
sqs = boto3.client("sqs", region_name="eu-central-1")
names = {name: f"shop-broker-queue-{name}-1a2b3c4" for name in ("celery", "mail")}
print(json.dumps({name: sqs.create_queue(QueueName=queue)["QueueUrl"] for name, queue in names.items()}))`;
const COUNT = `
import boto3
print(len(boto3.client("sqs", region_name="eu-central-1").list_queues()["QueueUrls"]))`;
/** Shorter times than a stack has, and a queue for what failed too often. */
const hasten = (seconds: number, receives: number): string => `
import boto3, json, slipway_broker
sqs = boto3.client("sqs", region_name="eu-central-1")
dead = sqs.create_queue(QueueName="shop-broker-dead-1a2b3c4")["QueueUrl"]
arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": ${receives}})
for url in slipway_broker.queues().values():
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "${seconds}", "RedrivePolicy": redrive})`;
/** Messages by queue, waiting or taken. */
const MESSAGES = `
import boto3, json
sqs = boto3.client("sqs", region_name="eu-central-1")
names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
counts = {}
for url in sqs.list_queues()["QueueUrls"]:
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    counts[url.split("-")[3 if "queue" in url else 2]] = sum(int(attributes[name]) for name in names)
print(json.dumps(counts))`;

/** Sends as a web process does: the application is loaded by the entry, and knows nothing of its queues. */
const send = (code: string): string => `
import slipway_entry
write = slipway_entry.load_celery().tasks["queue_work.write"]
${code}`;

describe("Celery with SQS", function () {
  this.timeout(90_000);
  let folder = "";
  let environment: Record<string, string> = {};
  const python = async (code: string): Promise<string> => {
    const env = { ...environment, PYTHONPATH: `.:${harness.SERVERS}`, PYTHONDONTWRITEBYTECODE: "1" };
    return (await promisify(execFile)(harness.PYTHON, ["-c", code], { cwd: harness.APP, env })).stdout.trim();
  };
  const startWorker = (...more: string[]) => {
    const options = ["--hostname", "worker@%h", "--concurrency", "1", "--loglevel", "INFO", ...more];
    return harness.start([harness.CELERY, "--app", "slipway_celery", "worker", ...options], environment);
  };

  before(function () {
    this.timeout(300_000);
    return harness.makeVenv();
  });
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-sqs-"));
    const port = await harness.freePort();
    environment = {
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      CELERY_BROKER_URL: "sqs://",
      SLIPWAY_CELERY: "queue_work:celery",
      SLIPWAY_HEARTBEAT: path.join(folder, "heartbeat"),
      SLIPWAY_SQS_REGION: "eu-central-1",
      SLIPWAY_SQS_VISIBILITY: "3600",
    };
    const moto = harness.start([harness.MOTO, "-H", "127.0.0.1", "-p", String(port)], {});
    await until(() => moto.output().includes("Running on"), `moto; it wrote ${moto.output()}`);
    Object.entries(JSON.parse(await python(MAKE)) as Record<string, string>).forEach(([name, url], index) => {
      environment[`SLIPWAY_SQS_${index + 1}`] = `${name} ${url}`;
    });
  });
  afterEach(async () => {
    await harness.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it("sends to the queues of the stack, takes from all of them, and makes none", async () => {
    const worker = startWorker();
    const [first, second] = ["first", "second"].map((name) => path.join(folder, name)) as [string, string];
    await python(send(`write.delay(${JSON.stringify(first)})`));
    await python(send(`write.apply_async((${JSON.stringify(second)},), queue="mail")`));
    const both = (): boolean => existsSync(first) && existsSync(second);
    await until(both, `both tasks; the worker wrote ${worker.output()}`, 40);
    await until(() => existsSync(path.join(folder, "heartbeat")), "the heartbeat");
    expect(await python(COUNT)).to.equal("2");
    worker.process.kill("SIGTERM");
    expect(await worker.ended).to.equal(0);
  });

  it("keeps to the stack's visibility timeout, whatever the application says", async () => {
    const channel = "write.app.connection().default_channel";
    const asked = ["visibility_timeout", "wait_time_seconds"].map((name) => `${channel}.${name}`).join(", ");
    expect(await python(send(`print(${asked})`))).to.equal("3600 20");
  });

  it("looks for a free slot sooner than once in a second, unless the application says otherwise", async () => {
    const interval = (options: string): string =>
      `print(write.app.connection(transport_options=${options}).transport.polling_interval)`;
    expect(await python(send(interval("{}")))).to.equal("0.05");
    expect(await python(send(interval('{"polling_interval": 3}')))).to.equal("3");
  });

  it("refuses a queue that the stack does not have, by name", async () => {
    const refused = await python(send(`write.apply_async(("x",), queue="other")`)).catch(String);
    expect(refused).to.contain("Queue with name 'other' must be defined");
    expect(await python(COUNT)).to.equal("2");
  });

  it("hands a running task back when it is asked to stop softly", async () => {
    environment = { ...environment, REMAP_SIGTERM: "SIGQUIT", SLIPWAY_SOFT_SHUTDOWN: "2" };
    const result = path.join(folder, "result");
    const worker = startWorker();
    await python(send(`write.delay(${JSON.stringify(result)}, 600)`));
    await until(() => existsSync(`${result}.started`), `the task; the worker wrote ${worker.output()}`, 40);
    const asked = Date.now();
    worker.process.kill("SIGTERM");
    await worker.ended;
    expect(Date.now() - asked).to.be.within(1900, 15_000);
    expect(worker.output()).to.contain("Initiating Soft Shutdown, terminating in 2.0 seconds");
    expect(existsSync(result)).to.equal(false);
  });

  /** Times at which a task was begun, oldest first. */
  const starts = (result: string): number[] =>
    existsSync(`${result}.starts`) ? readFileSync(`${result}.starts`, "utf8").trim().split("\n").map(Number) : [];
  /** A worker that asks for no task while it has one: what it asks for when it dies would be delivered to nobody. */
  const startModest = () => startWorker("--prefetch-multiplier", "1");
  /** Ends a worker and its pool as a machine does that loses power. */
  const cutOff = async (worker: harness.Running): Promise<void> => {
    const pool = readFileSync(`/proc/${worker.pid}/task/${worker.pid}/children`, "utf8").trim().split(" ");
    for (const pid of [worker.pid, ...pool.map(Number)]) process.kill(pid, "SIGKILL");
    await worker.ended;
  };

  it("gives the task of a killed worker to another, after the visibility timeout and until it failed too often", async function () {
    if (process.platform !== "linux") this.skip();
    await python(hasten(3, 2));
    const short = Array.from({ length: 6 }, (_, at) => path.join(folder, `short-${at}`));
    const long = path.join(folder, "long");
    await python(send(`write.delay(${JSON.stringify(long)}, 600)`));
    for (const count of [1, 2]) {
      const worker = startModest();
      await until(() => starts(long).length === count, `start ${count} of the task`, 40);
      await cutOff(worker);
    }
    const [first = 0, second = 0] = starts(long);
    expect(second - first).to.be.greaterThan(2.5);
    await python(send(`for path in ${JSON.stringify(short)}: write.delay(path)`));
    startModest();
    await until(() => short.every((each) => existsSync(each)), "the other tasks", 40);
    const settled = async (): Promise<boolean> =>
      (await python(MESSAGES)) === JSON.stringify({ celery: 0, mail: 0, dead: 1 }).replaceAll(/[:,]/g, "$& ");
    await until(settled, "the queues to hold nothing but the dead letter", 20);
    expect(starts(long)).to.have.length(2);
    expect(short.map((each) => starts(each).length)).to.deep.equal(short.map(() => 1));
    expect(readdirSync(folder)).not.to.include("long");
  });

  it("runs a task more than once that has to wait for longer than the visibility timeout, which no stack may have", async () => {
    await python(hasten(3, 10));
    const [soon, late] = ["soon", "late"].map((name) => path.join(folder, name)) as [string, string];
    const worker = startWorker();
    await until(() => / ready\.$/m.test(worker.output()), "the worker", 40);
    await python(send(`write.apply_async((${JSON.stringify(late)},), countdown=6)`));
    await python(send(`write.apply_async((${JSON.stringify(soon)},), countdown=1)`));
    await until(() => starts(late).length > 1, "the second run", 40);
    expect(starts(soon)).to.have.length(1);
  });
});
