/** Runs Locust, in a virtual environment of its own. */
import { spawn } from "node:child_process";
import * as path from "node:path";
import { templateText } from "../../components/package-root";
import { virtualenv } from "../../providers/host/types/virtualenv";
import { SlipwayError } from "../errors";
import { runsProgram, stopped } from "../stopping";
import type { LocustEntry } from "./report";
import type { Scenario } from "./scenario";

/** Seconds that running requests get at the end. */
const LAST_REQUESTS = 10;
const SHOWN_LINES = 12;

/** How Locust is run. */
export interface LocustRun {
  /** Folder that its virtual environment is kept in. */
  root: string;
  python: string;
  scenario: Scenario;
  url: string;
  users: number;
  spawnRate: number;
  seconds: number;
  /** Where its report goes, as HTML. */
  html: string;
  signal: AbortSignal;
}

/**
 * Lets visitors loose on an application.
 *
 * @returns what was counted, by kind of request
 * @throws SlipwayError (tool) when Locust cannot be installed, (config) when it cannot run the scenario, (timeout,
 * cancelled)
 */
export async function runLocust(run: LocustRun): Promise<LocustEntry[]> {
  const { root, python, signal } = run;
  const requirements = templateText("load", "requirements.txt");
  const environment = await virtualenv
    .create({ root, name: "locust", python, requirements }, { signal })
    .catch((error: unknown) => {
      if (signal.aborted) throw stopped(signal);
      throw new SlipwayError("tool", error instanceof Error ? error.message : String(error));
    });
  const printed = await start(path.join(environment.path, "bin", "locust"), run);
  return JSON.parse(printed.slice(printed.indexOf("["))) as LocustEntry[];
}

function start(
  command: string,
  { scenario, url, users, spawnRate, seconds, html, signal }: LocustRun,
): Promise<string> {
  const words = [
    ...["--headless", "--locustfile", scenario.file, "--host", url, "--json", "--loglevel", "WARNING"],
    ...["--users", String(users), "--spawn-rate", String(spawnRate), "--run-time", `${seconds}s`],
    ...["--stop-timeout", String(LAST_REQUESTS), "--html", html, "--exit-code-on-error", "0"],
  ];
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "pipe"], signal, killSignal: "SIGTERM" });
  const hasEnded = runsProgram(() => child.kill("SIGKILL"));
  const text = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (data: string) => (text.out += data));
  child.stderr.setEncoding("utf8").on("data", (data: string) => (text.err += data));
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      if (!signal.aborted) reject(error);
    });
    child.once("close", (code) => {
      hasEnded();
      // It lets requests that run end.
      if (signal.aborted) reject(stopped(signal));
      else if (code === 0) resolve(text.out);
      else reject(new SlipwayError("config", `${scenario.file} cannot be run:\n${lastLines(text.err)}`));
    });
  });
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-SHOWN_LINES).join("\n");
}
