// Runs the commands of the tests so that none outlives them.
import { AsyncLocalStorage } from "node:async_hooks";
import { spawn } from "node:child_process";
import process from "node:process";

/** A command that has not ended after this time is stopped, and has failed. */
const timeLimitMs = 30 * 60_000;

/** How long a stopped command may clean up before it is killed. */
const graceMs = 20_000;

const running = new Set();

/** Set by Ctrl-C and by SIGTERM: no further command is started. */
export let interrupted = false;

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    interrupted = true;
    for (const child of running) stop(child, signal);
  });
}

/** The file that the output of commands goes to, of what runs in it; ours where there is none. */
export const output = new AsyncLocalStorage();

/**
 * Runs a command with its output going to ours, or to the file of {@link output}.
 *
 * @returns true if it ended well
 */
export function run(command, args, { cwd, env = {} }) {
  if (interrupted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const place = output.getStore() ?? "inherit";
    // A process group of its own, to be stopped with all that it has started.
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", place, place],
      detached: true,
    });
    running.add(child);
    const limit = setTimeout(() => {
      console.error(`${command} ${args.join(" ")} is stopped: not finished after ${timeLimitMs / 60_000} minutes`);
      stop(child, "SIGTERM");
    }, timeLimitMs);
    const ended = (well) => {
      clearTimeout(limit);
      running.delete(child);
      resolve(well);
    };
    child.on("error", (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      ended(false);
    });
    child.on("exit", (code) => {
      // What it has left behind.
      signalGroup(child, "SIGKILL");
      ended(code === 0 && !interrupted);
    });
  });
}

function stop(child, signal) {
  signalGroup(child, signal);
  setTimeout(() => signalGroup(child, "SIGKILL"), graceMs).unref();
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: all of the group have ended.
    if (error.code !== "ESRCH") throw error;
  }
}
