/** The supervisord of one stack, as its XML-RPC interface shows it. */
import { hasCode, readIfThere } from "./files";
import type { Layout } from "./paths";
import { RpcFault, type RpcValue, callRpc } from "./xmlrpc";
import { isObject } from "../protocol/values";

/** Supervisor's process states. */
export const STOPPED = 0;
export const STARTING = 10;
export const RUNNING = 20;
/** It has ended too soon after its start, and is about to be started again. */
export const BACKOFF = 30;

const FAULT = { badName: 10, notRunning: 70, alreadyStarted: 60, alreadyAdded: 90, stillRunning: 91 } as const;

export interface SupervisedProcess {
  group: string;
  name: string;
  state: number;
  /** In words, such as `FATAL`. */
  stateName: string;
  /** 0 when it is not running. */
  pid: number;
  /** When it was last started, in seconds since 1970. */
  startedAt: number;
  /** Why it could not be started. */
  problem: string;
}

export class Supervisord {
  constructor(private readonly paths: Layout) {}

  private call(method: string, ...params: RpcValue[]): Promise<RpcValue> {
    return callRpc(this.paths.supervisorSocket, `supervisor.${method}`, ...params);
  }

  /** Process id of the supervisord that answers; undefined when none does. */
  async pid(): Promise<number | undefined> {
    const answer = await ifReachable(this.call("getPID"));
    return answer === undefined ? undefined : Number(answer);
  }

  /** Process id that the last supervisord wrote down, whether it is alive or not. */
  async lastPid(): Promise<number | undefined> {
    const pid = Number.parseInt((await readIfThere(this.paths.supervisorPid)) ?? "", 10);
    return pid > 1 ? pid : undefined;
  }

  /** All processes under supervision; none when no supervisord answers. */
  async processes(): Promise<SupervisedProcess[]> {
    const answer = await ifReachable(this.call("getAllProcessInfo"));
    return (Array.isArray(answer) ? answer : []).map(toProcess);
  }

  /** Reads the configuration anew and says what is to be done with the group. */
  async reload(group: string): Promise<"added" | "changed" | "removed" | "same"> {
    const answer = await this.call("reloadConfig");
    const lists = Array.isArray(answer) ? answer[0] : undefined;
    const names = (index: number) => {
      const list = Array.isArray(lists) ? lists[index] : undefined;
      return Array.isArray(list) ? list.map(String) : [];
    };
    if (names(0).includes(group)) return "added";
    if (names(1).includes(group)) return "changed";
    return names(2).includes(group) ? "removed" : "same";
  }

  async add(group: string): Promise<void> {
    await except(this.call("addProcessGroup", group), FAULT.alreadyAdded);
  }

  /** Stops the group's processes, waits until they have ended, and forgets the group. */
  async remove(group: string): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      await except(this.call("stopProcessGroup", group, true), FAULT.badName);
      try {
        await except(this.call("removeProcessGroup", group), FAULT.badName);
        return;
      } catch (error) {
        // A process that had just crashed may have been started again in between.
        if (tries === 5 || !(error instanceof RpcFault && error.code === FAULT.stillRunning)) throw error;
      }
    }
  }

  /** Asks for a start; whether it succeeds shows later. */
  async start(process: string): Promise<void> {
    await except(this.call("startProcess", process, false), FAULT.alreadyStarted);
  }

  /** Returns when the process has ended. */
  async stop(process: string): Promise<void> {
    await except(this.call("stopProcess", process, true), FAULT.notRunning);
  }

  async shutdown(): Promise<void> {
    await this.call("shutdown");
  }
}

async function ifReachable(call: Promise<RpcValue>): Promise<RpcValue | undefined> {
  try {
    return await call;
  } catch (error) {
    if (hasCode(error, "ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOTSOCK")) return undefined;
    throw error;
  }
}

async function except(call: Promise<RpcValue>, code: number): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof RpcFault) || error.code !== code) throw error;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function toProcess(value: RpcValue): SupervisedProcess {
  const info = isObject(value) ? value : {};
  return {
    group: textOf(info["group"]),
    name: textOf(info["name"]),
    state: Number(info["state"]),
    stateName: textOf(info["statename"]),
    pid: Number(info["pid"]),
    startedAt: Number(info["start"]),
    problem: textOf(info["spawnerr"]),
  };
}
