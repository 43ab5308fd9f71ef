/** The command that tells a pull request what it would change. */
import { writeFileSync } from "node:fs";
import { InvalidArgumentError, type Command } from "commander";
import { namedByCaller } from "../caller";
import type { StackReport } from "../comment";
import type { Drawing } from "../graph";
import { EXIT, SlipwayError } from "../errors";
import type { OperationOptions } from "../engine/operations";
import type { Stoppable } from "../stopping";
import { answer, withProgress } from "../terminal/command";
import { timeLimited, type TimeFlags } from "../terminal/interruption";

interface CommentFlags extends TimeFlags {
  rehearse?: boolean;
  keep?: boolean;
  given?: string;
  from?: string;
  output?: string;
  repository?: string;
  number?: number;
  commit?: string;
  json?: boolean;
}

/** Adds `comment`. */
export function addCommentCommand(program: Command): void {
  const command = program
    .command("comment")
    .summary("tell a pull request what it would change, in one comment")
    .description("Preview stacks, and write one comment on the pull request; the next run edits it.");
  timeLimited(command)
    .argument("[stacks...]", "names of stacks (default: those with a target in a cloud, else all)")
    .option("--rehearse", "on simulated clouds: needs no credentials")
    .option("--keep", "with --rehearse: against what the last rehearsal deployed, such as the base's")
    .option("--given <file>", "with --rehearse: YAML file that lists what is in the account already")
    .option("--from <file>", "take the reports from a file that --json wrote, and preview nothing")
    .option("--output <file>", "write it to a file that ends with .md or .html, or with - to standard output")
    .option("--repository <name>", "owner/name, or a project of GitLab (default: what the build service says)")
    .option("--number <number>", "number of the pull request (default: what the build service says)", count)
    .option("--commit <sha>", "commit that it is about (default: what the build service says)")
    .option("--json", "print the reports as JSON on standard output, and post nothing")
    .action(comment);
}

function count(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError("It is not the number of a pull request.");
  return Number(value);
}

async function comment(stacks: string[], flags: CommentFlags): Promise<void> {
  if ((flags.keep === true || flags.given !== undefined) && flags.rehearse !== true) {
    throw new SlipwayError("usage", "--keep and --given are for a rehearsal.", "slipway comment --rehearse");
  }
  if (flags.output !== undefined && !/^-$|\.(md|html)$/.test(flags.output)) {
    throw new SlipwayError("usage", `--output ${flags.output} ends neither with .md nor with .html.`);
  }
  const reports = await withProgress(flags, (options) => reportedAndTold(stacks, flags, options), true);
  const failed = reports.find(({ failure }) => failure !== undefined)?.failure;
  if (failed !== undefined) process.exitCode = EXIT[failed.kind];
}

async function reportedAndTold(
  stacks: string[],
  flags: CommentFlags,
  options: OperationOptions,
): Promise<StackReport[]> {
  const reports = await reportsOf(stacks, flags, options);
  if (flags.json === true) answer(flags, reports, () => "");
  else await hand(reports, flags, options);
  return reports;
}

async function reportsOf(stacks: string[], flags: CommentFlags, options: OperationOptions): Promise<StackReport[]> {
  const { readReports, stackReports } = await import("../comment");
  if (flags.from !== undefined) return readReports(namedByCaller(flags.from));
  return stackReports({
    ...options,
    ...(stacks.length > 0 && { stacks }),
    rehearse: flags.rehearse === true,
    keep: flags.keep === true,
    ...(flags.given !== undefined && { given: flags.given }),
  });
}

/** To the file that is named, else to the pull request. */
async function hand(
  reports: readonly StackReport[],
  { output, ...place }: CommentFlags,
  { signal }: Stoppable,
): Promise<void> {
  const { commentHtml, commentMarkdown, commitOf, postComment } = await import("../comment");
  const commit = place.commit ?? commitOf();
  const format = { ...(commit !== undefined && { commit }) };
  if (output === undefined) {
    const { url, parts, created, edited, removed } = await postComment(
      reports,
      { ...place, ...(signal && { signal }) },
      format,
    );
    const done = `${created} added, ${edited} edited, ${removed} removed`;
    process.stdout.write(`${url}\n${parts} ${parts === 1 ? "part" : "parts"}: ${done}\n`);
    return;
  }
  const whole = { ...format, limit: Number.POSITIVE_INFINITY };
  const drawings = place.from === undefined ? await drawn(reports) : [];
  const { fencedMermaid, svgOf } = await import("../graph");
  const text = output.endsWith(".html")
    ? commentHtml(reports, whole, drawings.map(svgOf))
    : [...commentMarkdown(reports, whole), ...drawings.map(fencedMermaid)].join("\n");
  if (output === "-") process.stdout.write(text);
  else writeFileSync(namedByCaller(output), text);
}

/** Each stack that there is something to draw of, what changes marked. */
async function drawn(reports: readonly StackReport[]): Promise<Drawing[]> {
  const [{ deployedResources, drawingOf }, { rehearsedResources }, { placeOf }] = await Promise.all([
    import("../graph"),
    import("../rehearsal/state"),
    import("../engine/project"),
  ]);
  const drawings: Drawing[] = [];
  for (const { stack, basis, plan, failure } of reports) {
    if (plan === undefined || failure !== undefined) continue;
    const resources =
      basis === "deployed" ? await deployedResources({ stack }).catch(notDeployed) : rehearsedResources(placeOf(stack));
    // In an empty account everything is new: marks would say nothing.
    if (resources.length > 0) drawings.push(drawingOf(stack, resources, basis === "nothing" ? [] : plan.changes));
  }
  return drawings;
}

function notDeployed(error: unknown): [] {
  if (!(error instanceof SlipwayError) || error.kind !== "state") throw error;
  return [];
}
