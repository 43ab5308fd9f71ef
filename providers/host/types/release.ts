import { createHash } from "node:crypto";
import { promises as fs } from "node:fs";
import * as path from "node:path";
import { type SourceFile, contentVersion, listSource } from "../../../components/app/source";
import { diskFault, isThere, namesIn, prune, removeAll } from "../files";
import { layout } from "../paths";
import type { Context, Failure, ResourceType } from "../resource";
import type { ReleaseInputs, ReleaseOutputs } from "../resources";
import * as rules from "../rules";
import { MANIFEST, SERVED_MARK, launchSpecs } from "../specs";

const COPIED_AT_ONCE = 32;

export const release: ResourceType<ReleaseInputs, ReleaseOutputs> = {
  rules: {
    root: rules.root,
    version: rules.version,
    source: rules.folder,
    files: rules.texts,
    commit: rules.optionalText,
    keep: rules.wholeNumber(1, 1000),
  },
  ignored: ["source", "commit", "keep"],
  watched: true,
  check,
  plan: (inputs) => (inputs.root && inputs.version ? { path: folderOf(inputs.root, inputs.version) } : {}),
  id: ({ root }) => layout(root).releases,
  create: unpack,
  update: (inputs, _old, context) => unpack(inputs, context),
  read: async (kept) => ((await isThere(path.join(kept.path, MANIFEST))) ? kept : undefined),
  delete: ({ root }) => removeAll(layout(root).releases),
};

function folderOf(root: string, version: string): string {
  return path.join(layout(root).releases, version);
}

async function check({ files, source, root, version }: Partial<ReleaseInputs>): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const name of Object.keys(files ?? {})) {
    if (!path.isAbsolute(name) && !path.normalize(name).startsWith("..")) continue;
    failures.push({ property: "files", reason: `files names ${name}; allowed: paths inside the release.` });
  }
  const kept = root && version && (await isThere(path.join(folderOf(root, version), MANIFEST)));
  if (source !== undefined && !kept && !(await isThere(source))) {
    failures.push({ property: "source", reason: `source is ${source}; allowed: a folder that exists.` });
  }
  return failures;
}

async function unpack(inputs: ReleaseInputs, { signal }: Context): Promise<ReleaseOutputs> {
  const paths = layout(inputs.root);
  const target = folderOf(inputs.root, inputs.version);
  if (!(await isThere(path.join(target, MANIFEST)))) {
    await fs.mkdir(paths.releases, { recursive: true, mode: 0o700 });
    await removeAll(
      target,
      ...(await namesIn(paths.releases)).filter(isPartial).map((name) => path.join(paths.releases, name)),
    );
    const partial = `${target}.partial`;
    try {
      await fill(partial, inputs, signal);
      await fs.rename(partial, target);
    } catch (error) {
      await removeAll(partial);
      const fault = diskFault(error, paths.releases);
      throw fault === undefined ? error : new Error(fault, { cause: error });
    }
  }
  const complete = (await namesIn(paths.releases)).filter((name) => !isPartial(name));
  const started = (await launchSpecs(paths)).map(({ cwd }) => cwd);
  await prune(paths.releases, complete, {
    keep: inputs.keep,
    mark: SERVED_MARK,
    inUse: (folder) => folder === target || started.includes(folder),
  });
  return { ...inputs, path: target };
}

function isPartial(name: string): boolean {
  return name.endsWith(".partial");
}

async function fill(folder: string, inputs: ReleaseInputs, signal: AbortSignal): Promise<void> {
  const { source, files, version, commit } = inputs;
  const listed = await listSource(source);
  await fs.mkdir(folder, { mode: 0o700 });
  const copied: SourceFile[] = [];
  for (let start = 0; start < listed.length; start += COPIED_AT_ONCE) {
    signal.throwIfAborted();
    const some = listed.slice(start, start + COPIED_AT_ONCE);
    copied.push(...(await Promise.all(some.map((file) => copy(source, folder, file)))));
  }
  const actual = contentVersion(copied, files);
  if (actual !== version) {
    throw new Error(
      `${source} changed while it was deployed (version ${version} became ${actual}): run \`slipway up\` again.`,
    );
  }
  const manifest = `${JSON.stringify({ version, commit, createdAt: new Date().toISOString() }, undefined, 2)}\n`;
  for (const [name, text] of [...Object.entries(files), [MANIFEST, manifest] as const]) {
    await fs.mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await removeAll(path.join(folder, name));
    await fs.writeFile(path.join(folder, name), text);
  }
}

/** Copies one file; returns what was copied, which differs from the listing when the file changed meanwhile. */
async function copy(source: string, folder: string, file: SourceFile): Promise<SourceFile> {
  const from = path.join(source, file.path);
  const to = path.join(folder, file.path);
  await fs.mkdir(path.dirname(to), { recursive: true });
  if (file.mode === "symlink") {
    const target = await fs.readlink(from);
    const inside = path.relative(source, path.resolve(path.dirname(from), target));
    if (path.isAbsolute(target) || inside.split(path.sep)[0] === "..") {
      throw new Error(
        `${from} links to ${target}; allowed: relative links that stay inside ${source}. Put the file there instead of the link.`,
      );
    }
    await fs.symlink(target, to);
    return { ...file, sha256: digest(target) };
  }
  const content = await fs.readFile(from);
  await fs.writeFile(to, content, { mode: file.mode === "executable" ? 0o755 : 0o644 });
  return { ...file, sha256: digest(content) };
}

function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
