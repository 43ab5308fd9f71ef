/** What must be true of the application's folder before anything is deployed from it. */
import { promises as fs } from "node:fs";
import * as path from "node:path";
import {
  awsSections,
  ConfigError,
  rdsDialect,
  setCommand,
  type Fault,
  type ServerKind,
  type Settings,
} from "../config";
import { versionFaults } from "./celery-versions";
import { readRequirements, RequirementsError, type Database, type Requirements, type Wanted } from "./requirements";
import { listSource, type SourceFile } from "./source";

/** Where the application's modules lie: at the top of its folder, or below `src`. */
export type Layout = "flat" | "src";

export interface InspectedSource {
  listed: SourceFile[];
  layout: Layout;
  /** Requirements of the application and its server. */
  requirements: Requirements;
}

/**
 * Lists the application's folder and finds its modules and requirements.
 *
 * @throws ConfigError naming every part that is not there
 */
export async function inspectSource(
  settings: Settings,
  source: string,
  stack: string,
  server: ServerKind,
  database?: Database,
): Promise<InspectedSource> {
  const listed = await list(source, stack);
  const faults: Fault[] = [];
  const layouts = [settings.app.entry, settings.app.celery].map((entry, index) => {
    if (entry === undefined) return undefined;
    const layout = layoutOf(entry, listed);
    if (layout === undefined)
      faults.push(missingModule(index === 0 ? "app.entry" : "app.celery", entry, source, listed, stack));
    return layout;
  });
  const wanted = { server, celery: settings.app.celery !== undefined, ...cloudNeeds(settings, database) };
  const requirements = await readRequirements(source, settings.app.requirements, wanted).catch((error: unknown) => {
    if (!(error instanceof RequirementsError)) throw error;
    faults.push({
      key: "app.requirements",
      problem: error.message,
      allowed: error.allowed,
      mend: setCommand("app.requirements", stack),
    });
    return { text: "", added: [] };
  });
  faults.push(...versionFaults(settings, requirements.text, stack));
  if (faults.length > 0) throw new ConfigError(stack, faults);
  return { listed, layout: layouts.includes("src") ? "src" : "flat", requirements };
}

/** What the targets connect to, and the application may have no client for. */
function cloudNeeds(settings: Settings, database: Database | undefined): Pick<Wanted, "sqs" | "databases"> {
  const { app, targets, heroku } = settings;
  const sections = awsSections(settings);
  const databases = new Set<Database>(sections.flatMap(({ database }) => rdsDialect(database) ?? []));
  if (targets.includes("heroku") && heroku.database.kind === "postgres") databases.add("postgres");
  if (database !== undefined) databases.add(database);
  const sqs = app.celery !== undefined && sections.some(({ broker }) => broker.kind === "sqs");
  return { sqs, databases: [...databases] };
}

async function list(source: string, stack: string): Promise<SourceFile[]> {
  const fault = (problem: string): ConfigError =>
    new ConfigError(stack, [
      {
        key: "app.source",
        problem,
        value: source,
        allowed: "the folder of a Flask application",
        mend: setCommand("app.source", stack),
      },
    ]);
  const stat = await fs.stat(source).catch(() => undefined);
  if (stat === undefined) throw fault("there is no such folder");
  if (!stat.isDirectory()) throw fault("is a file, not a folder");
  const listed = await listSource(source).catch((error: unknown) => {
    throw fault(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (listed.length === 0) throw fault("the folder is empty, or all of it is ignored");
  return listed;
}

function layoutOf(entry: string, listed: readonly SourceFile[]): Layout | undefined {
  const paths = new Set(listed.map((file) => file.path));
  const base = moduleOf(entry).replaceAll(".", "/");
  const holds = (folder: string): boolean =>
    [`${folder}${base}.py`, `${folder}${base}/__init__.py`].some((file) => paths.has(file));
  if (holds("")) return "flat";
  return holds("src/") ? "src" : undefined;
}

function moduleOf(entry: string): string {
  return entry.slice(0, entry.indexOf(":"));
}

function missingModule(
  key: string,
  entry: string,
  source: string,
  listed: readonly SourceFile[],
  stack: string,
): Fault {
  const modules = listed
    .map(({ path: file }) => /^(?:src\/)?([A-Za-z_]\w*)(?:\.py|\/__init__\.py)$/.exec(file)?.[1])
    .filter((name) => name !== undefined);
  return {
    key,
    problem: `there is no Python module ${moduleOf(entry)} in ${path.relative(process.cwd(), source) || source}`,
    value: JSON.stringify(entry),
    allowed:
      modules.length > 0
        ? `a name in one of the modules ${[...new Set(modules)].join(", ")}`
        : "a module of the application",
    mend: setCommand(key, stack),
  };
}
