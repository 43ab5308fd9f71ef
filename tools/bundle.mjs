// Bundles everything that runs into dist/: one file to load instead of hundreds.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";

/** A library shares these with the program that imports it: two copies of Pulumi in one program do not work. */
const packages = ["@pulumi/pulumi", "@pulumi/aws", "@pulumi/docker", "@grpc/grpc-js", "google-protobuf"];
const shared = packages.flatMap((name) => [name, `${name}/*`]);

const bundles = [
  { name: "slipway", entry: "automation/main.ts", external: [] },
  { name: "host-provider", entry: "providers/host/main.ts", external: [] },
  { name: "policy", entry: "policy/main.ts", external: [] },
  { name: "components", entry: "components/index.ts", external: shared },
  { name: "automation", entry: "automation/index.ts", external: shared },
];

/**
 * Pulumi loads these at its start, but uses them only to serialize functions: they stay in node_modules, and are
 * loaded when first used. This halves what a command has to load.
 */
const rarelyUsed = /^(@npmcli\/arborist|normalize-package-data|fdir|source-map-support|.*\/typescript-shim)$/;

const loadWhenUsed = {
  name: "load-when-used",
  setup(build) {
    build.onResolve({ filter: rarelyUsed }, ({ path, namespace }) => {
      if (namespace === "when-used") return { path, external: true };
      return {
        path: path.endsWith("typescript-shim") ? "@pulumi/pulumi/typescript-shim" : path,
        namespace: "when-used",
      };
    });
    build.onLoad({ filter: /.*/, namespace: "when-used" }, ({ path }) => ({
      // As "__esModule" with a default, TypeScript's import helpers take it as it is instead of copying its members.
      contents: `module.exports = new Proxy({ __esModule: true }, {
        get: (marks, key) => marks[key] ?? (key === "default" ? require("${path}") : require("${path}")[key]),
      });`,
    }));
  },
};

/**
 * Builds all bundles of the checkout. Each file is put in place at once by a rename, so that a command that runs
 * meanwhile sees the old file or the new one.
 *
 * @throws Error with the faults of every bundle that could not be built; the others are built all the same
 */
export async function build(folder) {
  const dist = join(folder, "dist");
  mkdirSync(dist, { recursive: true });
  const temporary = mkdtempSync(join(dist, ".build-"));
  try {
    const results = await Promise.allSettled(bundles.map((bundle) => buildOne(bundle, folder, temporary)));
    for (const name of readdirSync(temporary)) renameSync(join(temporary, name), join(dist, name));
    const faults = results.filter((result) => result.status === "rejected").map((result) => result.reason.message);
    if (faults.length > 0) throw new Error(`dist/ could not be built:\n${faults.join("\n")}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function buildOne({ name, entry, external }, folder, outdir) {
  return esbuild.build({
    absWorkingDir: folder,
    entryPoints: [{ in: entry, out: name }],
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external,
    plugins: [loadWhenUsed],
    sourcemap: "linked",
    sourcesContent: false,
    // The caller reports the faults.
    logLevel: "silent",
  });
}
