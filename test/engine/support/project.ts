/** A folder of stacks of its own, and the command line working on it as its user would. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { packageRoot } from "../../../components/package-root";
import { endAll } from "./process-table";
import { type Ended, Running } from "./running";

const BIN = path.join(packageRoot, "bin", "slipway.mjs");

export class Project {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "slipway-test-")));
  readonly environment = {
    ...process.env,
    NO_COLOR: "1",
    SLIPWAY_PROJECT: this.folder,
    XDG_CONFIG_HOME: path.join(this.folder, "config"),
  };

  /** @param by command and words that `slipway` is started by */
  constructor(private readonly by: readonly string[] = []) {
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

  /** The folder that a stack keeps its files in. */
  rootOf(stack: string): string {
    return path.join(this.folder, ".slipway", stack);
  }

  /**
   * Starts `slipway`, without a terminal and in a process group of its own.
   *
   * @param options.wrap command and words that it is started by
   */
  start(words: readonly string[], options: { input?: string | null; wrap?: readonly string[] } = {}): Running {
    const argv = [...(options.wrap ?? this.by), process.execPath, BIN, ...words];
    return new Running(argv, this.folder, this.environment, options.input);
  }

  /** Runs `slipway` to its end. */
  slipway(...words: string[]): Promise<Ended> {
    return this.start(words).ended;
  }

  /** Runs a command in the project's folder, with nobody to answer it. */
  run(command: string, words: readonly string[]): Promise<Ended> {
    return new Running([command, ...words], this.folder, this.environment).ended;
  }

  /**
   * Ends every process of the project, however it is, and removes the folder.
   *
   * @param between what has to be done when no process is left, before the folder can be removed
   */
  async dispose(between: () => void = () => undefined): Promise<void> {
    await endAll(this.folder);
    between();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
