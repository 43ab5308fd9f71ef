// `npm test`: sets itself up on a fresh clone and runs all stages; `npm test -- unit docs` runs those named.
import process from "node:process";
import { prepare } from "./setup.mjs";

const seconds = (started) => `${((Date.now() - started) / 1000).toFixed(1)} s`;
const say = (message) => console.log(message);

async function setUp() {
  await prepare(say);
  // Not before: it needs what prepare() installs.
  const { tsImport } = await import("tsx/esm/api");
  const { findPulumi } = await tsImport("../automation/engine/pulumi-cli.ts", import.meta.url);
  const pulumi = await findPulumi(say);
  say(`Pulumi CLI: ${pulumi.command} (${pulumi.version})`);
}

async function runStages(names) {
  const { stages, sum } = await import("./test-stages.mjs");
  const commands = await import("./test-process.mjs");
  const unknown = names.filter((name) => !(name in stages));
  if (unknown.length > 0) {
    throw new Error(`There is no stage ${unknown.join(", ")}; there are: ${Object.keys(stages).join(", ")}`);
  }
  const results = [];
  const summary = [];
  for (const name of names.length > 0 ? names : Object.keys(stages)) {
    if (commands.interrupted) break;
    say(`\n==== ${name} ====`);
    const started = Date.now();
    const result = await stages[name]().catch((error) => {
      console.error(error.message);
      return { passed: 0, failed: 1, skipped: [] };
    });
    results.push(result);
    const counts = `${result.passed} passed, ${result.failed} failed, ${result.skipped.length} skipped`;
    summary.push(`${name.padEnd(9)} ${counts}, ${seconds(started)}`);
  }
  const total = sum(results);
  say("\n==== summary ====");
  for (const line of summary) say(line);
  for (const test of total.skipped) say(`skipped: ${test}`);
  return { ...total, interrupted: commands.interrupted };
}

const started = Date.now();
const total = await setUp()
  .then(() => runStages(process.argv.slice(2)))
  .catch((error) => {
    console.error(error.message);
    return { passed: 0, failed: 1, skipped: [] };
  });
say(`${total.interrupted ? "interrupted" : "done"} after ${seconds(started)}`);
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`);
process.exitCode = total.failed > 0 || total.interrupted ? 1 : 0;
