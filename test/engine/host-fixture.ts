/** A small application and an engine of its own, to try the host provider with. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { separateConnections } from "../../automation/engine/connections";
import { findPulumi } from "../../automation/engine/pulumi-cli";
import { packageRoot } from "../../components/package-root";
import { contentVersion, listSource } from "../../components/app/source";
import { belongsTo, processes, type ProcessInfo } from "../../providers/host/processes";

/** Answers with its version and process id; takes its socket as every web program of Slipway does. */
const SERVER = `
import os, select, signal, socket, sys
listen = os.environ["SLIPWAY_LISTEN"]
if listen == "fd://0":
    server = socket.socket(fileno=0)
else:
    host, port = listen[len("tcp://"):].rsplit(":", 1)
    server = socket.create_server((host, int(port)))
server.setblocking(False)
stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
version = open("version.txt").read().strip()
if version == "broken":
    print("starting with " + os.environ["SECRET_KEY"], flush=True)
    raise RuntimeError("this release cannot start")
while not stopping:
    if not select.select([server], [], [], 0.1)[0]:
        continue
    try:
        client, _ = server.accept()
    except BlockingIOError:
        continue
    client.setblocking(True)
    path = client.recv(65536).split()[1].decode()
    status = "500 Fault" if path == "/health" and version == "sick" else "200 OK"
    body = ("%s %d" % (version, os.getpid())).encode()
    client.sendall(b"HTTP/1.1 " + status.encode() + b"\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body)
    client.shutdown(socket.SHUT_WR)
    client.recv(1)
    client.close()
`;

/** Touches its heartbeat file as Slipway's workers do, and has a child that does not end with it. */
const WORKER = `
import os, pathlib, subprocess, time
subprocess.Popen(["sleep", "1234"])
heartbeat = pathlib.Path(os.environ["SLIPWAY_HEARTBEAT"])
if open("version.txt").read().strip() == "mute":
    time.sleep(3600)
while True:
    heartbeat.touch()
    time.sleep(0.2)
`;
import { until } from "../../providers/host/wait";

const TOOLS = path.join("app-templates", "local", "tools-requirements.txt");

export type Outputs = Record<string, unknown>;
export type Program = () => Promise<Outputs>;

/** A resource of the host provider, without a component around it. */
export class Resource extends pulumi.CustomResource {
  [output: string]: unknown;

  constructor(
    type: string,
    name: string,
    inputs: object,
    computed: string[] = [],
    opts?: pulumi.CustomResourceOptions,
  ) {
    const outputs = Object.fromEntries(computed.map((each) => [each, undefined]));
    super(`host:index:${type}`, name, { ...inputs, ...outputs }, opts);
  }

  output<T = string>(name: string): pulumi.Output<T> {
    return this[name] as pulumi.Output<T>;
  }
}

export class Fixture {
  readonly folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "host-test-")));
  readonly root: string;
  readonly app = path.join(this.folder, "app");
  private stack: Stack | undefined;

  constructor(root = "stack") {
    this.root = path.join(this.folder, root);
    mkdirSync(this.app);
    mkdirSync(path.join(this.folder, "state"));
    this.write("serve.py", SERVER);
    this.write("worker.py", WORKER);
    this.write("version.txt", "one");
    const plugins = { providers: [{ name: "host", path: path.join(packageRoot, "providers", "host") }] };
    writeFileSync(
      path.join(this.folder, "Pulumi.yaml"),
      JSON.stringify({ name: "hosttest", runtime: "nodejs", plugins }),
    );
  }

  write(name: string, text: string): void {
    writeFileSync(path.join(this.app, name), text);
  }

  async release(): Promise<{ version: string; source: string; files: Record<string, string> }> {
    const files = { ".slipway/note.txt": "from Slipway" };
    return { version: contentVersion(await listSource(this.app), files), source: this.app, files };
  }

  async open(program: Program): Promise<Stack> {
    if (this.stack === undefined) {
      separateConnections();
      const pulumiCommand = await findPulumi(() => undefined);
      const envVars = {
        PULUMI_BACKEND_URL: `file://${path.join(this.folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      };
      this.stack = await LocalWorkspace.createOrSelectStack(
        { stackName: "test", projectName: "hosttest", program },
        { workDir: this.folder, pulumiCommand, envVars },
      );
    }
    this.stack.workspace.program = program;
    return this.stack;
  }

  /** Processes of this stack, the engine's own apart. */
  async alive(): Promise<ProcessInfo[]> {
    const all = await processes();
    const own = await Promise.all(all.map((each) => belongsTo(this.root, each)));
    return all.filter((_, index) => own[index]);
  }

  /** Command lines of what is left of this stack after a moment, as some helpers only end when they notice. */
  async left(): Promise<string[]> {
    const gone = await until(5, new AbortController().signal, async () =>
      (await this.alive()).length === 0 ? true : undefined,
    );
    return gone === true ? [] : (await this.alive()).map(({ command }) => command);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a program of these tests chooses. */
export interface Wishes {
  port: number;
  webs?: number;
  workers?: number;
  /** Release to go back to: the version and the folder of a kept one. */
  kept?: { version: string; source: string };
  environment?: Record<string, string>;
  /** Adds resources that take a command of the release. */
  more?: (command: Command, supervisor: Resource) => void;
}

/** What resources that run a command of the release have in common. */
export type Command = Record<string, pulumi.Input<unknown>>;

function virtualenv(fixture: Fixture, name: string, requirements: string): Resource {
  return new Resource("Virtualenv", name, { root: fixture.root, name, python: "python3", requirements }, ["path"]);
}

/** The tools, supervisord, a release, web processes and, if asked for, workers. */
export function deployment(fixture: Fixture, wishes: Wishes): Program {
  return async () => {
    const { root } = fixture;
    const tools = virtualenv(fixture, "tools", readFileSync(path.join(packageRoot, TOOLS), "utf8"));
    const app = virtualenv(fixture, "app", "");
    const supervisor = new Resource("Supervisor", "supervisor", { root, virtualenv: tools.output("path") }, [
      "running",
    ]);
    const files = { ...(await fixture.release()), ...wishes.kept };
    const release = new Resource("Release", "release", { root, keep: 3, ...files }, ["path"]);
    const secret = new Resource("Secret", "secret", { root, bytes: 32 }, ["value"]);
    const heartbeat = path.join(root, "run", "{instance}.heartbeat");
    const command = {
      root,
      version: files.version,
      release: release.output("path"),
      virtualenv: app.output("path"),
      environment: {
        SECRET_KEY: secret.output("value"),
        SLIPWAY_LISTEN: "fd://0",
        SLIPWAY_HEARTBEAT: heartbeat,
        ...wishes.environment,
      },
    };
    wishes.more?.(command, supervisor);
    const times = { stopTimeout: 5, startTimeout: 6 };
    const listen = { host: "127.0.0.1", port: wishes.port };
    const web = {
      name: "web",
      command: ["python", "serve.py"],
      count: wishes.webs ?? 2,
      listen,
      ready: { http: "/health" },
    };
    new Resource("Program", "web", { ...command, ...times, ...web }, ["running"], { dependsOn: [supervisor] });
    const worker = {
      name: "worker",
      command: ["python", "worker.py"],
      count: wishes.workers ?? 0,
      ready: { heartbeat },
    };
    new Resource("Program", "worker", { ...command, ...times, ...worker }, ["running"], { dependsOn: [supervisor] });
    return { secret: secret.output("value") };
  };
}

/** Kills the process, or the process group of a negative id; never the tests' own, which 0 would be. */
export function kill(pid: number | undefined): void {
  if (pid === undefined || Math.abs(pid) < 2) throw new Error(`There is no process ${pid}.`);
  process.kill(pid, "SIGKILL");
}

/** The text that a URL answers with, or the problem. */
export function get(port: number, where = "/"): Promise<string> {
  return new Promise((resolve) => {
    const request = http.get({ host: "127.0.0.1", port, path: where, agent: false, timeout: 10_000 }, (response) => {
      let text = "";
      response.on("data", (data: Buffer) => (text += data.toString()));
      response.on("end", () => resolve(text));
    });
    request.on("error", (error) => resolve(`failed: ${error.message}`));
  });
}
