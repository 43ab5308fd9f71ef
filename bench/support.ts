/** What every benchmark shares: a project of its own, commands with their time, medians and ratios. */
import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { packageRoot } from "../components/package-root";
import { freePort } from "../providers/host/ports";

/** One row of a table: what was measured, and its value. */
export type Row = readonly string[];

export interface Table {
  /** Where a section has several. */
  caption?: string;
  head: Row;
  rows: readonly Row[];
}

/** What a benchmark found. */
export interface Section {
  tables: readonly Table[];
  notes: readonly string[];
}

export interface Benchmark {
  /** Of its section in the document. */
  title: string;
  /** What this machine lacks for it; undefined where nothing. */
  missing?: () => string | undefined;
  measure: (project: BenchProject) => Promise<Section>;
}

/** A project folder with a copy of the blog and a stack `bench`. */
export interface BenchProject {
  folder: string;
  /** The copied application. */
  app: string;
  url: string;
  /** Writes the stack file with other settings beside the usual ones. */
  configure: (settings: Record<string, unknown>) => void;
  /** Runs `slipway <words> --stack bench`. @returns seconds of the whole process, and what it printed */
  slipway: (...words: string[]) => Promise<{ seconds: number; stdout: string }>;
  remove: () => Promise<void>;
}

/** Makes a project that shares nothing with the checkout's own stacks. */
export async function benchProject(): Promise<BenchProject> {
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-bench-"));
  const app = path.join(folder, "blog");
  cpSync(path.join(packageRoot, "app-templates", "blog"), app, { recursive: true });
  const provider = { name: "host", path: path.join(packageRoot, "providers", "host") };
  const analyzer = { name: "policy-slipway", path: path.join(packageRoot, "policy") };
  writeFileSync(
    path.join(folder, "Pulumi.yaml"),
    stringify({ name: "slipway", runtime: "nodejs", plugins: { providers: [provider], analyzers: [analyzer] } }),
  );
  const port = await freePort();
  const configure = (settings: Record<string, unknown>): void => {
    writeFileSync(
      path.join(folder, "Pulumi.bench.yaml"),
      stringify({ config: { ...blogSettings(port), ...settings } }),
    );
  };
  configure({});
  const slipway = (...words: string[]): ReturnType<BenchProject["slipway"]> =>
    timed("node", [path.join(packageRoot, "bin", "slipway.mjs"), ...words, "--stack", "bench"], {
      SLIPWAY_PROJECT: folder,
    });
  const remove = async (): Promise<void> => {
    if (existsSync(path.join(folder, ".slipway", "bench"))) await slipway("stop", "--purge", "--yes");
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, app, url: `http://127.0.0.1:${port}`, configure, slipway, remove };
}

/** Settings of the blog on this machine. */
export function blogSettings(port: number): Record<string, unknown> {
  return {
    "slipway:app": {
      name: "blog",
      source: "blog",
      entry: "webapp:create_app",
      celery: "celery_runner:celery",
      migrate: "flask db upgrade",
      seed: "flask seed",
      health: { live: "/health/live", ready: "/health/ready" },
    },
    "slipway:server": { accessLog: false },
    "slipway:processes": { web: { count: 2 }, worker: { count: 1 }, beat: {} },
    "slipway:targets": ["local"],
    "slipway:local": { port, broker: { kind: "embedded" } },
  };
}

/** Runs a command to its end. @throws Error with its output when it fails */
export async function timed(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  cwd = process.cwd(),
): Promise<{ seconds: number; stdout: string }> {
  const begun = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (printed.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (printed.stderr += chunk.toString()));
  const code = await ended(child);
  if (code !== 0)
    throw new Error(
      `${command} ${args.join(" ")} ended with ${code ?? "a signal"}:\n${printed.stdout}${printed.stderr}`,
    );
  return { seconds: (performance.now() - begun) / 1000, stdout: printed.stdout };
}

/** The exit code of a process, once it has ended. */
export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => child.once("error", reject).once("exit", resolve));
}

/** Waits until a URL answers with a status below 500. @returns seconds waited */
export async function answered(url: string, limit = 120): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const response = await fetch(url, { redirect: "manual" }).catch(() => undefined);
    const seconds = (performance.now() - begun) / 1000;
    if (response !== undefined && response.status < 500) return seconds;
    if (seconds > limit) throw new Error(`${url} did not answer within ${limit} s`);
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Median with the range, as text. */
export function spread(values: readonly number[], unit: string, digits = 2): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} ${unit} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

/** Median of the ratios of pairs measured one after the other. */
export function ratio(a: readonly number[], b: readonly number[]): string {
  return median(a.map((value, index) => value / (b[index] ?? Number.NaN))).toFixed(2);
}
