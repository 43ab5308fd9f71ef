/** Where things lie inside the folder of one stack. */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Supervisor first binds `<socket>.<pid>`, and macOS allows 103 bytes. */
const LONGEST_SOCKET = 94;

export interface Layout {
  root: string;
  releases: string;
  venvs: string;
  data: string;
  backups: string;
  logs: string;
  run: string;
  /** Supervisor's program sections. */
  programs: string;
  /** Process ids of supervised processes, one file for each. */
  pids: string;
  /** Process ids of commands that the provider runs itself. */
  children: string;
  launcher: string;
  /** Link to the virtual environment that supervisor runs from. */
  tools: string;
  supervisorConfig: string;
  supervisorPid: string;
  supervisorSocket: string;
}

export function layout(root: string): Layout {
  const run = path.join(root, "run");
  const data = path.join(root, "data");
  return {
    root,
    run,
    data,
    releases: path.join(root, "releases"),
    venvs: path.join(root, "venvs"),
    backups: path.join(data, "backups"),
    logs: path.join(root, "logs"),
    programs: path.join(run, "conf.d"),
    pids: path.join(run, "pids"),
    children: path.join(run, "children"),
    launcher: path.join(run, "launch.py"),
    tools: path.join(run, "tools"),
    supervisorConfig: path.join(run, "supervisord.conf"),
    supervisorPid: path.join(run, "supervisord.pid"),
    supervisorSocket: socketPath(root, run),
  };
}

/** Makes the folders that every operation may write to; all of them are the owner's alone. */
export function prepare(root: string): Layout {
  const paths = layout(root);
  for (const folder of [root, paths.run, paths.programs, paths.pids, paths.children, paths.logs, paths.data]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  return paths;
}

export function specPath(paths: Layout, program: string): string {
  return path.join(paths.run, `${program}.json`);
}

export function programConfig(paths: Layout, program: string): string {
  return path.join(paths.programs, `${program}.conf`);
}

export function logPath(paths: Layout, name: string): string {
  return path.join(paths.logs, `${name}.log`);
}

function socketPath(root: string, run: string): string {
  const preferred = path.join(run, "supervisor.sock");
  if (Buffer.byteLength(preferred) <= LONGEST_SOCKET) return preferred;
  const key = createHash("sha256").update(root).digest("hex").slice(0, 12);
  return path.join(os.tmpdir(), `slipway-${os.userInfo().uid}-${key}`, "s.sock");
}
