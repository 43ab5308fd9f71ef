/** A folder of stacks of its own, and the command line working on it as its user would. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { stringify } from "yaml";
import { packageRoot } from "../../../components/package-root";

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class Project {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "slipway-project-")));
  readonly environment = {
    ...process.env,
    SLIPWAY_PROJECT: this.folder,
    XDG_CONFIG_HOME: path.join(this.folder, "config"),
    NO_COLOR: "1",
  };

  constructor() {
    const provider = { name: "host", path: path.join(packageRoot, "providers", "host") };
    const file = { name: "slipway", runtime: "nodejs", plugins: { providers: [provider] } };
    writeFileSync(path.join(this.folder, "Pulumi.yaml"), stringify(file));
  }

  /** Makes a folder of the project. */
  subfolder(...names: string[]): string {
    const folder = path.join(this.folder, ...names);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Runs the command line to its end. */
  slipway(...words: string[]): Promise<Ran> {
    return this.run(process.execPath, [path.join(packageRoot, "bin", "slipway.mjs"), ...words]);
  }

  /** Runs a command in the project's folder, with nobody to answer it. */
  run(command: string, words: readonly string[]): Promise<Ran> {
    const child = spawn(command, words, { cwd: this.folder, env: this.environment, stdio: ["ignore", "pipe", "pipe"] });
    const ran = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (ran.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (ran.stderr += text));
    return new Promise((resolve, reject) => {
      child.once("error", reject).once("close", (code) => {
        resolve({ code, ...ran });
      });
    });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits until `look` finds something; fails with what it saw last. */
export async function eventually<T>(what: string, seconds: number, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await setTimeout(200);
  }
}
