/** Many stacks previewed side by side: what that takes of time and memory for each. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { packageRoot } from "../components/package-root";
import { processTable } from "../test/engine/support/process-table";
import { blogSettings, ended, spread, ratio, type Benchmark, type BenchProject, type Section } from "./support";

const STACKS = 50;
const WORKERS = [1, 2, 4] as const;
const RUNS = 2;
const LOOK_EVERY_MS = 100;
const MIB = 2 ** 20;

/** What one run took. */
interface Run {
  seconds: number;
  /** Most memory that all of its processes had at a time, in MiB. */
  memory: number;
}

export const stacks: Benchmark = {
  title: "Fifty stacks previewed side by side",
  missing: () => (existsSync("/proc/self/statm") ? undefined : "needs /proc, to count memory"),
  measure,
};

/** The example `many-stacks`, on stacks of the blog of which none is deployed. */
async function measure({ folder }: BenchProject): Promise<Section> {
  const names = Array.from({ length: STACKS }, (_, index) => `many-${String(index).padStart(2, "0")}`);
  const text = stringify({ config: blogSettings(8080) });
  for (const name of names) writeFileSync(path.join(folder, `Pulumi.${name}.yaml`), text);
  // Makes the stacks, and warms what can be warmed.
  await previewAll(folder, names, Math.max(...WORKERS));
  const runs = new Map<number, Run[]>(WORKERS.map((workers) => [workers, []]));
  for (let run = 0; run < RUNS; run++) {
    for (const workers of WORKERS) runs.get(workers)?.push(await previewAll(folder, names, workers));
  }
  const first = (runs.get(WORKERS[0]) ?? []).map(({ seconds }) => seconds);
  const rows = [...runs].map(([workers, all]) => {
    const seconds = all.map((run) => run.seconds);
    return [
      String(workers),
      spread(seconds, "s", 1),
      spread(
        seconds.map((each) => each / STACKS),
        "s",
      ),
      ratio(seconds, first),
      spread(
        all.map(({ memory }) => memory),
        "MiB",
        0,
      ),
      spread(
        all.map(({ memory }) => memory / workers),
        "MiB",
        0,
      ),
    ];
  });
  return {
    tables: [
      {
        head: ["workers", `${STACKS} stacks`, "for each stack", "against one worker", "memory", "for each worker"],
        rows,
      },
    ],
    notes: [
      `${RUNS} runs each, in turn: \`examples/many-stacks.ts preview --jobs <workers>\`, the whole process, on the library as installed.`,
      "Stacks of the blog on this machine, none of them deployed: each plans 13 resources.",
      "Memory is the most that all processes had at a time: the example, its workers, an engine and a provider for each. What they share counts more than once.",
    ],
  };
}

async function previewAll(folder: string, names: readonly string[], workers: number): Promise<Run> {
  // Without the checkout's paths, the library is what its package exports.
  const settings = path.join(folder, "tsconfig.json");
  writeFileSync(settings, "{}");
  const words = ["--tsconfig", settings, path.join(packageRoot, "examples", "many-stacks.ts")];
  const begun = performance.now();
  const child = spawn(
    path.join(packageRoot, "node_modules", ".bin", "tsx"),
    [...words, "preview", ...names, "--jobs", String(workers), "--json"],
    { cwd: folder, env: { ...process.env, SLIPWAY_PROJECT: folder }, stdio: ["ignore", "pipe", "inherit"] },
  );
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  let memory = 0;
  const timer = setInterval(() => (memory = Math.max(memory, memoryBelow(child.pid ?? 0))), LOOK_EVERY_MS);
  const code = await ended(child).finally(() => clearInterval(timer));
  const rows = JSON.parse(printed) as { stack: string; changes: number; said: string }[];
  const bad = rows.find(({ changes }) => changes === 0);
  if (code !== 0 || bad !== undefined)
    throw new Error(`${bad?.stack ?? "It"} failed: ${bad?.said.slice(0, 500) ?? ""}`);
  return { seconds: (performance.now() - begun) / 1000, memory: memory / MIB };
}

/** Bytes that a process and all that it has started have in memory. */
function memoryBelow(root: number): number {
  const family = new Set([root]);
  const all = processTable();
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return [...family].reduce((sum, pid) => sum + residentOf(pid), 0);
}

const PAGE = 4096;

function residentOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE;
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}
