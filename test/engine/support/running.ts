import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

const LONGEST_MS = 300_000;

/** How a command ended. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A command under way, in a process group of its own. */
export class Running {
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly text = { stdout: "", stderr: "" };

  /** @param input standard input; empty when not given, null for one that stays open */
  constructor(
    [command = "", ...words]: readonly string[],
    cwd: string,
    env: NodeJS.ProcessEnv,
    input: string | null = "",
  ) {
    const child = spawn(command, words, { cwd, env, detached: true, stdio: "pipe" });
    this.child = child;
    const { text } = this;
    child.stdout.setEncoding("utf8").on("data", (data: string) => (text.stdout += data));
    child.stderr.setEncoding("utf8").on("data", (data: string) => (text.stderr += data));
    // A command that ends at once does not read what it is given.
    child.stdin.on("error", () => undefined);
    if (input !== null) child.stdin.end(input);
    const late = setTimeout(() => this.signalGroup("SIGKILL"), LONGEST_MS);
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        clearTimeout(late);
        resolve({ code, signal, ...text });
      });
    });
  }

  /** All that it has printed so far. */
  get said(): string {
    return this.text.stdout + this.text.stderr;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error("The command could not be started.");
    return this.child.pid;
  }

  /** Writes to a standard input that stays open. */
  type(keys: string): void {
    this.child.stdin.write(keys);
  }

  /** Types, or does, something when what it has said so far is like `pattern`; once. */
  answer(pattern: RegExp, what: string | (() => void)): void {
    let said = "";
    const listen = (data: string): void => {
      said += data;
      if (!pattern.test(said)) return;
      for (const stream of [this.child.stdout, this.child.stderr]) stream.off("data", listen);
      if (typeof what === "string") this.type(what);
      else what();
    };
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on("data", listen);
  }

  /** As a terminal does when Ctrl-C is typed: to everything in the foreground. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }
}
