import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { renderProcfile } from "../../automation";
import { packageRoot } from "../../components/package-root";
import { freePort } from "../../providers/host/ports";
import { virtualenv } from "../../providers/host/types/virtualenv";
import { Browser } from "../engine/support/browser";
import { entriesOf, type Entry } from "../engine/support/process-table";
import { Project } from "../engine/support/project";
import { until } from "../engine/support/wait";
import { login, register, remind } from "../support/blog";
import { onPath } from "../support/docker/engine";

const absent = onPath("redis-server") ? "" : " (no redis-server)";
/** From PyPI; it has no requirements of its own. */
const HONCHO = "honcho==2.0.0\n";

/** Of the version that `heroku local` has a copy of. */
const FOREMAN = path.join(packageRoot, "node_modules", ".bin", "nf");

describe(`the blog by its Procfile${absent}`, function () {
  this.timeout(180_000);
  let project: Project;
  let folder: string;
  let bin: string;
  let port: number;
  const running: ChildProcess[] = [];

  const start = (command: string, words: readonly string[]): ChildProcess => {
    const env = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}`, PORT: String(port) };
    const child = spawn(command, words, { cwd: folder, env, stdio: "ignore" });
    running.push(child);
    return child;
  };
  const ended = (child: ChildProcess): Promise<number | null> =>
    child.exitCode === null ? new Promise((resolve) => child.once("exit", resolve)) : Promise.resolve(child.exitCode);

  before(async function () {
    if (absent !== "") return this.skip();
    project = new Project();
    cpSync(path.join(packageRoot, "app-templates", "blog"), path.join(project.folder, "blog"), { recursive: true });
    const file = readFileSync(path.join(packageRoot, "Pulumi.dev.yaml"), "utf8");
    writeFileSync(path.join(project.folder, "Pulumi.dev.yaml"), file.replace("app-templates/blog", "blog"));
    ({ folder } = await renderProcfile({ stack: "dev", project: project.folder }));
    port = await freePort();
    const requirements = readFileSync(path.join(folder, "requirements.txt"), "utf8").replace(/\s--hash=\S+/g, "");
    const inputs = { root: path.join(project.folder, "tools"), name: "app", python: "python3" };
    const all = { ...inputs, requirements: requirements + HONCHO };
    const { path: venv } = await virtualenv.create(all, { signal: new AbortController().signal });
    bin = path.join(venv, "bin");
    const broker = await freePort();
    mkdirSync(path.join(project.folder, "redis"));
    const words = ["--port", String(broker), "--bind", "127.0.0.1", "--save", "", "--dir", `${project.folder}/redis`];
    start("redis-server", words);
    const env = path.join(folder, ".env");
    writeFileSync(env, readFileSync(env, "utf8").replace("127.0.0.1:6379", `127.0.0.1:${broker}`), { mode: 0o600 });
  });

  after(async () => {
    for (const child of running.reverse()) {
      if (child.exitCode === null) child.kill("SIGTERM");
      await ended(child);
    }
    if (absent === "") await project.dispose();
  });

  /** Uses what a runner has started, then ends it by a signal; nothing is left of it. */
  const used = async (runner: ChildProcess, use: (browser: Browser) => Promise<void>, signal: NodeJS.Signals) => {
    const url = `http://127.0.0.1:${port}`;
    const answers = (): Promise<boolean> =>
      fetch(`${url}/health/ready`).then(
        ({ status }) => status === 200,
        () => false,
      );
    await until("the application is ready", answers);
    const browser = new Browser(url);
    await use(browser);
    await remind(browser, `${signal} is next`);
    runner.kill(signal);
    await ended(runner);
    await until("nothing is left", () => entriesOf(folder).length === 0, 15);
  };

  it("migrates, serves on the port of the environment, works in the background, and ends when honcho is told to", async () => {
    const honcho = path.join(bin, "honcho");
    expect(await ended(start(honcho, ["run", "flask", "db", "upgrade"]))).to.equal(0);
    await used(start(honcho, ["start", "web", "worker", "beat"]), register, "SIGTERM");
  });

  it("does so with the runner that is inside `heroku local`, with what it did before", async () => {
    const words = ["--env", ".env", "--port", String(port), "web,worker,beat"];
    await used(start(FOREMAN, ["start", ...words]), login, "SIGINT");
  });

  it("ends as a whole there when one process ends", async () => {
    const runner = start(FOREMAN, ["start", "--env", ".env", "--port", String(port), "web,worker,beat"]);
    const beat = (): Entry | undefined => entriesOf(folder).find(({ command }) => command.includes(" beat "));
    await until("beat has started", () => beat() !== undefined);
    process.kill(beat()?.pid ?? 0, "SIGTERM");
    await ended(runner);
    await until("nothing is left", () => entriesOf(folder).length === 0, 15);
  });
});
