/** From nothing to an answer, and from one release to the next under load. */
import autocannon from "autocannon";
import { appendFileSync } from "node:fs";
import * as path from "node:path";
import { answered, spread, type BenchProject, type Benchmark, type Section } from "./support";

const RUNS = 3;
/** Seconds after which a load ends by itself. */
const LONGEST = 600;

/** The project's stack is up when this begins and when it ends. */
export const roll: Benchmark = { title: "Starting and changing", measure: measureRoll };

async function measureRoll(project: BenchProject): Promise<Section> {
  const start: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    await project.slipway("stop");
    const [first] = await Promise.all([answered(`${project.url}/`), project.slipway("up", "--yes")]);
    start.push(first);
  }
  const rollouts: number[] = [];
  const total = { requests: 0, lost: 0 };
  for (let run = 0; run < RUNS; run++) {
    const { seconds, requests, lost } = await rollUnderLoad(project);
    rollouts.push(seconds);
    total.requests += requests;
    total.lost += lost;
  }
  return {
    tables: [
      {
        head: ["what", "measured"],
        rows: [
          ["`up` of a stopped stack to the first answered request, warm caches", spread(start, "s", 1)],
          ["`up` after a change of the code, under load", spread(rollouts, "s", 1)],
          ["requests during those rollouts", String(total.requests)],
          ["of them lost (no answer, or not 200)", String(total.lost)],
        ],
      },
    ],
    notes: [
      `${RUNS} runs. The load comes from 8 connections that are kept alive, against the home page, for the whole rollout.`,
    ],
  };
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
