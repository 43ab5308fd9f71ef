/** A deployment with nothing to do, against a Pulumi program with nothing in it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pulumiCache } from "../automation/engine/pulumi-binary";
import { pulumiVersion } from "../automation/engine/pulumi-install";
import { packageRoot } from "../components/package-root";
import { ratio, spread, timed, type BenchProject, type Benchmark, type Section } from "./support";

const RUNS = 5;

/** The least that a script over the Automation API does, as its documentation shows it. */
const EMPTY_PROGRAM = `
const { LocalWorkspace, PulumiCommand } = require("@pulumi/pulumi/automation");
(async () => {
  const [operation, root, folder] = process.argv.slice(2);
  const pulumiCommand = await PulumiCommand.get({ root });
  const envVars = { PULUMI_BACKEND_URL: "file://" + folder, PULUMI_CONFIG_PASSPHRASE: "bench", PULUMI_SKIP_UPDATE_CHECK: "true" };
  const program = { stackName: "bench", projectName: "empty", program: async () => {} };
  const stack = await LocalWorkspace.createOrSelectStack(program, { pulumiCommand, envVars });
  await stack[operation]();
})();
`;

/** Whole processes, in turn; the project's stack is up. */
export const noop: Benchmark = { title: "Nothing to do", measure: measureNoop };

async function measureNoop(project: BenchProject): Promise<Section> {
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-bench-empty-"));
  const script = path.join(folder, "empty.cjs");
  writeFileSync(script, EMPTY_PROGRAM);
  const root = path.join(pulumiCache(), pulumiVersion);
  const empty = (operation: string): ReturnType<typeof timed> =>
    timed("node", [script, operation, root, folder], { NODE_PATH: path.join(packageRoot, "node_modules") });
  await empty("up");
  await project.slipway("up", "--yes");
  const rows: string[][] = [];
  for (const operation of ["preview", "up"]) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      ours.push((await project.slipway(operation, ...(operation === "up" ? ["--yes"] : []))).seconds);
      theirs.push((await empty(operation)).seconds);
    }
    rows.push([operation, spread(ours, "s"), spread(theirs, "s"), ratio(ours, theirs)]);
  }
  rmSync(folder, { recursive: true });
  return {
    tables: [{ head: ["operation", "the blog's stack (14 resources, drift read)", "empty program", "ratio"], rows }],
    notes: [
      `Whole processes, ${RUNS} runs each, in turn. The empty program is a script over the Automation API with the same engine.`,
      "`slipway up` plans first and ends there when nothing differs; the empty program's `up` runs an update.",
    ],
  };
}
