/** The processes of this machine, and how to end those that belong to a stack. */
import { execFile } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { promisify } from "node:util";
import { until } from "./wait";

const run = promisify(execFile);
const onLinux = process.platform === "linux";

export interface ProcessInfo {
  pid: number;
  group: number;
  /** The command line, words joined by blanks. */
  command: string;
}

/** Every living process; those that ended and were not reaped yet do not count. */
export async function processes(): Promise<ProcessInfo[]> {
  return onLinux ? fromProc() : fromPs();
}

function fromProc(): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statFields(Number(name));
    if (stat === undefined) continue;
    found.push({ pid: Number(name), group: Number(stat[2]), command: commandOf(Number(name)) });
  }
  return found;
}

/** Fields of /proc/<pid>/stat from the state on; undefined for a process that is gone or ended. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields;
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

async function fromPs(): Promise<ProcessInfo[]> {
  const { stdout } = await run("ps", ["-axww", "-o", "pid=,pgid=,stat=,command="], { maxBuffer: 64 << 20 });
  const found: ProcessInfo[] = [];
  for (const line of stdout.split("\n")) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (match === null || match[3]?.startsWith("Z") === true) continue;
    found.push({ pid: Number(match[1]), group: Number(match[2]), command: match[4] ?? "" });
  }
  return found;
}

/** What tells a process from a later one with the same id; undefined when there is no such process. */
export async function birthOf(pid: number): Promise<string | undefined> {
  if (onLinux) return statFields(pid)?.[19];
  const { stdout } = await run("ps", ["-o", "stat=,lstart=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  const text = stdout.trim();
  return text === "" || text.startsWith("Z") ? undefined : text.replace(/^\S+\s+/, "");
}

export async function isAlive(pid: number): Promise<boolean> {
  return (await birthOf(pid)) !== undefined;
}

/** Whether a process was started for the stack in `root`: it is named in the command line, or is the working folder. */
export async function belongsTo(root: string, { pid, command }: ProcessInfo): Promise<boolean> {
  return command.includes(`${root}/`) || `${await workingFolder(pid)}/`.startsWith(`${root}/`);
}

async function workingFolder(pid: number): Promise<string> {
  if (onLinux) {
    try {
      return readlinkSync(`/proc/${pid}/cwd`);
    } catch {
      return "";
    }
  }
  const { stdout } = await run("lsof", ["-a", "-p", String(pid), "-d", "cwd", "-Fn"]).catch(() => ({ stdout: "" }));
  return /^n(.*)$/m.exec(stdout)?.[1] ?? "";
}

/** The living process groups among `groups` that belong to the stack: an id that was given out anew does not. */
async function groupsOf(root: string, groups: readonly number[]): Promise<number[]> {
  if (groups.length === 0) return [];
  const members = (await processes()).filter(({ group }) => groups.includes(group));
  const ours = await Promise.all(
    members.map(async (member) => ((await belongsTo(root, member)) ? [member.group] : [])),
  );
  return [...new Set(ours.flat())];
}

/**
 * Ends process groups of the stack in `root`: SIGTERM, and SIGKILL for what is left after `grace` seconds.
 * Groups that no longer exist, or whose ids now belong to somebody else, are left alone.
 */
export async function endGroups(root: string, groups: readonly number[], grace: number): Promise<void> {
  const never = new AbortController().signal;
  const gone = async () => ((await groupsOf(root, groups)).length === 0 ? true : undefined);
  for (const group of await groupsOf(root, groups)) signalGroup(group, "SIGTERM");
  if ((await until(grace, never, gone)) === true) return;
  for (const group of await groupsOf(root, groups)) signalGroup(group, "SIGKILL");
  if ((await until(5, never, gone)) !== true) {
    throw new Error(`Process groups ${(await groupsOf(root, groups)).join(", ")} do not end, not even by SIGKILL.`);
  }
}

export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It ended by itself.
  }
}
