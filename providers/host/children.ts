/** Commands that the provider runs itself: each in a process group of its own, on record, and never left behind. */
import { spawn } from "node:child_process";
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import * as path from "node:path";
import { lastLines, namesIn, sizeOf } from "./files";
import { layout, prepare } from "./paths";
import { endGroups, signalGroup } from "./processes";

const GRACE_SECONDS = 5;

export interface Command {
  root: string;
  /** The command and its words. */
  argv: readonly string[];
  cwd: string;
  environment: Readonly<Record<string, string>>;
  /** File that its output is added to. */
  log: string;
}

export interface Ending {
  /** Exit code; null when a signal ended it or it could not be started. */
  code: number | null;
  /** In words, such as `exit code 1`. */
  how: string;
}

export interface Child {
  ended: Promise<Ending>;
  /** SIGTERM to the whole group, SIGKILL after some seconds; returns when no process of it is left. */
  stop: () => Promise<void>;
  /** The last lines that it wrote. */
  lines: (count: number) => Promise<string[]>;
}

const running = new Set<number>();

/** Starts a command. */
export async function start(command: Command): Promise<Child> {
  const [program = "", ...args] = command.argv;
  const paths = prepare(command.root);
  const offset = await sizeOf(command.log);
  const output = openSync(command.log, "a", 0o600);
  const child = spawn(program, args, {
    cwd: command.cwd,
    env: { ...command.environment },
    stdio: ["ignore", output, output],
    detached: true,
  });
  closeSync(output);
  const group = child.pid;
  const record = path.join(paths.children, String(group));
  if (group !== undefined) {
    running.add(group);
    writeFileSync(record, `${program}\n`, { mode: 0o600 });
  }
  const ended = new Promise<Ending>((resolve) => {
    child.once("error", (error) => resolve({ code: null, how: `it could not be started (${error.message})` }));
    child.once("exit", (code, signal) =>
      resolve({ code, how: code === null ? `signal ${signal}` : `exit code ${code}` }),
    );
  });
  const forget = async () => {
    if (group === undefined) return;
    await endGroups(command.root, [group], GRACE_SECONDS);
    running.delete(group);
    await rm(record, { force: true });
  };
  return {
    ended,
    stop: forget,
    lines: (count) => lastLines(command.log, count, offset),
  };
}

/**
 * Runs a command to its end; nothing that it started is left when this returns.
 *
 * @throws Error when it is still running after `timeout` seconds, or the operation is cancelled
 */
export async function run(
  command: Command,
  timeout: number,
  signal: AbortSignal,
): Promise<Ending & Pick<Child, "lines">> {
  signal.throwIfAborted();
  const child = await start(command);
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const late = new Promise<Ending>((resolve) => {
    timer = setTimeout(() => resolve({ code: null, how: `no end after ${timeout} s` }), timeout * 1000);
  });
  const cancelled = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return { ...(await Promise.race([child.ended, late, cancelled])), lines: child.lines };
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
    await child.stop();
  }
}

/** Ends what a provider process that was killed has left running in this stack. */
export async function endChildrenLeftOver(root: string): Promise<void> {
  const folder = layout(root).children;
  const groups = (await namesIn(folder)).map(Number).filter((group) => group > 1 && !running.has(group));
  await endGroups(root, groups, GRACE_SECONDS);
  for (const group of groups) rmSync(path.join(folder, String(group)), { force: true });
}

/** Last resort when this process has to end at once. */
export function killAllNow(): void {
  for (const group of running) signalGroup(group, "SIGKILL");
}
