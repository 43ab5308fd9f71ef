/** From nothing to an answer, and from one release to the next under load. */
import autocannon from "autocannon";
import { appendFileSync } from "node:fs";
import * as path from "node:path";
import type { ServerKind } from "../components/config";
import { onPath } from "../test/support/docker/engine";
import { answered, spread, type BenchProject, type Benchmark, type Section } from "./support";

const STARTS = 3;
const RUNS = 2;
/** The default server, and behind nginx. */
const KINDS: readonly ServerKind[] = ["gevent", "nginx-uwsgi"];
/** Seconds after which a load ends by itself. */
const LONGEST = 600;

export const roll: Benchmark = {
  title: "Starting and changing",
  missing: () => (onPath("nginx") ? undefined : "not installed: nginx"),
  measure,
};

async function measure(project: BenchProject): Promise<Section> {
  await project.slipway("up", "--yes");
  const starts: number[] = [];
  for (let run = 0; run < STARTS; run++) {
    await project.slipway("stop");
    const [first] = await Promise.all([answered(`${project.url}/`), project.slipway("up", "--yes")]);
    starts.push(first);
  }
  const rows: string[][] = [];
  for (const kind of KINDS) rows.push([kind, ...(await rollouts(project, kind))]);
  project.configure({});
  await project.slipway("up", "--yes");
  return {
    tables: [
      {
        head: [
          "server",
          "`up` after a change of the code, under load",
          "requests meanwhile",
          "lost (no answer, or not 200)",
        ],
        rows,
      },
    ],
    notes: [
      `\`up\` of a stopped stack to the first answered request, warm caches, gevent: ${spread(starts, "s", 1)}, ${STARTS} runs.`,
      `${RUNS} rollouts each, of two web processes and two of Celery. The load comes from 8 connections that are kept alive, against the home page, for the whole rollout.`,
    ],
  };
}

async function rollouts(project: BenchProject, kind: ServerKind): Promise<string[]> {
  project.configure({ "slipway:server": { kind, accessLog: false } });
  await project.slipway("up", "--yes");
  const seconds: number[] = [];
  const total = { requests: 0, lost: 0 };
  for (let run = 0; run < RUNS; run++) {
    const rolled = await rollUnderLoad(project);
    seconds.push(rolled.seconds);
    total.requests += rolled.requests;
    total.lost += rolled.lost;
  }
  return [spread(seconds, "s", 1), String(total.requests), String(total.lost)];
}

async function rollUnderLoad(project: BenchProject): Promise<{ seconds: number; requests: number; lost: number }> {
  appendFileSync(path.join(project.app, "webapp", "__init__.py"), "\n# changed\n");
  const { finished, stop } = load(`${project.url}/`);
  const { seconds } = await project.slipway("up", "--yes");
  stop();
  const result = await finished;
  return { seconds, requests: result.requests.total, lost: result.errors + result.timeouts + result.non2xx };
}

/** Requests without a pause until stopped. */
function load(url: string): { finished: Promise<autocannon.Result>; stop: () => void } {
  const options = { url, connections: 8, duration: LONGEST };
  let stop = (): void => undefined;
  const finished = new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(options, (error: Error | null, result) =>
      error === null ? resolve(result) : reject(error),
    );
    stop = () => instance.stop();
  });
  return { finished, stop: () => stop() };
}
