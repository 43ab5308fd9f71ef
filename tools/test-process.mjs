// Runs the commands of the tests so that none outlives them.
import { AsyncLocalStorage } from "node:async_hooks";
import { spawn } from "node:child_process";
import process from "node:process";

/** A command that has not ended after this time is stopped, and has failed. */
const timeLimitMs = 20 * 60_000;

/** How long output is waited for after the end of a command. */
const lastWordsMs = 2000;

/** How long a stopped command may clean up before it is killed. */
const graceMs = 20_000;

const running = new Set();

/** What the stage of the moment prints, where several run side by side: an array of texts and buffers. */
const collected = new AsyncLocalStorage();

/** Runs `action`; what it says and what its commands print is handed to `print` in one piece when it has ended. */
export async function inOnePiece(action, print) {
  const pieces = [];
  try {
    return await collected.run(pieces, action);
  } finally {
    print(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
  }
}

/** Prints a line, in its place among what the stage's commands print. */
export function say(line) {
  const pieces = collected.getStore();
  if (pieces === undefined) console.log(line);
  else pieces.push(`${line}\n`);
}

/** Set by Ctrl-C and by SIGTERM: no further command is started. */
export let interrupted = false;

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    interrupted = true;
    for (const child of running) stop(child, signal);
  });
}

/**
 * Runs a command with its output going to ours, or to its stage's.
 *
 * @returns true if it ended well
 */
export function run(command, args, { cwd, env = {} }) {
  if (interrupted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const pieces = collected.getStore();
    const output = pieces === undefined ? "inherit" : "pipe";
    // A process group of its own, to be stopped with all that it has started.
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", output, output],
      detached: true,
    });
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (piece) => pieces.push(piece));
    const limit = setTimeout(() => {
      say(`${command} ${args.join(" ")} is stopped: not finished after ${timeLimitMs / 60_000} minutes`);
      stop(child, "SIGTERM");
    }, timeLimitMs);
    const ended = (well) => {
      clearTimeout(limit);
      running.delete(child);
      resolve(well);
    };
    child.on("error", (error) => {
      say(`${command} could not be started: ${error.message}`);
      ended(false);
    });
    child.on("exit", (code) => {
      // What it has left behind.
      signalGroup(child, "SIGKILL");
      // Its last words may still be on their way; what it has detached could keep them open for good.
      const well = () => ended(code === 0 && !interrupted);
      const last = setTimeout(well, lastWordsMs);
      child.on("close", () => {
        clearTimeout(last);
        well();
      });
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
