/** What a load test found, and whether that is good enough. */
import type { Settings } from "../../components/config";

/** One kind of request. */
export interface Endpoint {
  method: string;
  /** Path, or the name that the scenario has for several. */
  name: string;
  requests: number;
  failures: number;
  /** Milliseconds that 95 % of the answers took at most. */
  p95: number;
}

/** What was measured. Times are in milliseconds. */
export interface Measured {
  requests: number;
  failures: number;
  /** Percent of the requests. */
  failureShare: number;
  /** Requests each second. */
  throughput: number;
  p50: number;
  p95: number;
  p99: number;
  endpoints: Endpoint[];
}

/** One limit. */
export interface Limit {
  name: "p95" | "failures" | "throughput" | "slower";
  allowed: number;
  found: number;
  kept: boolean;
}

/** A load test. Can be kept as JSON, and compared with. */
export interface LoadReport extends Measured {
  stack: string;
  url: string;
  /** File that was run, or `pages` for what was made from the URL map. */
  scenario: string;
  users: number;
  seconds: number;
  /** ISO 8601. */
  startedAt: string;
  limits: Limit[];
  /** When the run that it was compared with was made; absent where there is none with the same scenario and users. */
  comparedWith?: string;
  /** Locust's own report, as HTML. Absolute. */
  html: string;
}

/** Lines of what `locust --json` prints, as far as they are used. */
export interface LocustEntry {
  name: string;
  method: string;
  start_time: number;
  last_request_timestamp: number | null;
  num_requests: number;
  num_none_requests: number;
  num_failures: number;
  /** Milliseconds, rounded -> number of answers. */
  response_times: Record<string, number>;
}

/** Sums up what Locust counted. */
export function measure(entries: readonly LocustEntry[]): Measured {
  const total = (key: "num_requests" | "num_failures"): number => entries.reduce((sum, entry) => sum + entry[key], 0);
  const [requests, failures] = [total("num_requests"), total("num_failures")];
  const start = Math.min(...entries.map((entry) => entry.start_time));
  const end = Math.max(...entries.map((entry) => entry.last_request_timestamp ?? entry.start_time));
  const times = merged(entries);
  return {
    requests,
    failures,
    failureShare: requests === 0 ? 100 : rounded((failures / requests) * 100),
    throughput: requests === 0 ? 0 : rounded(requests / Math.max(1, end - start)),
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    p99: percentile(times, 0.99),
    endpoints: [...entries].sort(byName).map((entry) => ({
      method: entry.method,
      name: entry.name,
      requests: entry.num_requests,
      failures: entry.num_failures,
      p95: percentile(merged([entry]), 0.95),
    })),
  };
}

function byName(one: LocustEntry, other: LocustEntry): number {
  return one.name.localeCompare(other.name, "en") || one.method.localeCompare(other.method, "en");
}

/** Milliseconds by which two runs differ without a reason. */
const NOISE = 25;

/** Holds what was measured to the limits. */
export function judge(
  measured: Measured,
  { p95, failures, throughput, slower }: Settings["load"],
  before: Measured | undefined,
): Limit[] {
  const limit = (name: Limit["name"], allowed: number, found: number, kept: boolean): Limit => ({
    ...{ name, allowed, found, kept },
  });
  const change = before === undefined || before.p95 === 0 ? undefined : rounded((measured.p95 / before.p95 - 1) * 100);
  return [
    limit("p95", p95, measured.p95, measured.p95 <= p95),
    limit("failures", failures, measured.failureShare, measured.requests > 0 && measured.failureShare <= failures),
    limit("throughput", throughput, measured.throughput, measured.throughput >= throughput),
    ...(change === undefined
      ? []
      : [limit("slower", slower, change, change <= slower || measured.p95 - (before?.p95 ?? 0) < NOISE)]),
  ];
}

/** True when two runs did the same. */
export function comparable(
  one: Pick<LoadReport, "scenario" | "users">,
  other: Pick<LoadReport, "scenario" | "users">,
): boolean {
  return one.scenario === other.scenario && one.users === other.users;
}

function merged(entries: readonly LocustEntry[]): [milliseconds: number, count: number][] {
  const counts = new Map<number, number>();
  for (const { response_times: times } of entries) {
    for (const [time, count] of Object.entries(times)) {
      counts.set(Number(time), (counts.get(Number(time)) ?? 0) + count);
    }
  }
  return [...counts].sort(([one], [other]) => one - other);
}

/** The time that a share of the answers took at most; 0 without any. */
function percentile(times: readonly [number, number][], share: number): number {
  const wanted = times.reduce((sum, [, count]) => sum + count, 0) * share;
  let seen = 0;
  for (const [time, count] of times) {
    seen += count;
    if (seen >= wanted) return time;
  }
  return 0;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
