/** Builds a virtual environment and installs requirements into it. */
import { execFile } from "node:child_process";
import { access, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { run } from "./children";
import { prepare, logPath } from "./paths";
import type { Interpreter } from "./python";
import type { VirtualenvInputs } from "./resources";

const INSTALL_SECONDS = 1800;
const SHOWN_LINES = 12;
/** From this version on, pip installs into another environment with `--python`, and that one needs no pip. */
const PIP_WITH_PYTHON: readonly [number, number] = [22, 3];

interface Build {
  inputs: VirtualenvInputs;
  interpreter: Interpreter;
  folder: string;
  signal: AbortSignal;
}

/**
 * Makes the virtual environment `folder`, and writes down what came into it as `<folder>/frozen.txt`.
 * uv is used where it is installed. It knows nothing of pip's configuration, so where it fails, pip has the last word.
 *
 * @throws Error with the last lines of the installer
 */
export async function build(
  inputs: VirtualenvInputs,
  interpreter: Interpreter,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const work: Build = { inputs, interpreter, folder, signal };
  const frozen = (await hasUv()) ? await withUv(work) : undefined;
  await writeFile(path.join(folder, "frozen.txt"), frozen ?? (await withPip(work)));
}

async function hasUv(): Promise<boolean> {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter(Boolean);
  const found = await Promise.all(
    folders.map((each) =>
      access(path.join(each, "uv")).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
async function withUv(work: Build): Promise<string | undefined> {
  const { inputs, interpreter, folder, signal } = work;
  const inside = path.join(folder, "bin", "python");
  try {
    await step(work, ["uv", "--no-progress", "venv", "--clear", "--python", interpreter.executable, folder]);
    const file = await writeRequirements(inputs, folder);
    await step(work, ["uv", "--no-progress", "pip", "install", "--python", inside, ...hashes(inputs), "-r", file]);
    return await output(["uv", "pip", "freeze", "--python", inside]);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function withPip(work: Build): Promise<string> {
  const { inputs, interpreter, folder } = work;
  const inside = path.join(folder, "bin", "python");
  const bare = await pipCanInstallInto(interpreter);
  await step(work, [interpreter.executable, "-m", "venv", "--clear", ...(bare ? ["--without-pip"] : []), folder]);
  const file = await writeRequirements(inputs, folder);
  const pip = bare ? [interpreter.executable, "-m", "pip", "--python", inside] : [inside, "-m", "pip"];
  const options = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off", ...hashes(inputs)];
  await step(work, [...pip, "install", ...options, "-r", file]);
  return output([...pip, "--disable-pip-version-check", "freeze"]);
}

/** Saves the two seconds that installing pip into the environment takes. */
async function pipCanInstallInto({ executable }: Interpreter): Promise<boolean> {
  const answer = await output([executable, "-m", "pip", "--version"]).catch(() => "");
  const [major = 0, minor = 0] = (/^pip (\d+)\.(\d+)/.exec(answer) ?? []).slice(1).map(Number);
  return major > PIP_WITH_PYTHON[0] || (major === PIP_WITH_PYTHON[0] && minor >= PIP_WITH_PYTHON[1]);
}

function hashes({ requirements }: VirtualenvInputs): string[] {
  return requirements.includes("--hash=") ? ["--require-hashes"] : [];
}

async function writeRequirements({ requirements }: VirtualenvInputs, folder: string): Promise<string> {
  const file = path.join(folder, "requirements.txt");
  await writeFile(file, requirements);
  return file;
}

/** The caller's environment carries pip's and uv's settings, proxies and certificates; Pulumi's own is not for them. */
function installerEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"));
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

async function output([command = "", ...args]: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { env: installerEnvironment() });
  return stdout;
}

async function step({ inputs, signal }: Build, argv: readonly string[]): Promise<void> {
  const paths = prepare(inputs.root);
  const log = logPath(paths, `venv-${inputs.name}`);
  const command = { root: inputs.root, argv, cwd: paths.run, environment: installerEnvironment(), log };
  const { code, how, lines } = await run(command, INSTALL_SECONDS, signal);
  if (code === 0) return;
  const written = await lines(4 * SHOWN_LINES);
  const telling = written.filter(
    (line) => !/^\s*(Collecting|Downloading|Using cached|Looking in|Requirement already|\[notice\])/.test(line),
  );
  const shown = telling.slice(-SHOWN_LINES).map((line) => `    ${line}`);
  throw new Error(
    `Python packages of ${inputs.name} could not be installed (${how}):\n${shown.join("\n")}\nThe whole log: ${log}`,
  );
}
