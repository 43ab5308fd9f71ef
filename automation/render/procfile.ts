/** Writes a folder that honcho, or `heroku local`, runs: a release of the application, a Procfile and its environment. */
import { promises as fs } from "node:fs";
import * as path from "node:path";
import {
  bindEnvironment,
  describeWorkload,
  listSource,
  placeCommand,
  procfile,
  shellWords,
  type Process,
  type Workload,
} from "../../components/app";
import type { Settings } from "../../components/config";
import { copySource } from "../../components/image/copy";
import { placeOf } from "../engine/project";
import { madeUp, writeEnvFile } from "./env-file";
import { claimFolder, MARK, outputFolder, writeFiles, type Rendered, type RenderOptions } from "./output";
import { decryptedSettings } from "./stack-config";

const ENV = ".env";
/** Folder that outlives a release, beside it. */
const DATA = "data";
/** What another rendering leaves as it is. */
const KEPT: ReadonlySet<string> = new Set([MARK, ENV, DATA, ".venv", "venv"]);

/**
 * Writes the application with its server, `requirements.txt`, `Procfile` and `.env`. What `.env` and the folder `data`
 * hold stays when it is written again.
 *
 * @throws ConfigError naming every fault; SlipwayError (usage, config, tool, state, timeout, cancelled)
 */
export async function renderProcfile(options: RenderOptions): Promise<Rendered> {
  const place = placeOf(options.stack, options.project);
  const settings = await decryptedSettings(place, options);
  const workload = await describeWorkload({ ...settings, targets: ["local"] }, place.project, place.stack);
  const { source, files: own, requirements, version } = workload.release;
  const folder = outputFolder(place, "procfile", options);
  await claimFolder(folder, source, "procfile");
  await clear(folder);
  await copySource(source, folder, await listSource(source));
  const files = { Procfile: procfile(commandsOf(workload)), "requirements.txt": requirements };
  await writeFiles(folder, { ...own, ...files, ".gitignore": `${ENV}\n${DATA}/\n` });
  await fs.mkdir(path.join(folder, DATA), { recursive: true, mode: 0o700 });
  await writeEnvironment(folder, workload, settings);
  return { folder, release: version, files: [...Object.keys(files), ENV].sort() };
}

/** Removes the release before. */
async function clear(folder: string): Promise<void> {
  const names = (await fs.readdir(folder)).filter((name) => !KEPT.has(name));
  for (const name of names) await fs.rm(path.join(folder, name), { recursive: true, force: true });
}

function commandsOf({ processes, jobs }: Workload): Record<string, string> {
  const commands = Object.fromEntries(processes.map((process) => [process.role, commandOf(process)]));
  const { web = "", ...rest } = commands;
  return { web, ...rest, ...(jobs.migrate !== undefined && { release: shellWords(jobs.migrate) }) };
}

function commandOf({ role, command }: Process): string {
  // A runner's signal goes to the shell, which is to be the process itself.
  const line = `exec ${shellWords(placeCommand(command, DATA))}`;
  if (role === "web") return `SLIPWAY_LISTEN=tcp://127.0.0.1:\${PORT:-5000} ${line}`;
  // The shell's own number tells processes of one kind apart.
  return line.replaceAll(/'\{instance\}([\w@%.-]*)'/g, `${role}-$$$$$1`);
}

async function writeEnvironment(folder: string, workload: Workload, settings: Settings): Promise<void> {
  const { database, broker } = settings.local;
  const { variables, needs } = workload;
  const all = bindEnvironment(
    workload,
    {
      database: database.kind === "url" ? database.url : `sqlite:///${path.join(folder, DATA, "app.db")}`,
      ...(needs.broker && { broker: broker.kind === "url" ? broker.url : "redis://127.0.0.1:6379/0" }),
      secretKey: madeUp(),
    },
    settings.secrets,
  );
  const yours = [variables.database, variables.broker, variables.resultBackend, variables.secretKey];
  const isYours = ([name]: [string, string]): boolean => yours.includes(name);
  const entries = Object.entries(all);
  await writeEnvFile(
    path.join(folder, ENV),
    {
      given: Object.fromEntries(entries.filter((entry) => !isYours(entry))),
      initial: { [variables.cacheHost]: "127.0.0.1", ...Object.fromEntries(entries.filter(isYours)) },
    },
    "procfile",
  );
}
