/** A rendered folder under Docker Compose. */
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import type { Engine } from "../../support/docker/engine";
import { until } from "../../engine/support/wait";

/** The client: Compose 2, as a plugin or on its own, else the older one. */
const CLIENTS = [["docker", "compose"], ["docker-compose"]] as const;
const CLIENT = CLIENTS.find(([command, ...words]) => {
  try {
    execFileSync(command, [...words, "version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/** Why there is no client; undefined where there is one. */
export const noClient: string | undefined = CLIENT === undefined ? "no Docker Compose" : undefined;

/** A container, as the engine describes it. */
export interface Container {
  Id: string;
  Image: string;
  RestartCount: number;
  State: {
    Status: string;
    Running: boolean;
    Pid: number;
    ExitCode: number;
    StartedAt: string;
    FinishedAt: string;
    Health?: { Status: string };
  };
}

export class ComposeProject {
  constructor(
    private readonly engine: Engine,
    private readonly folder: string,
  ) {}

  /** @returns what the client printed. @throws Error with it, when the client fails */
  async run(...words: readonly string[]): Promise<string> {
    const [command, ...rest] = CLIENT ?? ["docker-compose"];
    // The older one builds with the client that comes with the engine, if it is told to.
    const own = { COMPOSE_DOCKER_CLI_BUILD: "1", PATH: `/usr/bin:${process.env["PATH"] ?? ""}` };
    const options = { cwd: this.folder, env: { ...this.engine.environment, ...own }, maxBuffer: 64 << 20 };
    const { stdout, stderr } = await promisify(execFile)(command, [...rest, ...words], options);
    return stdout + stderr;
  }

  /** Starts what does not run as it should, and waits until all is well. */
  async up(services: readonly string[]): Promise<void> {
    // The older client does not wait.
    const wait = (await this.run("version")).startsWith("Docker Compose version v") ? ["--wait"] : [];
    await this.run("up", "--detach", ...wait);
    await this.healthy(services);
  }

  /** Containers of a service, those that have ended too. */
  async containers(service: string): Promise<Container[]> {
    const label = `label=com.docker.compose.service=${service}`;
    const { stdout } = await this.engine.docker("ps", "--all", "--quiet", "--filter", label);
    const ids = stdout.split("\n").filter((id) => id !== "");
    if (ids.length === 0) return [];
    return JSON.parse((await this.engine.docker("inspect", ...ids)).stdout) as Container[];
  }

  /** The one container of a service. */
  async container(service: string): Promise<Container> {
    const [one, ...others] = await this.containers(service);
    if (one === undefined || others.length > 0) throw new Error(`${service} has ${others.length + 1} containers`);
    return one;
  }

  /** Waits until the containers of all services run and are healthy. */
  async healthy(services: readonly string[], seconds = 150): Promise<void> {
    for (const service of services) {
      const well = async (): Promise<boolean> =>
        (await this.containers(service)).every(({ State }) => State.Running && State.Health?.Status === "healthy");
      await until(`${service} is healthy`, well, seconds).catch(async (error: unknown) => {
        throw new Error(`${String(error)}\n${await this.run("logs", "--tail", "40", service)}`);
      });
    }
  }
}
