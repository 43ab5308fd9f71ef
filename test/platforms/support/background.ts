/** Commands that run beside a test, each in a process group of its own, with what they have written. */
import { type ChildProcess, spawn } from "node:child_process";
import { signalGroup } from "../../../providers/host/processes";
import { until } from "../../engine/support/wait";

export interface BackgroundOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
  /** User that it runs as. @default the caller */
  uid?: number;
}

export class Background {
  /** Both output streams so far. */
  output = "";
  private readonly child: ChildProcess;
  private code: number | null | undefined;

  constructor([command = "", ...words]: readonly string[], options: BackgroundOptions) {
    this.child = spawn(command, words, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding("utf8").on("data", (data: string) => (this.output += data));
    this.child.once("error", (error) => {
      this.output += String(error);
      this.code = null;
    });
    this.child.once("close", (code) => (this.code = code));
  }

  /** Waits for its end. @returns the exit code, null after a signal */
  async ended(seconds: number): Promise<number | null> {
    await until(`the end of ${this.child.spawnargs.join(" ")}; it wrote ${this.output}`, () => this.isOver, seconds);
    return this.code ?? null;
  }

  get isOver(): boolean {
    return this.code !== undefined;
  }

  /** Signals everything in its group, as a platform does that ends a machine. */
  signal(signal: NodeJS.Signals): void {
    if (this.child.pid !== undefined) signalGroup(this.child.pid, signal);
  }

  /** Signals the process that was started, and leaves it to that one to tell the others. */
  signalFirst(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it, by force where it does not go by itself. */
  async stop(signal: NodeJS.Signals = "SIGTERM", seconds = 15): Promise<void> {
    this.signal(signal);
    await this.ended(seconds).catch(() => this.signal("SIGKILL"));
    await this.ended(5);
  }
}
