/** The Docker engine that images are built with. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import type { Settings } from "../../components/config";
import { SlipwayError } from "../errors";

export interface DockerEngine {
  version: string;
  /** Such as `linux/amd64`. */
  platform: string;
}

/** Whether a deployment to ECS builds images: those that the config gives are not. */
export function buildsImages({ app, ecs }: Settings): boolean {
  return ecs.image.web === undefined || (app.celery !== undefined && ecs.image.worker === undefined);
}

/** The engine that answers. @throws SlipwayError (tool) when there is no client, or no engine */
export async function engineOf(signal: AbortSignal): Promise<DockerEngine> {
  const text = await docker(["version", "--format", "{{.Server.Version}} {{.Server.Os}}/{{.Server.Arch}}"], signal);
  const [version = "", platform = ""] = text.trim().split(" ");
  return { version, platform };
}

/** Whether the engine builds for a platform, itself or by an emulator. */
export async function buildsFor(platform: string, engine: DockerEngine, signal: AbortSignal): Promise<boolean> {
  if (engine.platform === platform) return true;
  // Only BuildKit's own client tells of emulators; without it, Linux does of those on this machine.
  const told = await docker(["buildx", "inspect", "default"], signal).catch(() => undefined);
  if (told !== undefined) return /^Platforms:(.*)$/m.exec(told)?.[1]?.includes(platform) === true;
  const processor = platform === "linux/arm64" ? "aarch64" : "x86_64";
  return process.env["DOCKER_HOST"] === undefined && existsSync(`/proc/sys/fs/binfmt_misc/qemu-${processor}`);
}

async function docker(words: readonly string[], signal: AbortSignal): Promise<string> {
  try {
    return (await promisify(execFile)("docker", words, { signal })).stdout;
  } catch (error) {
    const { code, stderr = "" } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT") {
      const mend = "install Docker: https://docs.docker.com/engine/install/";
      throw new SlipwayError("tool", "There is no Docker client on the PATH, and images are built.", mend, {
        cause: error,
      });
    }
    const reason = stderr.trim().split("\n").at(-1) ?? String(error);
    const mend = "start Docker, such as with `sudo systemctl start docker`, or name an engine with DOCKER_HOST";
    throw new SlipwayError("tool", `The Docker engine does not answer: ${reason}`, mend, { cause: error });
  }
}
