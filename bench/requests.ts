/** The blog's home page through the default server, against the same application under bare gunicorn. */
import autocannon from "autocannon";
import { spawn, type StdioOptions } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { freePort } from "../providers/host/ports";
import { answered, ended, ratio, spread, timed, type BenchProject, type Benchmark, type Section } from "./support";

const RUNS = 5;
const SECONDS = 5;
const GUNICORN = "gunicorn==23.0.0";

/** Pairs of runs in turn, with one process each and with two each. */
export const requests: Benchmark = { title: "Requests per second, the blog's home page", measure: measureRequests };

async function measureRequests(project: BenchProject): Promise<Section> {
  const scratch = mkdtempSync(path.join(tmpdir(), "slipway-bench-gunicorn-"));
  const bin = path.join(scratch, "bin");
  await timed("python3", ["-m", "venv", scratch]);
  await timed(path.join(bin, "pip"), [
    "install",
    "--quiet",
    "--no-deps",
    "-r",
    path.join(project.app, "requirements.txt"),
  ]);
  await timed(path.join(bin, "pip"), ["install", "--quiet", GUNICORN]);
  const rows: string[][] = [];
  for (const processes of [1, 2]) {
    project.configure({ "slipway:processes": { web: { count: processes } } });
    await project.slipway("up", "--yes");
    rows.push(await compare(project, bin, processes));
  }
  project.configure({});
  await project.slipway("up", "--yes");
  rmSync(scratch, { recursive: true });
  return {
    tables: [{ head: ["processes", "the default server (gevent)", "bare gunicorn (sync)", "ratio"], rows }],
    notes: [
      `${RUNS} runs of ${SECONDS} s each, in turn, 10 connections that ask to be kept alive, on the same machine as the load generator.`,
      `${GUNICORN}, \`gunicorn --workers N\`, the same source, database, environment and Python packages, no other option.`,
      "The application writes a log line for each request: under gunicorn to a file, under the default server through supervisor.",
    ],
  };
}

async function compare(project: BenchProject, bin: string, processes: number): Promise<string[]> {
  const spec = JSON.parse(readFileSync(path.join(project.folder, ".slipway", "bench", "run", "web.json"), "utf8")) as {
    cwd: string;
    environment: Record<string, string>;
  };
  const port = await freePort();
  const args = ["--workers", String(processes), "--bind", `127.0.0.1:${port}`, "webapp:create_app()"];
  const log = openSync(path.join(bin, "..", "gunicorn.log"), "a");
  const stdio: StdioOptions = ["ignore", log, log];
  const gunicorn = spawn(path.join(bin, "gunicorn"), args, { cwd: spec.cwd, env: spec.environment, stdio });
  const ours: number[] = [];
  const theirs: number[] = [];
  try {
    await answered(`http://127.0.0.1:${port}/`);
    for (let run = 0; run < RUNS; run++) {
      ours.push(await requestsPerSecond(`${project.url}/`));
      theirs.push(await requestsPerSecond(`http://127.0.0.1:${port}/`));
    }
  } finally {
    gunicorn.kill();
    await ended(gunicorn);
    closeSync(log);
  }
  return [String(processes), spread(ours, "/s", 0), spread(theirs, "/s", 0), ratio(ours, theirs)];
}

async function requestsPerSecond(url: string): Promise<number> {
  const { requests, duration, non2xx } = await autocannon({ url, connections: 10, duration: SECONDS });
  if (non2xx > 0) throw new Error(`${url} answered ${non2xx} requests with another status than 2xx`);
  return requests.total / duration;
}
