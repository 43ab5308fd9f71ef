/** Servers of an application, ours and the bare ones, each started as a process group of its own. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { ServerKind } from "../components/config";
import { packageRoot } from "../components/package-root";
import { freePort } from "../providers/host/ports";
import { processes, signalGroup } from "../providers/host/processes";
import { asNobody } from "../test/apps/fixtures/servers/harness";
import { answered, ended } from "./support";

const TEMPLATES = path.join(packageRoot, "app-templates", "servers");

/** An application as every server can load it. */
export interface Application {
  folder: string;
  /** `module:app`, or `module:create_app()`. */
  entry: string;
  environment: Readonly<Record<string, string>>;
}

/** Words of the command that serves an entry on a port of this machine with a number of processes. */
export type Command = (bin: string, entry: string, port: number, processes: number) => string[];

/** One of ours, as an image starts it; told the rest by its environment. */
export function ours(kind: ServerKind): Command {
  return (bin) => {
    const words = [path.join(bin, "python"), path.join(TEMPLATES, `serve_${kind}.py`)];
    return kind === "apache-uwsgi" && process.getuid?.() === 0 ? asNobody(words) : words;
  };
}

/** As Flask's documentation starts it. */
export const gunicorn: Command = (bin, entry, port, count) => [
  ...[path.join(bin, "gunicorn"), "--workers", String(count), "--bind", `127.0.0.1:${port}`],
  entry,
];

/** By the faster of its two ways to speak HTTP, with one process less between; it says that it closes each connection. */
export const uwsgi: Command = (bin, entry, port, count) => [
  ...[path.join(bin, "pyuwsgi"), "--http-socket", `127.0.0.1:${port}`, "--master", "--processes", String(count)],
  ...["--add-header", "Connection: close", "--wsgi", entry],
];

export interface Server {
  url: string;
  /** Bytes of memory of all its processes; what they share counts once. */
  memory: () => Promise<number>;
  stop: () => Promise<void>;
}

/** Starts a server and waits until it answers. @param log file that it writes to */
export async function serve(
  command: Command,
  { folder, entry, environment }: Application,
  options: { bin: string; processes: number; log: string },
): Promise<Server> {
  const port = await freePort();
  const [program = "", ...words] = command(options.bin, entry, port, options.processes);
  const own = {
    SLIPWAY_ENTRY: entry,
    SLIPWAY_LISTEN: `tcp://127.0.0.1:${port}`,
    SLIPWAY_PROCESSES: String(options.processes),
    PYTHONPATH: `${folder}:${TEMPLATES}`,
    PATH: `${options.bin}:${process.env["PATH"] ?? ""}`,
  };
  const log = openSync(options.log, "a");
  const child = spawn(program, words, {
    cwd: folder,
    env: { ...environment, ...own },
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  const group = child.pid ?? 0;
  const over = ended(child);
  const stop = async (): Promise<void> => {
    signalGroup(group, "SIGKILL");
    await over;
  };
  const url = `http://127.0.0.1:${port}`;
  const early = over.then((code) => {
    throw new Error(`${words.join(" ")} ended with ${code ?? "a signal"}:\n${readFileSync(options.log, "utf8")}`);
  });
  // Only a start that fails is a failure.
  early.catch(() => undefined);
  await Promise.race([answered(url, 30), early]);
  return { url, memory: () => memoryOf(group), stop };
}

async function memoryOf(group: number): Promise<number> {
  const members = (await processes()).filter((each) => each.group === group);
  const shares = members.map(({ pid }) => /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")));
  return shares.reduce((sum, share) => sum + Number(share?.[1]) * 1024, 0);
}
