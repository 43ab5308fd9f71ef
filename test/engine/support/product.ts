/** A project of its own in a temporary folder, with a small application, for tests that do what a user does. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { packageRoot } from "../../../components/package-root";
import { freePort } from "../../../providers/host/ports";
import { type Entry, entriesOf } from "./process-table";
import { Project } from "./project";
import { until } from "./wait";

const FIXTURE = path.join(packageRoot, "test", "apps", "fixtures", "product");
const STACK = "dev";

/** Sections of a stack file, without their namespace. */
export type Sections = Record<string, unknown>;

/** Part of what `up --json` says. */
export interface UpAnswer {
  changed: boolean;
  changes: { operation: string; name: string; properties: { path: string }[] }[];
  outputs: Record<string, unknown>;
}

/** What `status --json` says. */
export interface StatusAnswer {
  healthy: boolean;
  processes: { name: string; running: boolean; pid?: number; release?: string }[];
}

export class Product extends Project {
  readonly app = path.join(this.folder, "app");
  /** Holds the files at which processes of the application wait; see gate.py. */
  readonly gates = path.join(this.folder, "gates");
  readonly root = this.rootOf(STACK);
  readonly url: string;
  /** Processes that were seen at a gate. */
  private readonly seen = new Set<string>();

  private constructor(
    readonly port: number,
    by: readonly string[] | undefined,
  ) {
    super(by);
    this.url = `http://127.0.0.1:${port}`;
    mkdirSync(this.gates);
    cpSync(FIXTURE, this.app, { recursive: true, filter: (file) => !file.includes("__pycache__") });
  }

  /**
   * A project with the fixture's application as stack `dev`, on a free port.
   *
   * @param by command and words that `slipway` is started by
   */
  static async make(by?: readonly string[]): Promise<Product> {
    const product = new Product(await freePort(), by);
    product.configure(product.sections());
    return product;
  }

  /** The config that fits the fixture. */
  sections(): Sections & { app: Sections; processes: Sections; local: Sections; env: Sections } {
    return {
      app: {
        name: "product",
        source: "app",
        entry: "app:create_app",
        celery: "jobs:celery",
        migrate: "alembic upgrade head",
        health: { live: "/", ready: "/health" },
      },
      server: { accessLog: false },
      processes: { web: { count: 2 }, worker: { count: 1, concurrency: 1 }, beat: {} },
      env: { GATES: this.gates, INSTANCE: "{instance}" },
      targets: ["local"],
      local: { port: this.port, broker: { kind: "embedded" } },
    };
  }

  configFile(stack = STACK): string {
    return path.join(this.folder, `Pulumi.${stack}.yaml`);
  }

  /** Writes a stack's config file. */
  configure(sections: Sections, stack = STACK): void {
    const named = Object.entries(sections).map(([key, value]) => [`slipway:${key}`, value]);
    writeFileSync(this.configFile(stack), stringify({ config: Object.fromEntries(named) as Sections }));
  }

  /** Writes a file of the application; undefined removes it. */
  write(file: string, text: string | undefined): void {
    if (text === undefined) rmSync(path.join(this.app, file), { recursive: true });
    else writeFileSync(path.join(this.app, file), text);
  }

  read(file: string): string {
    return readFileSync(path.join(this.app, file), "utf8");
  }

  /** Makes the next release say that it is `version`. */
  setVersion(version: string): void {
    this.write("templates/version.txt", `${version}\n`);
  }

  /** Runs `slipway`, which has to end well, and reads its JSON. */
  async json<T>(...words: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.slipway(...words, "--json");
    if (code !== 0) throw new Error(`slipway ${words.join(" ")} ended with ${code}:\n${stderr}`);
    return JSON.parse(stdout) as T;
  }

  up(): Promise<UpAnswer> {
    return this.json<UpAnswer>("up", "--yes");
  }

  status(): Promise<StatusAnswer> {
    return this.json<StatusAnswer>("status");
  }

  /** The text of a page; what went wrong where there was no answer. */
  async page(where = "/"): Promise<string> {
    return fetch(`${this.url}${where}`, { headers: { connection: "close" } }).then(
      (response) => response.text(),
      (error: unknown) => `no answer: ${String(error)}`,
    );
  }

  /** Adds a note, by way of the worker when `later`. */
  async addNote(text: string, later = false): Promise<void> {
    const body = new URLSearchParams({ text, ...(later && { later: "yes" }) });
    const { status } = await fetch(`${this.url}/notes`, { method: "POST", body });
    if (status !== 202) throw new Error(`POST /notes answered ${status}`);
  }

  async notes(): Promise<string[]> {
    return JSON.parse(await this.page("/notes")) as string[];
  }

  /** The version that the page says; undefined when it says none. */
  async serving(): Promise<string | undefined> {
    return /<b>(.*)<\/b>/.exec(await this.page())?.[1];
  }

  /** The stack's state as it is on disk. */
  stateText(stack = STACK): string {
    return readFileSync(this.stateFile(stack), "utf8");
  }

  stateFile(stack = STACK): string {
    return path.join(this.folder, ".slipway", "state", ".pulumi", "stacks", "slipway", `${stack}.json`);
  }

  /** What the state says that runs in this role; undefined when it knows of nothing. */
  deployed(role: string): Sections | undefined {
    const { checkpoint } = JSON.parse(this.stateText()) as {
      checkpoint: { latest: { resources?: { urn: string; outputs: Sections }[] } };
    };
    const found = checkpoint.latest.resources?.find(({ urn }) => urn.endsWith(`:Program::product-${role}`));
    if (found === undefined) return undefined;
    const { version, release, running } = found.outputs;
    return { version, release, running };
  }

  /** Process id of supervisord. */
  supervisord(stack = STACK): number {
    return Number(readFileSync(path.join(this.rootOf(stack), "run", "supervisord.pid"), "utf8"));
  }

  /** All processes that have to do with this project, the command line itself included. */
  processes(): Entry[] {
    return entriesOf(this.folder);
  }

  /** Those that are no supervisord and that none has started. */
  strays(): Entry[] {
    const all = this.processes();
    const supervised = new Set(all.filter(({ command }) => command.includes("supervisord -c")).map(({ pid }) => pid));
    for (let size = 0; size !== supervised.size;) {
      size = supervised.size;
      for (const { pid, parent } of all) if (supervised.has(parent)) supervised.add(pid);
    }
    return all.filter(({ pid }) => !supervised.has(pid));
  }

  /** Command lines of the strays that stay longer than a command needs to end. */
  async lastingStrays(): Promise<string[]> {
    await until("no stray process is left", () => this.strays().length === 0, 20).catch(() => undefined);
    return this.strays().map(({ command }) => command);
  }

  /** Holds the process `name` of release `version` where it starts. */
  holdAt(name: string, version: string): void {
    writeFileSync(path.join(this.gates, `${name}@${version}`), "");
  }

  letGo(name: string, version: string): void {
    rmSync(path.join(this.gates, `${name}@${version}`), { force: true });
  }

  /** Waits until a process stands at its gate that did not stand there before. */
  async held(name: string, version: string): Promise<void> {
    const sign = path.join(this.gates, `${name}@${version}.reached`);
    await until(`${name} of ${version} stands at its gate`, () => {
      const pid = existsSync(sign) ? readFileSync(sign, "utf8") : "";
      return pid !== "" && !this.seen.has(pid) && this.seen.add(pid).size > 0;
    });
  }
}
