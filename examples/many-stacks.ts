/**
 * Many stacks side by side, each operation in a worker process: what fails, or dies, keeps no other from its end.
 *
 *   npx tsx examples/many-stacks.ts preview
 *   npx tsx examples/many-stacks.ts up shop-eu shop-us --jobs 4 --limit 900
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { destroy, drift, EXIT, kindOf, preview, stackNames, up, type ExitName } from "slipway/automation";

const OPERATIONS = { preview, up, drift, destroy };

/** One stack, and what it is to be done with. */
interface Task {
  operation: keyof typeof OPERATIONS;
  stack: string;
  /** Seconds. */
  limit: number;
}

/** What became of one stack. */
interface Row {
  stack: string;
  ended: ExitName;
  changes: number;
  seconds: number;
  said: string;
}

async function perform({ operation, stack, limit }: Task, stop: AbortSignal): Promise<Row> {
  const begun = performance.now();
  const signal = AbortSignal.any([stop, AbortSignal.timeout(limit * 1000)]);
  const row = (ended: ExitName, changes: number, said: string): Row => {
    return { stack, ended, changes, seconds: Math.round((performance.now() - begun) / 100) / 10, said };
  };
  try {
    const { changes } = await OPERATIONS[operation]({ stack, signal });
    return row("ok", changes.length, "");
  } catch (error) {
    return row(kindOf(error), 0, String(error));
  }
}

/** In a worker: one task after another, as they come. */
function work(): void {
  const stop = new AbortController();
  for (const end of ["SIGTERM", "disconnect"]) process.once(end, () => stop.abort());
  process.on("message", (task: Task) => void perform(task, stop.signal).then((row) => process.send?.(row)));
}

/** A process of its own group: Ctrl-C comes to this one, which hands it on. */
function startWorker(): ChildProcess {
  return fork(__filename, ["--worker"], { detached: true });
}

/** What the worker makes of the task; where it ends without an answer, that is one. */
async function handOver(worker: ChildProcess, task: Task): Promise<Row> {
  const answered = new AbortController();
  const options = { signal: answered.signal };
  const died = once(worker, "exit", options).then(([code, signal]): Row => {
    const said = `the worker ended with ${String(signal ?? code)}`;
    return { stack: task.stack, ended: "unexpected", changes: 0, seconds: 0, said };
  });
  const answer = once(worker, "message", options).then(([row]) => row as Row);
  worker.send(task);
  const row = await Promise.race([answer, died]);
  answered.abort();
  await Promise.allSettled([answer, died]);
  return row;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      jobs: { type: "string", default: String(availableParallelism()) },
      limit: { type: "string", default: "3600" },
      json: { type: "boolean", default: false },
    },
  });
  const [operation = "preview", ...named] = positionals;
  if (!(operation in OPERATIONS))
    throw new Error(`There is no ${operation}, only ${Object.keys(OPERATIONS).join(", ")}.`);
  const tasks = (named.length > 0 ? named : stackNames()).map(
    (stack) => ({ operation, stack, limit: Number(values.limit) }) as Task,
  );
  const workers = new Set<ChildProcess>();
  process.on("SIGINT", () => {
    tasks.length = 0;
    for (const worker of workers) worker.kill("SIGTERM");
  });
  const rows: Row[] = [];
  const lane = async (): Promise<void> => {
    let worker = startWorker();
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      if (!worker.connected) worker = startWorker();
      workers.add(worker);
      rows.push(await handOver(worker, task));
    }
    worker.disconnect();
  };
  await Promise.all(Array.from({ length: Math.min(Number(values.jobs), tasks.length) }, lane));
  if (values.json) console.log(JSON.stringify(rows));
  else console.table(rows);
  process.exitCode = Math.max(0, ...rows.map(({ ended }) => EXIT[ended]));
}

if (process.argv.includes("--worker")) work();
else void main();
