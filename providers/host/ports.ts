/** Loopback ports: free ones, and who holds a taken one. */
import { execFile } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import * as net from "node:net";
import { promisify } from "node:util";
import { hasCode } from "./files";
import { type ProcessInfo, processes } from "./processes";

const LISTENING = "0A";

/** A loopback port that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The system gave no free port.");
  return address.port;
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
  return (await processes()).filter(({ pid }) => pids.has(pid));
}

/** Socket inodes of /proc/net/tcp or tcp6 that listen on `port`. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return local?.endsWith(suffix) === true && state === LISTENING && inode !== undefined ? [inode] : [];
  });
}

function fromProc(port: number): Set<number> {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].map((file) => tryTo(() => readFileSync(file, "utf8")) ?? "");
  const sockets = new Set(tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`));
  const holders = new Set<number>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const descriptors = tryTo(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
    if (descriptors.some((fd) => sockets.has(tryTo(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? ""))) {
      holders.add(Number(pid));
    }
  }
  return holders;
}

function tryTo<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

async function fromLsof(port: number): Promise<Set<number>> {
  const call = promisify(execFile)("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-t"]);
  const { stdout } = await call.catch(() => ({ stdout: "" }));
  return new Set(stdout.split("\n").filter(Boolean).map(Number));
}
