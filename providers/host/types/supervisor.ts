import { lstat, mkdir, rename, rm, symlink } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { type Ending, start as startChild } from "../children";
import { namesIn, removeAll, writeWhole } from "../files";
import { endRecorded } from "../groups";
import { type Layout, layout, logPath, prepare } from "../paths";
import { birthOf, endGroups, processes } from "../processes";
import type { Context, ResourceType } from "../resource";
import type { SupervisorInputs, SupervisorOutputs } from "../resources";
import * as rules from "../rules";
import { baseEnvironment } from "../specs";
import { STARTING, STOPPED, Supervisord } from "../supervisord";
import { renderConfig } from "../templates";
import { until } from "../wait";

const START_SECONDS = 20;
const SHUTDOWN_SECONDS = 600;
const GRACE_SECONDS = 10;
const SETTLE_SECONDS = 30;

export const supervisor: ResourceType<SupervisorInputs, SupervisorOutputs> = {
  rules: { root: rules.root, virtualenv: rules.folder },
  watched: true,
  changes: (found, { outputs }) =>
    outputs.running === false ? [...found, { path: "running", kind: "update" }] : found,
  plan: () => ({ running: true }),
  id: ({ root }) => layout(root).supervisorConfig,
  create: (inputs, context) => bringUp(inputs, false, context),
  update: (inputs, old, context) => bringUp(inputs, inputs.virtualenv !== old.inputs.virtualenv, context),
  read: async (kept) => ({ ...kept, running: (await new Supervisord(layout(kept.root)).pid()) !== undefined }),
  delete: async ({ root }) => {
    const paths = layout(root);
    await bringDown(paths);
    await removeAll(paths.supervisorConfig, paths.supervisorPid, paths.supervisorSocket, paths.tools, paths.launcher);
    await removeAll(paths.programs, paths.pids);
  },
};

async function bringUp(inputs: SupervisorInputs, restart: boolean, { signal }: Context): Promise<SupervisorOutputs> {
  const paths = prepare(inputs.root);
  const supervisord = new Supervisord(paths);
  if (restart) await bringDown(paths);
  if ((await supervisord.pid()) === undefined) {
    // Processes of a supervisord that was killed still hold their ports and files.
    await bringDown(paths);
    await configure(paths, inputs.virtualenv);
    await start(paths, supervisord, signal);
  }
  return { ...inputs, running: true };
}

async function configure(paths: Layout, virtualenv: string): Promise<void> {
  const link = `${paths.tools}.new`;
  await rm(link, { force: true });
  await symlink(virtualenv, link);
  await rename(link, paths.tools);
  await secureSocketFolder(paths);
  const text = renderConfig("supervisord.conf", {
    run: paths.run,
    logs: paths.logs,
    log: logPath(paths, "supervisord"),
    pid: paths.supervisorPid,
    socket: paths.supervisorSocket,
  });
  await writeWhole(paths.supervisorConfig, text);
}

/** Only the owner may talk to supervisord, also where its socket has to lie in a folder that everybody can write to. */
async function secureSocketFolder(paths: Layout): Promise<void> {
  const folder = path.dirname(paths.supervisorSocket);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stat = await lstat(folder);
  if (stat.isDirectory() && stat.uid === os.userInfo().uid && (stat.mode & 0o077) === 0) return;
  throw new Error(
    `${folder} has to be a folder of yours that nobody else can use: remove it, then run \`slipway up\` again.`,
  );
}

async function start(paths: Layout, supervisord: Supervisord, signal: AbortSignal): Promise<void> {
  const argv = [
    path.join(paths.tools, "bin", "python"),
    path.join(paths.tools, "bin", "supervisord"),
    "-c",
    paths.supervisorConfig,
  ];
  const log = logPath(paths, "supervisord-start");
  const command = { root: paths.root, argv, cwd: paths.run, environment: baseEnvironment(), log };
  const child = await startChild(command);
  let ending: Ending | undefined;
  void child.ended.then((how) => (ending = how));
  const up = await until(START_SECONDS, signal, async () => {
    if (ending !== undefined && ending.code !== 0) return false;
    return (await supervisord.pid()) === undefined ? undefined : true;
  });
  // Not before it answers: until then, the daemon may still be in the process group of the command.
  await child.stop();
  if (up === true) return settle(supervisord, signal);
  const said = (await child.lines(10)).map((line) => `    ${line}`).join("\n");
  await bringDown(paths);
  const how = up === false ? ending?.how : `no answer within ${START_SECONDS} s`;
  throw new Error(`supervisord did not start (${how}):\n${said}\nIts log: ${logPath(paths, "supervisord")}`);
}

/** Lets the programs that start with supervisord come up, so that what follows finds them as they will be. */
async function settle(supervisord: Supervisord, signal: AbortSignal): Promise<void> {
  await until(SETTLE_SECONDS, signal, async () => {
    const all = await supervisord.processes();
    return all.some(({ state }) => state === STARTING || state === STOPPED) ? undefined : true;
  });
}

/** Ends supervisord and every process it started; returns when none is left, even if it was dead already. */
export async function bringDown(paths: Layout): Promise<void> {
  const supervisord = new Supervisord(paths);
  const pid = await supervisord.pid();
  if (pid !== undefined) {
    await supervisord.shutdown();
    const gone = async () => ((await birthOf(pid)) === undefined ? true : undefined);
    await until(SHUTDOWN_SECONDS, new AbortController().signal, gone);
  }
  const left = await ownLastPid(paths, supervisord);
  if (left !== undefined) await endGroups(paths.root, [left], GRACE_SECONDS);
  await endRecorded(paths, await namesIn(paths.pids), GRACE_SECONDS);
  const sockets = path.dirname(paths.supervisorSocket);
  if (sockets !== paths.run) await removeAll(sockets);
}

/** The supervisord that the pid file names, if it is alive although it does not answer, and not somebody else by now. */
async function ownLastPid(paths: Layout, supervisord: Supervisord): Promise<number | undefined> {
  const last = await supervisord.lastPid();
  const info = (await processes()).find(({ pid }) => pid === last);
  return info?.command.includes(paths.supervisorConfig) === true ? info.pid : undefined;
}
