/** Writes the files with which Docker Compose runs a stack's application and all that it needs. */
import * as path from "node:path";
import { describeWorkload, type Workload } from "../../components/app";
import { composeFiles, generatedVariables, ownSecret, VARIABLES } from "../../components/compose";
import type { Settings } from "../../components/config";
import type { ImageRole } from "../../components/image";
import { writeContext } from "../../components/image/context";
import { placeOf } from "../engine/project";
import { madeUp, writeEnvFile } from "./env-file";
import { claimFolder, outputFolder, writeFiles, type Rendered, type RenderOptions } from "./output";
import { decryptedSettings } from "./stack-config";

const ENV = ".env";

/**
 * Writes `compose.yaml`, the build contexts of its images, what its services read, and `.env` with secrets that are
 * made up once and kept.
 *
 * @throws ConfigError naming every fault; SlipwayError (usage, config, tool, state, timeout, cancelled)
 * @example
 * ```ts
 * const { folder } = await renderCompose({ stack: "dev", output: "/srv/blog" });
 * ```
 */
export async function renderCompose(options: RenderOptions): Promise<Rendered> {
  const place = placeOf(options.stack, options.project);
  const settings = await decryptedSettings(place, options);
  const { engine } = settings.compose.database;
  const workload = await describeWorkload(
    // What a cloud would need besides is not shipped.
    { ...settings, targets: [] },
    place.project,
    place.stack,
    "nginx-uwsgi",
    engine === "postgres" ? "postgres" : "mysql",
  );
  const folder = outputFolder(place, "compose", options);
  await claimFolder(folder, workload.release.source, "compose");
  const files = {
    ...composeFiles({
      workload,
      compose: settings.compose,
      serverProcesses: settings.server.processes,
      secretNames: Object.keys(settings.secrets).sort(),
      longestEta: settings.processes.worker?.longestEta ?? 0,
      contexts: await writeContexts(workload, folder),
    }),
    ".gitignore": `${ENV}\n`,
  };
  await writeFiles(folder, files);
  await writeSecrets(path.join(folder, ENV), workload, settings, place.stack);
  return { folder, release: workload.release.version, files: [...Object.keys(files), ENV].sort() };
}

async function writeContexts(workload: Workload, folder: string): Promise<Partial<Record<ImageRole, string>>> {
  const roles: ImageRole[] = ["web", ...(workload.needs.broker ? (["worker"] as const) : [])];
  const contexts = roles.map(async (role) => {
    const { digest } = await writeContext(role, workload, path.join(folder, "images"));
    return [role, `images/${role}-${digest}`] as const;
  });
  return Object.fromEntries(await Promise.all(contexts));
}

async function writeSecrets(file: string, workload: Workload, { secrets }: Settings, stack: string): Promise<void> {
  const generated = generatedVariables({ workload }).map((name) => [name, madeUp()]);
  // Names of projects have no other characters.
  const project = `${workload.name}-${stack}`.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "-");
  await writeEnvFile(
    file,
    {
      initial: { [VARIABLES.project]: project, ...(Object.fromEntries(generated) as Record<string, string>) },
      given: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [ownSecret(name), value])),
    },
    "compose",
  );
}
