// `npm test`: sets itself up on a fresh clone and runs all stages; `npm test -- unit docs` runs those named.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { prepare } from "./setup.mjs";

const seconds = (started) => `${((Date.now() - started) / 1000).toFixed(1)} s`;
const say = (message) => console.log(message);

/** How much of a failure the summary repeats. */
const linesOfFailure = 20;

async function setUp() {
  await prepare(say);
  // Not before: it needs what prepare() installs.
  const { tsImport } = await import("tsx/esm/api");
  const { findPulumi } = await tsImport("../automation/engine/pulumi-cli.ts", import.meta.url);
  const pulumi = await findPulumi(say);
  say(`Pulumi CLI: ${pulumi.command} (${pulumi.version})`);
}

async function runStages(names) {
  const { stages, beside, sum } = await import("./test-stages.mjs");
  const commands = await import("./test-process.mjs");
  const unknown = names.filter((name) => !(name in stages));
  if (unknown.length > 0) {
    throw new Error(`There is no stage ${unknown.join(", ")}; there are: ${Object.keys(stages).join(", ")}`);
  }
  const wanted = names.length > 0 ? names : Object.keys(stages);
  const results = {};
  const runAll = async (some, runOne) => {
    for (const name of some)
      if (!commands.interrupted) results[name] = await runOne(name, () => runStage(stages[name]));
  };
  const apart = wanted.filter((name) => beside.includes(name));
  const here = wanted.filter((name) => !apart.includes(name));
  await Promise.all([
    runAll(here, (name, run) => {
      say(`\n==== ${name} ====`);
      return run();
    }),
    // Alone it can be followed; beside others its output would be between theirs.
    runAll(apart, here.length > 0 ? withOutputKept : (_, run) => run()),
  ]);
  const done = wanted.filter((name) => name in results);
  const total = sum(done.map((name) => results[name]));
  say("\n==== summary ====");
  for (const name of done) say(summaryOf(name, results[name]));
  for (const test of total.skipped) say(`skipped: ${test}`);
  // Once more, where who reads only the end finds it.
  for (const test of total.failed) say(`failed: ${test.split("\n").slice(0, linesOfFailure).join("\n    ")}`);
  return { ...total, interrupted: commands.interrupted };
}

async function runStage(stage) {
  const started = Date.now();
  const result = await stage().catch((error) => {
    console.error(error.message);
    return { passed: 0, failed: [error.message], skipped: [] };
  });
  return { ...result, seconds: seconds(started) };
}

/** Runs a stage, and says what it has written when it is done. */
async function withOutputKept(name, run) {
  const { output } = await import("./test-process.mjs");
  const file = join(mkdtempSync(join(tmpdir(), "slipway-stage-")), "output");
  const descriptor = openSync(file, "w");
  try {
    return await output.run(descriptor, run);
  } finally {
    closeSync(descriptor);
    say(`\n==== ${name}, beside the others ====\n${readFileSync(file, "utf8")}`);
    rmSync(dirname(file), { recursive: true });
  }
}

function summaryOf(name, { passed, failed, skipped, seconds: time }) {
  return `${name.padEnd(9)} ${passed} passed, ${failed.length} failed, ${skipped.length} skipped, ${time}`;
}

const started = Date.now();
const total = await setUp()
  .then(() => runStages(process.argv.slice(2)))
  .catch((error) => {
    console.error(error.message);
    return { passed: 0, failed: [error.message], skipped: [] };
  });
say(`${total.interrupted ? "interrupted" : "done"} after ${seconds(started)}`);
say(`${total.passed} passed, ${total.failed.length} failed, ${total.skipped.length} skipped`);
process.exitCode = total.failed.length > 0 || total.interrupted ? 1 : 0;
