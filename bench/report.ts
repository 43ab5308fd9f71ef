/** docs/benchmarks.md: a section for each benchmark, of which a run replaces those that it measured. */
import { existsSync, readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import type { Section, Table } from "./support";

const PREAMBLE = `# Benchmarks

Written by \`npm run bench\`; \`npm run bench -- NAME...\` measures some of them anew and leaves the others. Each ratio compares
runs made in turn in the same minutes on the same machine; medians, with the range in brackets.
`;

/** Where and when something is measured, and what else the machine had to do when that began. */
export function circumstances(): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const day = new Date().toISOString().slice(0, 10);
  return `Measured on ${day}: ${machine}, Node ${process.versions.node}; load of the machine before it began: ${load}.`;
}

/** A section as the document has it. */
export function sectionText(title: string, circumstance: string, { tables, notes }: Section): string {
  const parts = [`## ${title}`, circumstance, ...tables.map(tableText), notes.map((note) => `- ${note}`).join("\n")];
  return `${parts.join("\n\n")}\n`;
}

function tableText({ caption, head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const lines = [line(head), line(head.map(() => "---")), ...rows.map(line)];
  return [...(caption === undefined ? [] : [`### ${caption}`, ""]), ...lines].join("\n");
}

/**
 * The document with a section that was measured, and the others as they stand in it.
 *
 * @param titles of all sections, in their order
 */
export function documentWith(file: string, title: string, text: string, titles: readonly string[]): string {
  const written = existsSync(file) ? readFileSync(file, "utf8").split(/^(?=## )/m) : [];
  const section = (wanted: string): string | undefined =>
    wanted === title ? text : written.find((each) => each.startsWith(`## ${wanted}\n`));
  const sections = titles.flatMap((each) => section(each)?.trimEnd() ?? []);
  return `${[PREAMBLE.trimEnd(), ...sections].join("\n\n")}\n`;
}
