/** Tasks that are sent, workers that run them, and what has become of each. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../components/package-root";
import { until } from "../test/engine/support/wait";
import { Background } from "../test/platforms/support/background";
import { timed } from "./support";

const HERE = path.join(packageRoot, "bench");
const TEMPLATES = path.join(packageRoot, "app-templates", "servers");
const CONCURRENCY = "2";

/** A queue that tasks wait in, as an application and its workers are told of it. */
export interface Queue {
  /** Folder of the commands of a virtual environment with Celery. */
  bin: string;
  variables: Readonly<Record<string, string>>;
}

/** How a worker is started, and with which settings of the application. */
export interface Kind {
  words: readonly string[];
  variables: Readonly<Record<string, string>>;
}

/** As a stack starts it, with the settings for tasks that the blog has. */
export const OURS: Kind = {
  words: ["--app", "slipway_celery", "worker", "--hostname", "worker-0@%h"],
  variables: { SLIPWAY_CELERY: "queue_work:celery", AT_LEAST_ONCE: "1" },
};

/** As Celery's documentation starts it, with Celery's default settings. */
export const BARE: Kind = { words: ["--app", "queue_work", "worker"], variables: {} };

function environment({ bin, variables }: Queue, kind: Kind): Record<string, string> {
  const own = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, PYTHONPATH: `${HERE}:${TEMPLATES}` };
  return { ...own, PYTHONDONTWRITEBYTECODE: "1", ...variables, ...kind.variables };
}

export function startWorker(queue: Queue, kind: Kind): Background {
  const words = [...kind.words, "--concurrency", CONCURRENCY, "--loglevel", "INFO"];
  return new Background([path.join(queue.bin, "celery"), ...words], { cwd: HERE, env: environment(queue, kind) });
}

/** Sends tasks, each of which takes some seconds and leaves its number in the file. */
export async function send(queue: Queue, kind: Kind, file: string, count: number, seconds: number): Promise<void> {
  const code = `
import slipway_broker
slipway_broker.install()
from queue_work import note
for number in range(${count}): note.delay(number, ${JSON.stringify(file)}, ${seconds})`;
  await timed(path.join(queue.bin, "python"), ["-c", code], environment(queue, kind), HERE);
}

/** What is in the file: number of each task that was run, and when. */
export function runs(file: string): { number: number; at: number }[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const [number, at] = line.split(" ").map(Number);
    return { number: number ?? Number.NaN, at: at ?? Number.NaN };
  });
}

export const distinct = (file: string): number => new Set(runs(file).map(({ number }) => number)).size;

/** Waits until all tasks were run. @returns how many a second, from the first that was done to the last */
export async function throughput(file: string, count: number, worker: Background): Promise<number> {
  await until(`${count} tasks; the worker wrote ${worker.output.slice(-2000)}`, () => distinct(file) >= count, 180);
  const times = runs(file).map(({ at }) => at);
  return (times.length - 1) / (Math.max(...times) - Math.min(...times));
}

/** Waits until all tasks were run, or none has been for some seconds. @returns how many were not, and how many again */
export async function outcome(file: string, count: number, quiet: number): Promise<{ lost: number; again: number }> {
  let [last, since] = [-1, performance.now()];
  await until(
    "the queue to be quiet",
    () => {
      const now = runs(file).length;
      if (now !== last) [last, since] = [now, performance.now()];
      return distinct(file) >= count || performance.now() - since > quiet * 1000;
    },
    300,
  );
  return { lost: count - distinct(file), again: runs(file).length - distinct(file) };
}
