// What `npm test` runs. Every stage gives {passed, failed, skipped}: a count, what failed (its name, then why), and
// the names of what was skipped.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { preparePython } from "./python.mjs";
import { root } from "./setup.mjs";
import { run } from "./test-process.mjs";

const tool = (name) => join(root, "node_modules", ".bin", name);

/** The stages in the order in which they run: what is quick to fail first. */
export const stages = {
  types: () => check("tsc", tool("tsc"), ["--noEmit"]),
  lint,
  unit: () => mocha("unit", sideBySide),
  rehearsal: () => mocha("rehearsal", sideBySide),
  engine: () => mocha("engine", waiting),
  apps: () => mocha("apps", waiting),
  platforms: () => mocha("platforms", waiting),
  images: () => mocha("images"),
  compose: () => mocha("compose", sideBySide),
  docs: () => mocha("docs", sideBySide),
  blog: pytest,
};

/**
 * Stages that run one after another beside all others: they wait for builds, containers and servers most of the time, and
 * share nothing with the rest.
 */
export const beside = ["images", "compose"];

/** Some files at a time, each in a process of its own. */
const atOnce = (files) => ["--parallel", "--jobs", String(files)];

/** For tests that compute. */
const sideBySide = atOnce(2);

/** For tests that wait most of the time: for servers to start, to be killed and to come back. */
const waiting = atOnce(3);

async function check(title, command, args) {
  const well = await run(command, args, { cwd: root });
  console.log(`${well ? "ok" : "FAILED"}: ${title}`);
  return { passed: well ? 1 : 0, failed: well ? [] : [title], skipped: [] };
}

async function lint() {
  const bin = await preparePython();
  const ruff = join(bin, "ruff");
  const results = await Promise.all([
    check("eslint", tool("eslint"), ["."]),
    check("prettier", tool("prettier"), ["--check", "--log-level=warn", "."]),
    check("ruff check", ruff, ["check", "--quiet", "."]),
    check("ruff format", ruff, ["format", "--check", "--quiet", "."]),
  ]);
  return sum(results);
}

async function mocha(name, options = []) {
  const folder = join(root, "test", name);
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true }) : [];
  if (!files.some((file) => file.endsWith(".test.ts"))) return none(`test/${name} holds no tests`);
  return withResultFile(async (result) => {
    const reporter = ["--reporter", join(root, "tools", "mocha-reporter.cjs"), "--reporter-option", `result=${result}`];
    const args = ["--forbid-only", ...options, ...reporter, `test/${name}/**/*.test.ts`];
    const well = await run(tool("mocha"), args, { cwd: root });
    return honest(well, existsSync(result) ? JSON.parse(readFileSync(result, "utf8")) : none());
  });
}

async function pytest() {
  const cwd = join(root, "app-templates", "blog");
  if (!existsSync(join(cwd, "tests"))) return none("app-templates/blog/tests does not exist");
  const python = join(await preparePython(), "python");
  return withResultFile(async (result) => {
    const well = await run(python, ["-m", "pytest", "-q", `--junitxml=${result}`], { cwd });
    return honest(well, existsSync(result) ? await readJunit(result) : none());
  });
}

async function readJunit(file) {
  const { XMLParser } = await import("fast-xml-parser");
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    isArray: (name) => name === "testcase",
  });
  const { testsuite } = parser.parse(readFileSync(file, "utf8")).testsuites;
  const tests = testsuite.testcase ?? [];
  const skipped = tests
    .filter((test) => test.skipped !== undefined)
    .map((test) => `${test.classname} ${test.name}: ${test.skipped.message}`);
  const failed = tests
    .map((test) => ({ name: `${test.classname} ${test.name}`, fault: test.failure ?? test.error }))
    .filter(({ fault }) => fault !== undefined)
    .map(({ name, fault }) => `${name}\n${fault["#text"]}`);
  return { passed: tests.length - failed.length - skipped.length, failed, skipped };
}

/** A run that ended badly has failed, even if it could not say with which test. */
function honest(well, result) {
  return !well && result.failed.length === 0 ? { ...result, failed: ["the run as a whole, see above"] } : result;
}

function none(...skipped) {
  return { passed: 0, failed: [], skipped };
}

/** Adds results up. */
export function sum(results) {
  return {
    passed: results.reduce((total, { passed }) => total + passed, 0),
    failed: results.flatMap(({ failed }) => failed),
    skipped: results.flatMap(({ skipped }) => skipped),
  };
}

async function withResultFile(action) {
  const folder = mkdtempSync(join(tmpdir(), "slipway-test-"));
  try {
    return await action(join(folder, "result"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
