/** `npm run bench [-- NAME...]`: measures everything, or what is named, and writes docs/benchmarks.md. */
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../components/package-root";
import { celery } from "./celery";
import { comment } from "./comment";
import { images } from "./images";
import { noop } from "./noop";
import { plan, scale } from "./plan";
import { circumstances, documentWith, sectionText } from "./report";
import { servers } from "./servers";
import { roll } from "./roll";
import { stacks } from "./stacks";
import { benchProject, type Benchmark, type BenchProject } from "./support";

/** By the name that selects it, in the order of the document. */
const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  noop,
  plan,
  scale,
  stacks,
  comment,
  roll,
  servers,
  images,
  celery,
};
const DOCUMENT = path.join(packageRoot, "docs", "benchmarks.md");

function selected(names: readonly string[]): [string, Benchmark][] {
  const unknown = names.filter((name) => BENCHMARKS[name] === undefined);
  if (unknown.length > 0)
    throw new Error(`no benchmark is called ${unknown.join(", ")}; there are: ${Object.keys(BENCHMARKS).join(", ")}`);
  return Object.entries(BENCHMARKS).filter(([name]) => names.length === 0 || names.includes(name));
}

/** Measures one, unless something that it needs is missing; says what it found. */
async function measure(name: string, benchmark: Benchmark, project: BenchProject): Promise<string | undefined> {
  const missing = benchmark.missing?.();
  if (missing !== undefined) {
    process.stdout.write(`\n${name}: skipped (${missing})\n`);
    return undefined;
  }
  const text = sectionText(benchmark.title, circumstances(), await benchmark.measure(project));
  process.stdout.write(`\n${text}`);
  return text;
}

async function main(): Promise<void> {
  const chosen = selected(process.argv.slice(2));
  const titles = Object.values(BENCHMARKS).map(({ title }) => title);
  const project = await benchProject();
  try {
    for (const [name, benchmark] of chosen) {
      const text = await measure(name, benchmark, project);
      // After each: what was measured is not lost when a later one fails.
      if (text !== undefined) writeFileSync(DOCUMENT, documentWith(DOCUMENT, benchmark.title, text, titles));
    }
  } finally {
    await project.remove();
  }
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
