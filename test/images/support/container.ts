/** One container of an image under test: nothing of its root file system can be written to. */
import { until } from "../../engine/support/wait";
import type { Engine } from "../../support/docker/engine";

export interface State {
  Running: boolean;
  ExitCode: number;
  Health?: { Status: string };
}

export class Container {
  private constructor(
    private readonly engine: Engine,
    readonly id: string,
  ) {}

  /** @param options of `docker run`, before the image */
  static async start(
    engine: Engine,
    image: string,
    environment: Readonly<Record<string, string>>,
    options: readonly string[] = [],
    command: readonly string[] = [],
  ): Promise<Container> {
    const variables = Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
    const words = ["run", "--detach", "--read-only", ...options, ...variables, image, ...command];
    const { stdout } = await engine.docker(...words);
    return new Container(engine, stdout.trim());
  }

  async exec(...command: string[]): Promise<string> {
    const { stdout } = await this.engine.docker("exec", this.id, ...command);
    return stdout;
  }

  /** Exit code of a command inside it. */
  async code(...command: string[]): Promise<number> {
    return this.exec(...command).then(
      () => 0,
      (error: unknown) => (error as { code: number }).code,
    );
  }

  async state(): Promise<State> {
    const { stdout } = await this.engine.docker("inspect", "--format", "{{json .State}}", this.id);
    return JSON.parse(stdout) as State;
  }

  async logs(): Promise<string> {
    const { stdout, stderr } = await this.engine.docker("logs", this.id);
    return stdout + stderr;
  }

  /** Port of this machine that leads to a port of it. */
  async port(inside: number): Promise<number> {
    const { stdout } = await this.engine.docker("port", this.id, String(inside));
    return Number(/:(\d+)/.exec(stdout)?.[1]);
  }

  /** Waits for its own health check to be content. */
  async healthy(seconds = 40): Promise<void> {
    await until("the container is healthy", async () => (await this.code("slipway-healthcheck")) === 0, seconds).catch(
      async (error: unknown) => {
        throw new Error(`${String(error)}\n${await this.logs()}`);
      },
    );
  }

  /** @returns seconds until it had ended, and its exit code */
  async stop(seconds: number): Promise<{ seconds: number; code: number }> {
    const started = Date.now();
    await this.engine.docker("stop", "--time", String(seconds), this.id);
    return { seconds: (Date.now() - started) / 1000, code: (await this.state()).ExitCode };
  }

  async remove(): Promise<void> {
    await this.engine.docker("rm", "--force", "--volumes", this.id);
  }
}
