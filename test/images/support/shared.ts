/** One engine for all files of the stage: the first that asks starts it, the end of the run stops it. */
import { Engine, missing } from "./engine";

let starting: Promise<Engine> | undefined;

/** The engine, running; undefined where none can be started, after it was said why. */
export async function sharedEngine(): Promise<Engine | undefined> {
  const reason = missing();
  if (reason !== undefined) {
    console.log(`      no Docker engine: ${reason}`);
    return undefined;
  }
  starting ??= start();
  return starting;
}

async function start(): Promise<Engine> {
  const engine = new Engine();
  // Before it is started: what fails half-way is cleaned up too.
  stopping = () => engine.stop();
  await engine.start();
  return engine;
}

let stopping: (() => Promise<void>) | undefined;

after(async function () {
  this.timeout(60_000);
  await stopping?.();
});
