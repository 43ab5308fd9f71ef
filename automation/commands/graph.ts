/** The command that draws a stack. */
import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { namedByCaller } from "../caller";
import { SlipwayError } from "../errors";
import { stackCommand, stackOf, withProgress, type StackFlags } from "../terminal/command";
import { timeLimited, type TimeFlags } from "../terminal/interruption";

interface GraphFlags extends StackFlags, TimeFlags {
  output: string;
  changes?: boolean;
  rehearse?: boolean;
  keep?: boolean;
  given?: string;
}

/** Adds `graph`. */
export function addGraphCommand(program: Command): void {
  const summary = "draw the stack: its parts, what they need, what is a single point of failure";
  timeLimited(stackCommand(program, "graph", summary))
    .option("--output <file>", "file that ends with .svg, .mmd or .md; - for Mermaid on standard output", "-")
    .option("--changes", "mark what up would change")
    .option("--rehearse", "draw what a rehearsal deploys: needs no credentials")
    .option("--keep", "with --rehearse: go on from the last rehearsal")
    .option("--given <file>", "with --rehearse: YAML file that lists what is in the account already")
    .action(graph);
}

async function graph(flags: GraphFlags): Promise<void> {
  const { output } = flags;
  if (!/^-$|\.(svg|mmd|md)$/.test(output)) {
    throw new SlipwayError("usage", `--output ${output} ends with none of .svg, .mmd and .md.`);
  }
  const { drawStack, fencedMermaid, mermaidOf, svgOf } = await import("../graph");
  const drawing = await withProgress(
    flags,
    (options) =>
      drawStack({
        ...options,
        stack: stackOf(flags),
        changes: flags.changes === true,
        rehearse: flags.rehearse === true,
        keep: flags.keep === true,
        ...(flags.given !== undefined && { given: flags.given }),
      }),
    true,
  );
  if (flags.json === true) process.stdout.write(`${JSON.stringify(drawing, undefined, 2)}\n`);
  else if (output.endsWith(".svg")) writeFileSync(namedByCaller(output), svgOf(drawing));
  else {
    const text = output.endsWith(".md") ? fencedMermaid(drawing) : `${mermaidOf(drawing)}\n`;
    if (output === "-") process.stdout.write(text);
    else writeFileSync(namedByCaller(output), text);
  }
}
