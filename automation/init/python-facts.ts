import { join } from "node:path";
import { execa, ExecaError } from "execa";
import { z } from "zod";
import { packageRoot } from "../package-root";

const at = { file: z.string(), line: z.number() };
const place = z.object(at);
const factoryParameter = z.object({ name: z.string(), keyword: z.boolean(), choices: z.array(z.string()) });
const appObject = z.object({
  ...at,
  module: z.string(),
  name: z.string(),
  kind: z.enum(["factory", "app", "alias"]),
  origin: z.string(),
  parameters: z.array(factoryParameter).optional(),
});

const pythonFacts = z.object({
  python: z.string(),
  modules: z.record(z.string(), z.string()),
  unreadable: z.array(z.object({ ...at, message: z.string() })),
  unimportable: z.array(z.string()),
  truncated: z.object({ file: z.string(), files: z.number() }).nullable(),
  entries: z.array(appObject),
  entryCalls: z.array(z.object({ ...at, origin: z.string(), arguments: z.string() })),
  celery: z.array(appObject),
  sharedTasks: z.array(z.object({ ...at, name: z.string() })),
  beat: z.array(place),
  variables: z.array(
    z.object({ ...at, name: z.string(), required: z.boolean(), context: z.string().nullable() }),
  ),
  prefixedEnv: z.array(z.object({ ...at, prefix: z.string().nullable() })),
  routes: z.array(z.object({ ...at, path: z.string(), owner: z.string().nullable() })),
  blueprints: z.array(
    z.object({ ...at, blueprint: z.string().nullable(), parent: z.string().nullable(), prefix: z.string().nullable() }),
  ),
  blueprintPrefixes: z.record(z.string(), z.string()),
  alembic: z.array(z.object({ ...at, flask: z.boolean() })),
  migrate: z.array(z.object({ ...at, directory: z.string().nullable() })),
  createAll: z.array(place),
  commands: z.array(z.object({ ...at, name: z.string() })),
});

/** What inspect_app.py read from the app's Python files. */
export type PythonFacts = z.infer<typeof pythonFacts>;
export type AppObject = z.infer<typeof appObject>;

/**
 * Reads the Python files of a folder with the user's own Python: it knows the syntax that the app is written in.
 * @param python interpreter, 3.9 or newer
 * @throws if the interpreter is missing, too old, or does not finish within 60 seconds
 */
export async function readPythonFacts(folder: string, python: string): Promise<PythonFacts> {
  const initFolder = join(packageRoot, "automation", "init");
  // -I and -S: no PYTHONPATH, no site packages. Not the app's folder as cwd: its .python-version would steer pyenv.
  const options = { cwd: initFolder, timeout: 60_000, maxBuffer: 64 * 1024 * 1024, stdin: "ignore" } as const;
  try {
    const { stdout } = await execa(python, ["-I", "-S", "-B", join(initFolder, "inspect_app.py"), folder], options);
    return pythonFacts.parse(JSON.parse(stdout));
  } catch (error) {
    if (!(error instanceof ExecaError)) {
      throw error;
    }
    throw new Error(failureText(error, folder, python), { cause: error });
  }
}

function failureText(error: ExecaError, folder: string, python: string): string {
  if (error.code === "ENOENT") {
    return `Python was not found as ${JSON.stringify(python)}: install Python 3.9 or newer (\`python3 --version\` shows it).`;
  }
  if (error.timedOut) {
    return `Reading the Python files in ${folder} took more than 60 seconds: give the folder that holds the app alone.`;
  }
  if (error.signal !== undefined) {
    return `${python} crashed (${error.signal}) while it read ${folder}: a newer Python reads such files, e.g. 3.11.`;
  }
  return `${python} could not read the app in ${folder}: ${error.stderr?.toString().trim() || error.shortMessage}`;
}
