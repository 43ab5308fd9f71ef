/** wrk, which asks for one URL again and again. */
import { onPath } from "../test/support/docker/engine";
import { timed } from "./support";

/** Connections, kept alive where the server keeps them. */
export const CONNECTIONS = 10;

/** What came of one run; latencies in milliseconds. */
export interface Load {
  perSecond: number;
  p50: number;
  p99: number;
}

/** Why there is none; undefined where there is one. */
export const noWrk = (): string | undefined => (onPath("wrk") ? undefined : "not installed: wrk");

/**
 * One thread, so that the servers have most of the machine.
 *
 * @throws Error when a connection broke, or an answer was no success
 */
export async function load(url: string, seconds: number): Promise<Load> {
  const words = ["--threads", "1", "--connections", String(CONNECTIONS), "--duration", `${seconds}s`, "--latency", url];
  const { stdout } = await timed("wrk", words);
  const trouble = /^.*(?:Socket errors|Non-2xx).*$/m.exec(stdout);
  if (trouble !== null) throw new Error(`${url}: ${trouble[0].trim()}`);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p50: milliseconds(/^ +50% +(\S+)/m.exec(stdout)?.[1]),
    p99: milliseconds(/^ +99% +(\S+)/m.exec(stdout)?.[1]),
  };
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

function milliseconds(text = ""): number {
  const [, value, unit = ""] = /^([\d.]+)(us|ms|s)$/.exec(text) ?? [];
  return Number(value) * (UNITS[unit] ?? Number.NaN);
}
