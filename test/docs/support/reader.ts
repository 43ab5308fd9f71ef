/** Somebody who does what a document says: its commands, in their order, by a shell, in a checkout's place. */
import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../../components/package-root";
import { Running, type Ended } from "../../engine/support/running";
import { commandsOf, type Step } from "./documents";
import { missingLines } from "./shape";

/** Programs that the documents name and nobody starts here, and why. */
export const NOT_STARTED: Readonly<Record<string, string>> = {
  alias: "is for a person's own shell",
  cd: "is where the reader stands already",
  docker: "is started by the tests of images and of Compose",
  git: "needs a repository of the reader's",
  heroku: "needs an account",
  honcho: "is started by the tests of Compose",
  npm: "would install, test or clean up the checkout that is tested",
  npx: "would run tests in a test",
  pulumi: "needs its language host, which cannot be had everywhere",
  python: "starts a server, as the tests of apps do",
  rm: "would clean up the checkout that is tested",
  uv: "would ask the package index",
};

/** Commands of Slipway that would start one of those programs, or what belongs to it, for real. */
const NEEDS_THEM: readonly RegExp[] = [/^slipway rehearse .*--real docker/, /^slipway scan /];

/** Runs a command in a terminal, and types what it is told to. */
const TERMINAL = path.join(packageRoot, "test", "engine", "support", "terminal.py");

/** Commands that ask before they change something. */
const ASKS = /^slipway (up|destroy|rollback|restore .*--live|promote|stop .*--purge)\b(?!.*(--yes|-y\b))/;

/** How a person answers, where something is asked: the text that is waited for, and the key. */
const YES = JSON.stringify([["Yes", "\r", true]]);

/** Commands that end only when they are told to. */
const FOLLOWS = /^slipway logs .*(--follow|-f)\b/;

/** What is not here as it is where the document is read. */
export interface Differences {
  /** Done before the first command of each block. */
  before?: () => Promise<void>;
  /** What stands for a command whose names or ids are samples; may do first what the command takes for done. */
  instead?: (line: string) => string | Promise<string>;
  /** What is given to a command that asks for a secret. */
  secret?: (line: string) => string;
}

export class Reader {
  readonly home: string;
  private readonly environment: NodeJS.ProcessEnv;
  /** Lines that set something for those after them. */
  private readonly settings: string[] = [];

  /**
   * @param folder the project, in place of the checkout
   * @param environment what the command line works with
   */
  constructor(
    private readonly folder: string,
    environment: NodeJS.ProcessEnv,
  ) {
    this.home = path.join(folder, "home");
    const programs = path.join(folder, "programs");
    this.environment = {
      ...environment,
      HOME: this.home,
      PATH: `${programs}${path.delimiter}${environment["PATH"] ?? ""}`,
      XDG_CACHE_HOME: environment["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"),
    };
    this.program("slipway", `exec "${process.execPath}" "${path.join(packageRoot, "bin", "slipway.mjs")}" "$@"`);
    // What documents call ~/src/shop.
    const app = path.join(packageRoot, "test", "apps", "fixtures", "own", "factory-requirements");
    cpSync(app, path.join(this.home, "src", "shop"), { recursive: true });
  }

  /** Puts a program on the reader's PATH. */
  program(name: string, script: string): void {
    const file = path.join(this.folder, "programs", name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** Runs every command of a document, each of which has to end well and to print what the page shows. */
  async follow(document: string, differences: Differences = {}): Promise<void> {
    let block = "";
    for (const step of commandsOf(document)) {
      if (step.at !== block) await differences.before?.();
      block = step.at;
      await this.take(step, differences);
    }
  }

  /** Runs a line by the shell, to its end. */
  run(line: string, input = ""): Promise<Ended> {
    return this.start(line, input).ended;
  }

  private async take(step: Step, { instead, secret }: Differences): Promise<void> {
    if (programOf(step.line) in NOT_STARTED || NEEDS_THEM.some((pattern) => pattern.test(step.line))) return;
    const line = (await instead?.(step.line)) ?? step.line;
    if (line.startsWith("export ")) this.settings.push(line);
    const { code, stdout, stderr } = await this.ended(line, secret?.(line) ?? "");
    expect(code, `${step.at}: ${line}\n${stdout}${stderr}`).to.equal(0);
    // What the commands of a block come to together has no faults.
    if (step.last) expect(stdout + stderr, `${step.at}: ${line}`).not.to.match(/faults? in the config/);
    expect(missingLines(step.shown, stdout + stderr), `${step.at}: ${line}\n${stdout}${stderr}`).to.deep.equal([]);
  }

  private async ended(line: string, input: string): Promise<Ended> {
    if (ASKS.test(line)) return this.start(line, "", ["python3", TERMINAL, YES]).ended;
    if (!FOLLOWS.test(line)) return this.run(line, input);
    const following = this.start(line);
    following.answer(/\n/, () => {
      following.signalGroup("SIGINT");
    });
    const { code, signal, ...said } = await following.ended;
    return { code: signal === "SIGINT" ? 0 : code, signal, ...said };
  }

  private start(line: string, input: string | null = "", wrap: readonly string[] = []): Running {
    const script = [...this.settings, line].join("\n");
    return new Running([...wrap, "bash", "-ec", script], this.folder, this.environment, input);
  }
}

function programOf(line: string): string {
  return /^(?:[A-Z_]+=\S* )*(\S+)/.exec(line)?.[1] ?? "";
}
