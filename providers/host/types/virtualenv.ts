import { createHash } from "node:crypto";
import { promises as fs } from "node:fs";
import * as path from "node:path";
import { diskFault, isThere, namesIn, prune, readIfThere, removeAll, writeWhole } from "../files";
import { type Layout, layout } from "../paths";
import { type Interpreter, findPython } from "../python";
import type { Context, Failure, ResourceType } from "../resource";
import type { VirtualenvInputs, VirtualenvOutputs } from "../resources";
import * as rules from "../rules";
import { launchSpecs } from "../specs";
import { build } from "../venv-build";

const KEPT = 5;
const COMPLETE = ".complete";

export const virtualenv: ResourceType<VirtualenvInputs, VirtualenvOutputs> = {
  rules: { root: rules.root, name: rules.name, python: rules.text, requirements: rules.anyText },
  replaces: ["name"],
  watched: true,
  check,
  plan: async ({ root, name, python, requirements }) => {
    if (!root || !name || !python || requirements === undefined) return {};
    const inputs = { root, name, python, requirements };
    return (await installed(inputs)) ?? located(inputs, await findPython(python));
  },
  id: ({ root, name }) => path.join(layout(root).venvs, name),
  create: provide,
  update: (inputs, _old, context) => provide(inputs, context),
  read: async (kept) => ((await isUsable(kept.path)) ? kept : undefined),
  delete: async ({ root, name }) => {
    const { venvs } = layout(root);
    await removeAll(...(await folders(venvs, name)).map((folder) => path.join(venvs, folder)));
  },
};

/** What a complete environment says about itself. */
interface Marker {
  python: string;
  pythonVersion: string;
  requirements: string;
}

function digest(...parts: string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 12);
}

function located(inputs: VirtualenvInputs, { version, platform }: Interpreter): VirtualenvOutputs {
  const minor = version.split(".").slice(0, 2).join(".");
  const folder = `${inputs.name}-${digest(inputs.requirements, minor, platform)}`;
  return { ...inputs, path: path.join(layout(inputs.root).venvs, folder), pythonVersion: version };
}

/** Folders of the environment `name`, complete or not. */
async function folders(venvs: string, name: string): Promise<string[]> {
  return (await namesIn(venvs)).filter((folder) => folder.replace(/-[0-9a-f]{12}$/, "") === name);
}

/** A folder with a marker whose interpreter was not removed since. */
async function isUsable(folder: string): Promise<boolean> {
  return (await isThere(path.join(folder, COMPLETE))) && (await isThere(path.join(folder, "bin", "python")));
}

/** The environment made earlier for the same inputs: an interpreter need not be started to find it. */
async function installed(inputs: VirtualenvInputs): Promise<VirtualenvOutputs | undefined> {
  const { venvs } = layout(inputs.root);
  for (const name of await folders(venvs, inputs.name)) {
    const folder = path.join(venvs, name);
    const text = await readIfThere(path.join(folder, COMPLETE));
    if (text === undefined || !(await isUsable(folder))) continue;
    const { python, pythonVersion, requirements } = JSON.parse(text) as Marker;
    if (python !== inputs.python || requirements !== digest(inputs.requirements)) continue;
    return { ...inputs, path: folder, pythonVersion };
  }
  return undefined;
}

async function check({ root, name, python, requirements }: Partial<VirtualenvInputs>): Promise<Failure[]> {
  if (!root || !python) return [];
  if (name && requirements !== undefined && (await installed({ root, name, python, requirements }))) return [];
  try {
    await findPython(python);
    return [];
  } catch (error) {
    return [{ property: "python", reason: error instanceof Error ? error.message : String(error) }];
  }
}

async function provide(inputs: VirtualenvInputs, { signal }: Context): Promise<VirtualenvOutputs> {
  const paths = layout(inputs.root);
  const outputs = (await installed(inputs)) ?? (await make(inputs, paths, signal));
  const now = new Date();
  await fs.utimes(path.join(outputs.path, COMPLETE), now, now);
  const started = (await launchSpecs(paths)).map(({ environment }) => environment["VIRTUAL_ENV"]);
  await prune(paths.venvs, await folders(paths.venvs, inputs.name), {
    keep: KEPT,
    mark: COMPLETE,
    inUse: (folder) => folder === outputs.path || started.includes(folder),
  });
  return outputs;
}

async function make(inputs: VirtualenvInputs, paths: Layout, signal: AbortSignal): Promise<VirtualenvOutputs> {
  const interpreter = await findPython(inputs.python);
  const outputs = located(inputs, interpreter);
  const folder = outputs.path;
  if (!(await isUsable(folder))) {
    // What is there was not finished.
    await removeAll(folder);
    await fs.mkdir(paths.venvs, { recursive: true, mode: 0o700 });
    try {
      await build(inputs, interpreter, folder, signal);
    } catch (error) {
      await removeAll(folder);
      const fault = diskFault(error, paths.venvs);
      throw fault === undefined ? error : new Error(fault, { cause: error });
    }
  }
  const { python, pythonVersion } = outputs;
  const marker: Marker = { python, pythonVersion, requirements: digest(inputs.requirements) };
  await writeWhole(path.join(folder, COMPLETE), JSON.stringify(marker));
  return outputs;
}
