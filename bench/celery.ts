/** Celery on each broker: tasks a second, and what becomes of tasks when a worker or the broker is killed. */
import { mkdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../components/package-root";
import { until } from "../test/engine/support/wait";
import { startSqs } from "../test/platforms/support/queues";
import { virtualenv } from "../test/platforms/support/virtualenvs";
import { startBroker, type Broker } from "./brokers";
import { BARE, distinct, OURS, outcome, send, startWorker, throughput, type Kind, type Queue } from "./queue";
import { ratio, spread, type Benchmark, type BenchProject, type Section } from "./support";

const ROUNDS = 3;
/** Tasks of a run whose speed counts; a simulated SQS answers slowly. */
const TASKS = { server: 2000, sqs: 300 } as const;
/** Tasks of a run with a kill, and seconds that each takes. */
const KILLED = { tasks: 200, seconds: 0.02 } as const;
/** Seconds without a task after which none is on its way any more: visibility timeouts are 5 s, of SQS 30 s. */
const QUIET = { server: 25, sqs: 50 } as const;

interface Place extends Queue {
  name: string;
  folder: string;
  kind: keyof typeof TASKS;
  /** Workers that can reach it. */
  workers: readonly Kind[];
  /** Kills the broker; undefined where it keeps nothing. */
  crash?: () => Promise<void>;
  stop: () => Promise<void>;
}

export const celery: Benchmark = { title: "Celery", measure };

async function measure(project: BenchProject): Promise<Section> {
  const bin = await virtualenv(requirements(project.app));
  const { places, absent } = await startPlaces(project.folder, bin);
  try {
    const speed: string[][] = [];
    for (const place of places) speed.push(await speedOf(place));
    // Side by side: how long these take is no figure.
    const kills = await Promise.all(places.map(killsOf));
    return section(speed, kills.flat(), absent);
  } finally {
    for (const { stop } of places) await stop();
  }
}

function section(speed: string[][], kills: string[][], absent: readonly string[]): Section {
  return {
    tables: [
      { caption: "Tasks", head: ["broker", "the stack's worker", "bare celery worker", "ratio"], rows: speed },
      {
        caption: "Killed with SIGKILL, mid-way",
        head: ["broker", "worker", "killed", "sent", "done", "lost", "done more than once"],
        rows: kills,
      },
    ],
    notes: [
      `${ROUNDS} rounds, in turn: ${TASKS.server} tasks that do nothing but leave their number (SQS: ${TASKS.sqs}) wait in the queue before a worker of two processes starts; from the first that is done to the last.`,
      "The stack's worker runs an application with the blog's settings: a task is acknowledged when it is done, and no more are fetched ahead than are run. " +
        "Bare: `celery --app queue_work worker --concurrency 2 --loglevel INFO` with Celery's default settings: acknowledged before it is run, four fetched ahead for each process.",
      `Kills: ${KILLED.tasks} tasks of ${KILLED.seconds * 1000} ms; a quarter is done when the worker with its processes, or the broker, is killed and started again. With Redis the visibility timeout is 5 s for both, looked at every 10 s.`,
      "SQS is moto on this machine, whose own speed this is; it keeps nothing when it is killed. A bare worker knows of no queue that is there already, nor of moto.",
      ...absent.map((each) => `Not measured: ${each}.`),
    ],
  };
}

async function startPlaces(folder: string, bin: string): Promise<{ places: Place[]; absent: string[] }> {
  const tools = await virtualenv(
    readFileSync(path.join(packageRoot, "app-templates", "local", "tools-requirements.txt"), "utf8"),
  );
  const places: Place[] = [];
  const absent: string[] = [];
  for (const [kind, name] of [
    ["embedded", "embedded (Valkey)"],
    ["redis", "Redis"],
    ["rabbitmq", "RabbitMQ"],
  ] as const) {
    const own = path.join(folder, kind);
    const broker = await startBroker(kind, own, path.dirname(tools));
    if (broker === undefined) absent.push(`${name} (not installed)`);
    else places.push(onServer(name, own, bin, broker));
  }
  const sqs = await startSqs();
  const own = path.join(folder, "sqs");
  mkdirSync(own);
  const more = { CELERY_BROKER_URL: "sqs://", SLIPWAY_SQS_REGION: "eu-central-1", SLIPWAY_SQS_VISIBILITY: "30" };
  const variables = { ...sqs.variables, ...more, AWS_DEFAULT_REGION: "eu-central-1" };
  places.push({ name: "SQS (moto)", folder: own, kind: "sqs", workers: [OURS], bin, variables, stop: sqs.stop });
  return { places, absent };
}

function onServer(name: string, folder: string, bin: string, { url, crash, stop }: Broker): Place {
  return {
    name,
    folder,
    kind: "server",
    workers: [OURS, BARE],
    bin,
    variables: { CELERY_BROKER_URL: url },
    crash,
    stop,
  };
}

async function speedOf(place: Place): Promise<string[]> {
  const results = new Map(place.workers.map((kind) => [kind, [] as number[]]));
  const count = TASKS[place.kind];
  for (let round = 0; round < ROUNDS; round++)
    for (const [kind, rates] of results) {
      const file = path.join(place.folder, `speed-${round}-${kind === OURS ? "ours" : "bare"}`);
      await send(place, kind, file, count, 0);
      const worker = startWorker(place, kind);
      rates.push(await throughput(file, count, worker).finally(() => worker.stop()));
    }
  const [ours = [], bare] = [...results.values()];
  const compared = bare === undefined ? ["-", "-"] : [spread(bare, "/s", 0), ratio(ours, bare)];
  return [place.name, spread(ours, "/s", 0), ...compared];
}

async function killsOf(place: Place): Promise<string[][]> {
  const rows: string[][] = [];
  for (const kind of place.workers)
    for (const victim of ["worker", "broker"] as const) {
      if (victim === "broker" && place.crash === undefined) continue;
      const { lost, again } = await kill(place, kind, victim);
      const done = KILLED.tasks - lost;
      const numbers = [KILLED.tasks, done, lost, again].map(String);
      rows.push([place.name, kind === OURS ? "the stack's" : "bare", victim, ...numbers]);
    }
  return rows;
}

async function kill(place: Place, kind: Kind, victim: "worker" | "broker"): ReturnType<typeof outcome> {
  const file = path.join(place.folder, `kill-${victim}-${kind === OURS ? "ours" : "bare"}`);
  await send(place, kind, file, KILLED.tasks, KILLED.seconds);
  let worker = startWorker(place, kind);
  try {
    const quarter = KILLED.tasks / 4;
    await until(`a quarter of the tasks; the worker wrote ${worker.output}`, () => distinct(file) >= quarter, 60);
    if (victim === "broker") await place.crash?.();
    else {
      await worker.stop("SIGKILL");
      worker = startWorker(place, kind);
    }
    return await outcome(file, KILLED.tasks, QUIET[place.kind]);
  } finally {
    await worker.stop();
  }
}

/** Celery with what each broker needs, in the versions that an image of the blog has. */
function requirements(blog: string): string {
  const files = [
    path.join(blog, "requirements.txt"),
    path.join(packageRoot, "app-templates", "servers", "requirements-sqs.txt"),
  ];
  return files.map((file) => readFileSync(file, "utf8")).join("\n");
}
