/** Groups of supervised processes: written down, started, replaced one by one, put back, removed. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { namesIn, readIfThere, removeAll, sizeOf, writeWhole } from "./files";
import { type Layout, logPath, programConfig, specPath } from "./paths";
import { endGroups } from "./processes";
import { type Readiness, type Start, awaitService, awaitReady, describeFailure, expectStart } from "./readiness";
import type { LaunchSpec } from "./specs";
import { RUNNING, STARTING, Supervisord } from "./supervisord";
import { renderConfig, templatePath } from "./templates";
import { until } from "./wait";

/** Number of the process that only keeps a group's listening socket open; see launch.py. */
const SOCKET_KEEPER = -1;
const SETTLE_SECONDS = 3;

/** True for a process that only holds a group's socket open for the others: no process of the application. */
export function isSocketKeeper({ name, group }: { name: string; group: string }): boolean {
  return name === `${group}-${SOCKET_KEEPER}`;
}

export interface Group extends Readiness {
  name: string;
  count: number;
  spec: LaunchSpec;
  stopTimeout: number;
  /** Lower ones start first and stop last. */
  priority: number;
  listen?: { host: string; port: number } | undefined;
}

/** The two files that define a group; undefined for a group that does not exist. */
interface Definition {
  spec: string | undefined;
  config: string | undefined;
}

function instancesOf({ name, count }: Group): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}

function configOf(paths: Layout, group: Group): string | undefined {
  if (group.count === 0) return undefined;
  const words = [path.join(paths.tools, "bin", "python"), "-IS", paths.launcher, specPath(paths, group.name)];
  const { name, listen, stopTimeout, priority } = group;
  return renderConfig("program.conf", {
    name,
    stopTimeout,
    priority,
    kind: listen === undefined ? "program" : "fcgi-program",
    socket: listen === undefined ? "" : `socket = tcp://${listen.host}:${listen.port}\n`,
    command: words.map((word) => `"${word.replaceAll(/["\\]/g, "\\$&")}"`).join(" "),
    numprocs: listen === undefined ? group.count : group.count + 1,
    first: listen === undefined ? 0 : SOCKET_KEEPER,
  }).replace(/^command = .*$/m, "$& %(process_num)d");
}

async function definition(paths: Layout, name: string): Promise<Definition> {
  const [spec, config] = await Promise.all([
    readIfThere(specPath(paths, name)),
    readIfThere(programConfig(paths, name)),
  ]);
  return { spec, config };
}

async function define(paths: Layout, name: string, { spec, config }: Definition): Promise<void> {
  const files = [
    [specPath(paths, name), spec],
    [programConfig(paths, name), config],
  ] as const;
  for (const [file, text] of files) {
    if (text === undefined) await removeAll(file);
    else await writeWhole(file, text);
  }
}

/**
 * Brings a group to what is wanted: new processes, or those whose spec changed replaced one after another, or those
 * found dead started again. Returns how many run.
 *
 * @throws Error with the failing process's last log lines; the group is then as it was before
 */
export async function applyGroup(paths: Layout, group: Group, signal: AbortSignal): Promise<number> {
  const supervisord = new Supervisord(paths);
  if ((await supervisord.pid()) === undefined) {
    throw new Error(`supervisord of ${paths.root} does not run: start it with \`slipway up\`.`);
  }
  await writeWhole(paths.launcher, await readFile(templatePath("launch.py"), "utf8"));
  const before = await definition(paths, group.name);
  const wanted = { spec: `${JSON.stringify(group.spec)}\n`, config: configOf(paths, group) };
  try {
    await define(paths, group.name, wanted);
    await realize(paths, supervisord, group, signal);
  } catch (error) {
    await putBack(paths, supervisord, group, before, error);
  }
  return runningIn(paths, group.name, group.count);
}

/** Makes what runs match the group's files. */
async function realize(paths: Layout, supervisord: Supervisord, group: Group, signal: AbortSignal): Promise<void> {
  const names = instancesOf(group);
  const state = await supervisord.reload(group.name);
  if (state === "changed" || state === "removed") await supervisord.remove(group.name);
  const expected = () => Promise.all(names.map((name) => expectStart(paths, name, group)));
  if (state === "added" || state === "changed") {
    const starts = await expected();
    await supervisord.add(group.name);
    await Promise.all(starts.map((start) => awaitReady(supervisord, start, group, signal)));
    return awaitService(supervisord, starts, group, signal);
  }
  const starts: Start[] = [];
  for (const name of names) starts.push(await renew(paths, supervisord, name, group, signal));
  return awaitService(supervisord, starts, group, signal);
}

/** Replaces a process, unless it already runs from the spec as it is now. */
async function renew(
  paths: Layout,
  supervisord: Supervisord,
  name: string,
  group: Group,
  signal: AbortSignal,
): Promise<Start> {
  const [pid = "", digest] = ((await readIfThere(path.join(paths.pids, name))) ?? "").split("\n");
  const spec = (await readIfThere(specPath(paths, group.name))) ?? "";
  const info = (await supervisord.processes()).find((each) => each.name === name);
  const running = info?.state === RUNNING && info.pid === Number(pid);
  if (running && digest === createHash("sha256").update(spec).digest("hex")) {
    return { name, heartbeat: undefined, offset: await sizeOf(logPath(paths, name)) };
  }
  signal.throwIfAborted();
  await supervisord.stop(`${group.name}:${name}`);
  await endRecorded(paths, [name], 0);
  const start = await expectStart(paths, name, group);
  await supervisord.start(`${group.name}:${name}`);
  await awaitReady(supervisord, start, group, signal);
  return start;
}

/** After a failure: the group as it was, or no group if there was none. Always throws. */
async function putBack(
  paths: Layout,
  supervisord: Supervisord,
  group: Group,
  before: Definition,
  cause: unknown,
): Promise<never> {
  const message = await describeFailure(paths, cause);
  const never = new AbortController().signal;
  if (before.config === undefined || before.spec === undefined) {
    await removeGroup(paths, group.name);
    throw new Error(`${message}\n${group.name} was not running before, and is not running now.`);
  }
  await define(paths, group.name, before);
  const count = Number(/^numprocs = (\d+)$/m.exec(before.config)?.[1]) - (/^socket = /m.test(before.config) ? 1 : 0);
  const restored = { ...group, count, spec: JSON.parse(before.spec) as LaunchSpec };
  try {
    await realize(paths, supervisord, restored, never);
  } catch (error) {
    throw new NotRestored(
      `${message}\nThe release before could not be started again either: ${await describeFailure(paths, error)}`,
    );
  }
  throw new Error(`${message}\nThe release before keeps running.`);
}

/** The group is neither what was wanted nor what it was before. */
export class NotRestored extends Error {}

/** How many of `expected` processes run; ones that are just starting get a moment. 0 without a supervisord. */
export async function runningIn(paths: Layout, name: string, expected: number): Promise<number> {
  const supervisord = new Supervisord(paths);
  const count = async () => {
    const own = (await supervisord.processes()).filter((each) => each.group === name && /-\d+$/.test(each.name));
    const application = own.filter((each) => !isSocketKeeper(each));
    const running = application.filter(({ state }) => state === RUNNING).length;
    return { running, starting: application.some(({ state }) => state === STARTING) };
  };
  const settled = await until(SETTLE_SECONDS, new AbortController().signal, async () => {
    const { running, starting } = await count();
    return running >= expected || !starting ? running : undefined;
  });
  return settled ?? (await count()).running;
}

/** Ends the group's processes and forgets it; returns when none is left, with or without a supervisord. */
export async function removeGroup(paths: Layout, name: string): Promise<void> {
  const supervisord = new Supervisord(paths);
  await define(paths, name, { spec: undefined, config: undefined });
  if ((await supervisord.pid()) !== undefined) await supervisord.remove(name);
  const files = (await namesIn(paths.pids)).filter((file) => file.replace(/-+\d+$/, "") === name);
  await endRecorded(paths, files, 1);
}

/** Ends what the named pid files speak of, as far as it is still the stack's own, and removes the files. */
export async function endRecorded(paths: Layout, files: readonly string[], grace: number): Promise<void> {
  const texts = await Promise.all(files.map((file) => readIfThere(path.join(paths.pids, file))));
  const groups = texts.map((text) => Number.parseInt(text ?? "", 10)).filter((pid) => pid > 1);
  await endGroups(paths.root, groups, grace);
  await removeAll(...files.map((file) => path.join(paths.pids, file)));
}
