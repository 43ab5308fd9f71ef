/** Whether a supervised process has become ready, and what to say when it has not. */
import * as http from "node:http";
import { isThere, lastLines, removeAll, sizeOf } from "./files";
import { type Layout, logPath } from "./paths";
import { RUNNING, STARTING, STOPPED, type SupervisedProcess, type Supervisord } from "./supervisord";
import { until } from "./wait";

const LOG_LINES = 15;
const ANSWER_SECONDS = 5;

export interface Readiness {
  /** Seconds that each process has. */
  startTimeout: number;
  /** File that the process touches once it is ready; `{instance}` in it becomes the process's name. */
  heartbeat?: string | undefined;
  /** Asked until it finds nothing to complain of, when all processes run; gives the complaint. */
  complaint?: (() => Promise<string | undefined>) | undefined;
}

/** A process that is about to be started. */
export interface Start {
  name: string;
  /** What is in its log already. */
  offset: number;
  heartbeat: string | undefined;
}

/** A process did not become ready. */
class NotReady extends Error {
  constructor(
    message: string,
    readonly start: Start,
  ) {
    super(message);
  }
}

/** To be called before the process `name` is started: what it leaves from then on is its own. */
export async function expectStart(paths: Layout, name: string, readiness: Readiness): Promise<Start> {
  const heartbeat = readiness.heartbeat?.replaceAll("{instance}", name);
  if (heartbeat !== undefined) await removeAll(heartbeat);
  return { name, heartbeat, offset: await sizeOf(logPath(paths, name)) };
}

/**
 * Waits until a started process is ready.
 *
 * @throws Error as soon as it ends, or when it is not ready in time
 */
export async function awaitReady(
  supervisord: Supervisord,
  start: Start,
  { startTimeout }: Readiness,
  signal: AbortSignal,
): Promise<void> {
  let pid = 0;
  const ready = await until(startTimeout, signal, async () => {
    const info = (await supervisord.processes()).find(({ name }) => name === start.name);
    const upOrComing = info !== undefined && [STOPPED, STARTING, RUNNING].includes(info.state);
    if (!upOrComing || (pid !== 0 && info.pid !== pid)) throw ended(start, info);
    pid = info.pid;
    if (info.state !== RUNNING) return undefined;
    return start.heartbeat === undefined || (await isThere(start.heartbeat)) ? true : undefined;
  });
  if (ready === true) return;
  const missing = start.heartbeat === undefined ? "it does not stay up" : `it did not touch ${start.heartbeat}`;
  throw new NotReady(`${start.name} was not ready within ${startTimeout} s: ${missing}.`, start);
}

function ended(start: Start, info: SupervisedProcess | undefined): NotReady {
  const problem = info?.problem ? ` (${info.problem})` : "";
  return new NotReady(`${start.name} ended during its start${problem}.`, start);
}

/**
 * Waits until the started processes serve as they should.
 *
 * @throws Error when one of them ends meanwhile, or the complaint stays until the time is up
 */
export async function awaitService(
  supervisord: Supervisord,
  starts: readonly Start[],
  { complaint, startTimeout }: Readiness,
  signal: AbortSignal,
): Promise<void> {
  const [first] = starts;
  if (complaint === undefined || first === undefined) return;
  let last: string | undefined;
  const well = await until(startTimeout, signal, async () => {
    last = await complaint();
    if (last === undefined) return true;
    const all = await supervisord.processes();
    const down = starts.find(({ name }) => all.find((info) => info.name === name)?.state !== RUNNING);
    if (down !== undefined) throw ended(down, undefined);
    return undefined;
  });
  if (well !== true) throw new NotReady(`${last} for ${startTimeout} s.`, first);
}

/** Complains unless the URL is answered with a status below 500. */
export async function httpComplaint(url: string): Promise<string | undefined> {
  const answer = await ask(url);
  return isFine(answer) ? undefined : `${url} gave ${answer}; allowed: a status below 500;`;
}

export function isFine(answer: string): boolean {
  return /^[1-4]\d\d$/.test(answer);
}

/** The status of the answer, or the problem, as text. */
export function ask(url: string): Promise<string> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false, timeout: ANSWER_SECONDS * 1000 }, (response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${ANSWER_SECONDS} s`)));
    request.on("error", (error) => resolve(error.message));
  });
}

/** The failure in words, with what the process wrote last. */
export async function describeFailure(paths: Layout, cause: unknown): Promise<string> {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (!(cause instanceof NotReady)) return message;
  const log = logPath(paths, cause.start.name);
  const lines = await lastLines(log, LOG_LINES, cause.start.offset);
  const shown =
    lines.length === 0 ? "It wrote nothing." : `Its last lines:\n${lines.map((line) => `    ${line}`).join("\n")}`;
  return `${message} ${shown}\nThe whole log: ${log}`;
}
