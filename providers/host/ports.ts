/** Loopback ports: free ones, and who holds a taken one. */
import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import * as net from "node:net";
import { promisify } from "node:util";
import { hasCode } from "./files";
import { type ProcessInfo, processes } from "./processes";

const LISTENING = "0A";

/** Below the ports that systems give to outgoing connections, which come and go. */
const CHOICE = { from: 20000, to: 32000 };

/** A loopback port that nobody listens on, and that the system does not hand out by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(CHOICE.from, CHOICE.to);
    if (await isFree("127.0.0.1", port)) return port;
  }
}

/**
 * Whether `port` can be listened on.
 *
 * @throws Error when it cannot for another reason than that somebody listens already, such as a privileged port
 */
export async function isFree(host: string, port: number): Promise<boolean> {
  const server = net.createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
    await new Promise((resolve) => server.close(resolve));
    return true;
  } catch (error) {
    if (hasCode(error, "EADDRINUSE")) return false;
    throw error;
  }
}

/** The processes that listen on `port`; none when they belong to another user. */
export async function holdersOf(port: number): Promise<ProcessInfo[]> {
  const pids = process.platform === "linux" ? fromProc(port) : await fromLsof(port);
  return (await processes()).filter(({ pid }) => pids.includes(pid));
}

/** Whether the process `pid` listens on `port`: quicker than looking at all. */
export async function holds(pid: number, port: number): Promise<boolean> {
  const pids = process.platform === "linux" ? fromProc(port, [pid]) : await fromLsof(port, ["-a", "-p", String(pid)]);
  return pids.includes(pid);
}

/** Socket inodes of /proc/net/tcp or tcp6 that listen on `port`. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return local?.endsWith(suffix) === true && state === LISTENING && inode !== undefined ? [inode] : [];
  });
}

function fromProc(port: number, pids = allPids()): number[] {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].map((file) => tryTo(() => readFileSync(file, "utf8")) ?? "");
  const sockets = new Set(tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`));
  return pids.filter((pid) => {
    const descriptors = tryTo(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
    return descriptors.some((fd) => sockets.has(tryTo(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? ""));
  });
}

function allPids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

function tryTo<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

async function fromLsof(port: number, among: string[] = []): Promise<number[]> {
  const call = promisify(execFile)("lsof", ["-nP", ...among, `-iTCP:${port}`, "-sTCP:LISTEN", "-t"]);
  const { stdout } = await call.catch(() => ({ stdout: "" }));
  return stdout.split("\n").filter(Boolean).map(Number);
}
