/** The processes of this machine, as /proc or ps shows them. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { until } from "./wait";

export interface Entry {
  pid: number;
  parent: number;
  /** The command line, words joined by blanks. */
  command: string;
}

/** Every process whose command line or working folder is in `folder`. */
export function entriesOf(folder: string): Entry[] {
  return processTable().filter(({ pid, command }) => command.includes(`${folder}/`) || isInside(folder, pid));
}

/** Every living process; what has ended and was not waited for by its parent does not count. */
export function processTable(): Entry[] {
  return existsSync("/proc/self/stat") ? fromProc() : fromPs();
}

function fromProc(): Entry[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return state === "Z" || state === "X" ? [] : [{ pid: Number(name), parent: Number(parent), command }];
    } catch {
      return [];
    }
  });
}

function fromPs(): Entry[] {
  const lines = execFileSync("ps", ["-axww", "-o", "pid=,ppid=,stat=,command="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, state, command = ""] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return state === undefined || state.startsWith("Z") ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

function isInside(folder: string, pid: number): boolean {
  try {
    return `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`);
  } catch {
    return false;
  }
}

/** Kills everything that has to do with `folder`, until nothing is left. */
export async function endAll(folder: string): Promise<void> {
  await until(`every process of ${folder} has ended`, () => {
    // A supervisor first, or it would start again what is killed.
    const left = entriesOf(folder).sort((a, b) => rank(a) - rank(b));
    for (const { pid } of left) kill(pid);
    return left.length === 0;
  });
}

function rank({ command }: Entry): number {
  return command.includes("supervisord -c") ? 0 : 1;
}

/** Sends SIGKILL to a process that may have ended already. */
export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
