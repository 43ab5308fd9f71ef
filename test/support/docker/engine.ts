/** A Docker engine of the test's own, with a base image made on this machine: no image can be pulled for a test. */
import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { until } from "../../engine/support/wait";

const run = promisify(execFile);

export const BASE = "slipway-test-base:latest";
/** What is made once and kept. */
const CACHE = path.join(homedir(), ".cache", "slipway", "test-base");
const RELEASE = "bookworm";
const PACKAGES = "ca-certificates,python3,python3-venv";
/** Authorities of this machine's network, where it has some of its own: pip inside a build needs them. */
export const AUTHORITIES = process.env["PIP_CERT"];

/** The client that speaks to the engine of the same package; a newer one on PATH may lack its builder. */
const CLIENT = existsSync("/usr/bin/docker") ? "/usr/bin/docker" : "docker";

/** Why no engine can be started here, or what is needed beside it is not there; undefined where all is. */
export function missing(more: readonly string[]): string | undefined {
  if (process.getuid?.() !== 0) return "not root";
  const absent = ["dockerd", "debootstrap", "iptables", ...more].filter((tool) => !onPath(tool));
  return absent.length === 0 ? undefined : `not installed: ${absent.join(", ")}`;
}

export function onPath(tool: string): boolean {
  return pathOf(tool) !== undefined;
}

/** The file of a command; undefined where it is not installed. */
export function pathOf(tool: string): string | undefined {
  try {
    return execFileSync("which", [tool], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}

/** What came of a command. */
export interface Done {
  stdout: string;
  stderr: string;
}

export class Engine {
  readonly folder = mkdtempSync(path.join(tmpdir(), "slipway-images-"));
  private readonly children: ChildProcess[] = [];
  /** Where a client finds it. */
  readonly host = `unix://${this.folder}/docker.sock`;

  /** Starts the engine and imports the base image. */
  async start(): Promise<void> {
    const inside = (name: string): string => path.join(this.folder, name);
    this.background("dockerd", [
      ...["--mtu", "1400", "--ip", "127.0.0.1", "--host", this.host, "--pidfile", inside("docker.pid")],
      ...["--data-root", inside("data"), "--exec-root", inside("exec"), "--log-level", "error"],
    ]);
    await until("the Docker engine answers", () => this.docker("info").then(Boolean, () => false));
    await this.docker("import", baseArchive(), BASE);
  }

  /** Starts a program that `stop` ends. */
  background(
    command: string,
    args: readonly string[],
    options: { cwd?: string; uid?: number; env?: NodeJS.ProcessEnv } = {},
  ): ChildProcess {
    const child = spawn(command, args, { stdio: "ignore", ...options });
    this.children.push(child);
    return child;
  }

  /** Ends what was started, the last first, and removes its files. */
  async stop(): Promise<void> {
    const containers = await this.containers();
    if (containers.length > 0) await this.docker("rm", "--force", "--volumes", ...containers).catch(() => undefined);
    for (const child of this.children.reverse()) {
      if (child.exitCode !== null || child.pid === undefined) continue;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))]);
      child.kill("SIGKILL");
    }
    this.unmount();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The engine leaves its network namespace mounted. */
  private unmount(): void {
    const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
    const own = mounts.map((line) => line.split(" ")[1] ?? "").filter((place) => place.startsWith(`${this.folder}/`));
    for (const place of own.reverse()) execFileSync("umount", [place]);
  }

  private async containers(): Promise<string[]> {
    const { stdout } = await this.docker("ps", "--all", "--quiet").catch(() => ({ stdout: "" }));
    return stdout.split("\n").filter((id) => id !== "");
  }

  /** @throws Error with what the command printed when it fails */
  async docker(...args: string[]): Promise<Done> {
    return run(CLIENT, args, { env: this.environment, maxBuffer: 64 << 20 });
  }

  /** Environment in which a client finds this engine. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, DOCKER_HOST: this.host, DOCKER_BUILDKIT: "1" };
  }

  /**
   * Makes an image that a recipe describes, or takes the one that an earlier run has kept.
   *
   * @param recipe folder with a Dockerfile
   */
  async prepared(tag: string, recipe: string): Promise<void> {
    const archive = path.join(CACHE, `${path.basename(recipe)}-${digestOf(recipe)}-${month()}.tar`);
    if (existsSync(archive)) {
      await this.docker("load", "--quiet", "--input", archive);
      return;
    }
    await this.build(tag, recipe, {});
    const partial = `${archive}.${process.pid}`;
    await this.docker("save", "--output", partial, tag);
    forget(path.basename(recipe));
    renameSync(partial, archive);
  }

  /** Builds an image as the Docker provider would. @returns seconds that it took */
  async build(tag: string, context: string, args: Readonly<Record<string, string>>): Promise<number> {
    const started = Date.now();
    const words = Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
    const secret = AUTHORITIES === undefined ? [] : ["--secret", `id=ca,src=${AUTHORITIES}`];
    await this.docker("build", "--quiet", ...secret, ...words, "--tag", tag, context);
    return (Date.now() - started) / 1000;
  }

  /** Digests of an image's layers. */
  async layers(image: string): Promise<string[]> {
    const { stdout } = await this.docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", image);
    return JSON.parse(stdout) as string[];
  }

  /** Bytes of an image. */
  async size(image: string): Promise<number> {
    return Number((await this.docker("image", "inspect", "--format", "{{.Size}}", image)).stdout);
  }

  /** How often a text occurs in anything of an image: in every file of every layer, and in its history. */
  async occurrences(image: string, text: string): Promise<number> {
    const env = { ...process.env, DOCKER_HOST: this.host };
    const script = `${CLIENT} save "$1" | grep --text --only-matching --fixed-strings "$2" | wc --lines`;
    const { stdout } = await run("bash", ["-c", `set -o pipefail; ${script} || true`, "-", image, text], { env });
    return Number(stdout);
  }
}

/** Removes what earlier runs have kept under a name. */
function forget(name: string): void {
  for (const old of readdirSync(CACHE).filter((file) => file.startsWith(`${name}-`) && file.endsWith(".tar")))
    rmSync(path.join(CACHE, old));
}

/** Packages of a distribution change: nothing is kept longer. */
function month(): string {
  return new Date().toISOString().slice(0, 7);
}

/** Digest of all files of a folder. */
function digestOf(folder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder).sort()) hash.update(`${name}\0`).update(readFileSync(path.join(folder, name)));
  return hash.digest("hex").slice(0, 12);
}

/** The base image's files: Debian with Python, made once a month. */
function baseArchive(): string {
  const archive = path.join(CACHE, `${RELEASE}-${month()}.tar`);
  if (existsSync(archive)) return archive;
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(path.join(tmpdir(), "slipway-base-"));
  try {
    const root = path.join(work, "root");
    execFileSync("debootstrap", ["--variant=minbase", `--include=${PACKAGES}`, RELEASE, root], { stdio: "ignore" });
    const left = ["./var/cache/apt/archives", "./var/lib/apt/lists", "./usr/share/doc", "./usr/share/locale"];
    execFileSync("tar", ["-C", root, ...left.map((name) => `--exclude=${name}/*`), "-cf", `${work}/base.tar`, "."]);
    // Onto the same disk first: what has the name is whole.
    const partial = `${archive}.${process.pid}`;
    execFileSync("mv", [`${work}/base.tar`, partial]);
    forget(RELEASE);
    renameSync(partial, archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return archive;
}
