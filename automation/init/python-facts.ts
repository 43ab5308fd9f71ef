import { execFile, type ExecFileException } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import { packageRoot } from "../../components/package-root";

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
  variables: z.array(z.object({ ...at, name: z.string(), required: z.boolean(), context: z.string().nullable() })),
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
  const script = join(initFolder, "inspect_app.py");
  // -I and -S: no PYTHONPATH, no site packages. Not the app's folder as cwd: its .python-version would steer pyenv.
  const output = await new Promise<string>((done, fail) => {
    const options = { cwd: initFolder, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 };
    execFile(python, ["-I", "-S", "-B", script, folder], options, (error, stdout, stderr) => {
      if (error === null) {
        done(stdout);
      } else {
        fail(new Error(failureText(error, stderr, folder, python), { cause: error }));
      }
    });
  });
  return pythonFacts.parse(JSON.parse(output));
}

function failureText(error: ExecFileException, stderr: string, folder: string, python: string): string {
  if (error.code === "ENOENT") {
    return `Python was not found as ${JSON.stringify(python)}: install Python 3.9 or newer (\`python3 --version\` shows it).`;
  }
  if (error.killed) {
    return `Reading the Python files in ${folder} took more than 60 seconds: give the folder that holds the app alone.`;
  }
  if (error.signal) {
    return `${python} crashed (${error.signal}) while it read ${folder}: a newer Python, such as 3.11, reads such files.`;
  }
  return `${python} could not read the app in ${folder}: ${stderr.trim() || error.message}`;
}
