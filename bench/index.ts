/** `npm run bench`: measures everything in one run and writes docs/benchmarks.md. */
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import * as path from "node:path";
import { packageRoot } from "../components/package-root";
import { benchComment } from "./comment";
import { benchNoop } from "./noop";
import { benchPlan, benchScale } from "./plan";
import { benchRequests } from "./requests";
import { benchRollout } from "./rollout";
import { benchProject, type BenchProject, type Section } from "./support";

const BENCHMARKS: readonly ((project: BenchProject) => Promise<Section>)[] = [
  benchNoop,
  benchPlan,
  benchScale,
  benchComment,
  benchRollout,
  benchRequests,
];

function report(sections: readonly Section[]): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.versions.node}`;
  return [
    "# Benchmarks",
    "",
    "Written by `npm run bench`. Each ratio compares runs made in turn in the same minutes on the same machine;",
    "medians, with the range in brackets.",
    "",
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${machine}.`,
    ...sections.flatMap(sectionText),
    "",
  ].join("\n");
}

function sectionText({ title, head, rows, notes }: Section): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    "",
    `## ${title}`,
    "",
    line(head),
    line(head.map(() => "---")),
    ...rows.map(line),
    "",
    ...notes.map((note) => `- ${note}`),
  ];
}

async function main(): Promise<void> {
  const project = await benchProject();
  try {
    const sections: Section[] = [];
    for (const benchmark of BENCHMARKS) {
      const section = await benchmark(project);
      process.stdout.write(`${sectionText(section).join("\n")}\n`);
      sections.push(section);
    }
    writeFileSync(path.join(packageRoot, "docs", "benchmarks.md"), report(sections));
  } finally {
    await project.remove();
  }
}

void main();
