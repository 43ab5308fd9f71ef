/** An instance of Elastic Beanstalk, as far as a machine without one can be one. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { freePort } from "../../../providers/host/ports";
import { until } from "../../engine/support/wait";
import { Background } from "./background";
import type { Shipped } from "./shipped";
import { virtualenv } from "./virtualenvs";

/** What the platform says where nothing else does; Python's part of its nginx. */
const APPLICATION = (port: number): string => `
location / {
    proxy_pass http://127.0.0.1:${port};
    proxy_http_version 1.1;
    proxy_set_header Host $host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
}
`;
const NGINX = (port: number, root: string): string => `
daemon off;
pid ${root}/run/nginx.pid;
error_log stderr warn;
events { worker_connections 256; }
http {
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path ${root}/run/body;
    proxy_temp_path ${root}/run/proxy;
    fastcgi_temp_path ${root}/run/fastcgi;
    uwsgi_temp_path ${root}/run/uwsgi;
    scgi_temp_path ${root}/run/scgi;
    include ${root}/etc/nginx/conf.d/*.conf;
    server {
        listen 127.0.0.1:${port};
        include ${root}/etc/nginx/conf.d/elasticbeanstalk/*.conf;
    }
}
`;
/** Where the platform's nginx looks for the application, in what is shipped; each instance here has another port. */
const LISTEN = "127.0.0.1:8000";
/** Seconds that systemd gives a process that is told nothing else. */
const STOP_SECONDS = 90;

/** What there is none of, and an instance needs; undefined where everything is there. */
export function noInstance(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const missing = ["nginx", "unzip", "curl"].filter(
    (program) => !folders.some((folder) => existsSync(path.join(folder, program))),
  );
  return missing.length === 0 ? undefined : `no ${missing.join(", no ")}`;
}

/** One step of a deployment, with what it wrote. */
export interface Step {
  name: string;
  code: number | null;
  output: string;
}

/** One instance: a folder that stands for its disk, its processes, its nginx. */
export class Instance {
  private readonly root = mkdtempSync(path.join(tmpdir(), "slipway-instance-"));
  private processes = new Map<string, Background>();
  private nginx: Background | undefined;
  private application = 0;
  /** What the processes wrote that were stopped last. */
  private wrote = "";
  /** Port of nginx. */
  port = 0;
  /** Steps of the last deployment. */
  steps: Step[] = [];

  constructor() {
    // As a disk's: nginx has another user.
    chmodSync(this.root, 0o755);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** All that the last deployment and the processes wrote. */
  get output(): string {
    return [...this.steps, ...this.processes.values()].map(({ output }) => output).join("") + this.wrote;
  }

  /**
   * Deploys in the platform's order (AWS, Instance deployment workflow): prebuild hooks, requirements, nginx's
   * configuration, container commands, predeploy hooks; then the release is switched to, and postdeploy hooks run.
   *
   * @throws Error at the step that fails; what ran before goes on running unless the switch was reached
   */
  async deploy({ file, variables }: Shipped): Promise<void> {
    this.steps = [];
    const environment = this.environmentOf(variables);
    const staging = await this.unpack(file);
    await this.hooks("prebuild", staging, environment);
    await this.install(staging);
    this.configureNginx(staging);
    await this.containerCommands(staging, environment);
    await this.hooks("predeploy", staging, environment);
    await this.stopProcesses();
    const current = path.join(this.root, "var/app/current");
    rmSync(current, { recursive: true, force: true });
    renameSync(staging, current);
    this.startProcesses(current, environment);
    await this.startNginx();
    await this.hooks("postdeploy", current, environment);
  }

  /** Names of the processes that have ended by themselves. */
  get ended(): string[] {
    return [...this.processes].filter(([, process]) => process.isOver).map(([name]) => name);
  }

  /** Runs Python in the release that serves, with nothing of the environment. @returns what it wrote */
  python(code: string): string {
    const venv = path.join(this.root, "var/app/venv/staging-LQM1lest");
    const cwd = path.join(this.root, "var/app/current");
    return execFileSync(path.join(venv, "bin/python"), ["-c", code], { cwd, env: {}, encoding: "utf8" });
  }

  /** What a process writes, by its name in the Procfile. */
  outputOf(process: string): string {
    return this.processes.get(process)?.output ?? "";
  }

  async stop(): Promise<void> {
    await this.stopProcesses();
    await this.nginx?.stop("SIGQUIT");
    this.nginx = undefined;
  }

  /** Ends the instance without a word, as its hypervisor would. */
  async kill(): Promise<void> {
    const all = [...this.processes.values(), ...(this.nginx === undefined ? [] : [this.nginx])];
    for (const process of all) process.signal("SIGKILL");
    await Promise.all(all.map((process) => process.ended(10)));
    this.processes.clear();
    this.nginx = undefined;
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private environmentOf(variables: Record<string, string>): NodeJS.ProcessEnv {
    const located = Object.entries(variables).map(([name, value]) => [
      name,
      value.replace("sqlite:////var/", `sqlite:///${this.root}/var/`),
    ]);
    return {
      PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin",
      HOME: this.root,
      SLIPWAY_ROOT: this.root,
      ...(Object.fromEntries(located) as Record<string, string>),
    };
  }

  /** Unpacks with the modes of the zip. Ports and folders that every instance has are those of this one. */
  private async unpack(file: string): Promise<string> {
    if (this.application === 0) [this.application, this.port] = [await freePort(), await freePort()];
    const staging = path.join(this.root, "var/app/staging");
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging, { recursive: true });
    execFileSync("unzip", ["-q", "-o", file, "-d", staging]);
    const nginx = path.join(staging, ".platform/nginx/conf.d/elasticbeanstalk/slipway.conf");
    for (const located of [path.join(staging, ".slipway/environment"), nginx]) {
      const text = readFileSync(located, "utf8").replaceAll(LISTEN, `127.0.0.1:${this.application}`);
      writeFileSync(located, text.replaceAll("/var/app/current", path.join(this.root, "var/app/current")));
    }
    return staging;
  }

  private async install(staging: string): Promise<void> {
    const commands = await virtualenv(readFileSync(path.join(staging, "requirements.txt"), "utf8"));
    const link = path.join(this.root, "var/app/venv/staging-LQM1lest");
    mkdirSync(path.dirname(link), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(path.dirname(commands), link);
  }

  private configureNginx(staging: string): void {
    const folder = path.join(this.root, "etc/nginx/conf.d");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(path.join(folder, "elasticbeanstalk"), { recursive: true });
    mkdirSync(path.join(this.root, "run"), { recursive: true });
    writeFileSync(path.join(folder, "elasticbeanstalk/00_application.conf"), APPLICATION(this.application));
    const own = path.join(staging, ".platform/nginx/conf.d");
    if (existsSync(own)) cpSync(own, folder, { recursive: true });
    writeFileSync(path.join(this.root, "etc/nginx/nginx.conf"), NGINX(this.port, this.root));
  }

  private async containerCommands(staging: string, environment: NodeJS.ProcessEnv): Promise<void> {
    const folder = path.join(staging, ".ebextensions");
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".config")) : [];
    for (const name of files.sort()) {
      const read = parse(readFileSync(path.join(folder, name), "utf8")) as {
        container_commands?: Record<string, { command: string }>;
      };
      const commands = Object.entries(read.container_commands ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
      for (const [title, { command }] of commands) {
        await this.run(title, ["/bin/sh", "-c", command], staging, environment);
      }
    }
  }

  private async hooks(stage: string, cwd: string, environment: NodeJS.ProcessEnv): Promise<void> {
    const folder = path.join(cwd, ".platform/hooks", stage);
    for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
      const hook = path.join(folder, name);
      if ((statSync(hook).mode & 0o100) === 0) throw new Error(`${stage}/${name} is not executable`);
      await this.run(`${stage}/${name}`, [hook], cwd, environment);
    }
  }

  private async run(name: string, words: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
    const command = new Background(words, { cwd, env });
    const code = await command.ended(180);
    this.steps.push({ name, code, output: command.output });
    if (code !== 0) throw new Error(`${name} failed with ${code}: ${command.output}`);
  }

  /** A line of the Procfile is a unit of systemd, started by a shell. */
  private startProcesses(cwd: string, env: NodeJS.ProcessEnv): void {
    for (const line of readFileSync(path.join(cwd, "Procfile"), "utf8").trim().split("\n")) {
      const [, name = "", command = ""] = /^([A-Za-z0-9_-]+):\s*(\S.*)$/.exec(line) ?? [];
      this.processes.set(name, new Background(["/bin/sh", "-c", `exec ${command}`], { cwd, env }));
    }
  }

  /** As systemd stops a unit: by KillMode and TimeoutStopSec, which the prebuild hook sets. */
  private async stopProcesses(): Promise<void> {
    const stopping = [...this.processes].map(async ([name, process]) => {
      const file = path.join(this.root, `etc/systemd/system/${name}.service.d/slipway.conf`);
      const unit = existsSync(file) ? readFileSync(file, "utf8") : "";
      if (/^KillMode=mixed$/m.test(unit)) process.signalFirst("SIGTERM");
      else process.signal("SIGTERM");
      const seconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1] ?? STOP_SECONDS);
      await process.ended(seconds).catch(() => {
        process.signal("SIGKILL");
      });
      await process.ended(5);
    });
    await Promise.all(stopping);
    this.wrote = [...this.processes.values()].map(({ output }) => output).join("");
    this.processes.clear();
  }

  private async startNginx(): Promise<void> {
    await this.nginx?.stop("SIGQUIT");
    const words = ["nginx", "-e", "stderr", "-p", this.root, "-c", path.join(this.root, "etc/nginx/nginx.conf")];
    this.nginx = new Background(words, { cwd: this.root });
    await until(`nginx answers; it wrote ${this.nginx.output}`, () =>
      fetch(this.url).then(
        () => true,
        () => false,
      ),
    );
  }
}
