/** One engine for all files of the stage: the first that asks starts it, the end of the run stops it. */
import { Engine, missing } from "./engine";

let starting: Promise<Engine> | undefined;

/**
 * Why a suite that needs an engine is skipped, for its title; empty where it is not.
 *
 * @param tools programs that it needs besides
 */
export function skipReason(...tools: readonly string[]): string {
  const reason = missing(tools);
  return reason === undefined ? "" : ` (no Docker engine: ${reason})`;
}

/** The engine, running. */
export async function sharedEngine(): Promise<Engine> {
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
  this.timeout(120_000);
  await stopping?.();
});
