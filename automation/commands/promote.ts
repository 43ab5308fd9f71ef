/** The command that gives the release of one stack to another. */
import type { Command } from "commander";
import type { Promotion } from "../releases/promote";
import { agreed, answer, withProgress, type StackFlags } from "../terminal/command";
import { outputsText, planText } from "../terminal/plan";
import { statusText } from "../terminal/status";

/** Adds `promote`. */
export function addPromoteCommand(program: Command): void {
  const summary = "give the release that serves in one stack to another, as it was built";
  program
    .command("promote")
    .summary(summary)
    .description(summary)
    .argument("<from>", "stack whose release it is")
    .argument("<to>", "stack that gets it")
    .option("-y, --yes", "do not ask")
    .option("--json", "print the result as JSON on standard output")
    .action(async (from: string, to: string, flags: StackFlags) => {
      const { hasOperations, promote, status } = await import("../index");
      const confirm = (plan: Parameters<typeof planText>[0], version: string): Promise<boolean> => {
        if (flags.json !== true) process.stderr.write(`${planText(plan, { properties: false })}\n`);
        return agreed(flags, `Give release ${version} of ${from} to ${to}?`);
      };
      const result = await withProgress(flags, (options) => promote({ ...options, from, to, confirm }));
      const head = headOf(result, from, to);
      if (hasOperations({ stack: to })) {
        const running = await status({ stack: to });
        answer(flags, { ...result, status: running }, () => `${head}\n\n${statusText(running)}`);
      } else answer(flags, result, () => `${head}\n\n${outputsText(result.outputs)}`);
    });
}

function headOf({ changed, version, config, outputs }: Promotion, from: string, to: string): string {
  const serves = changed
    ? `release ${version} of ${from} serves in ${to}`
    : `release ${version} of ${from} serves in ${to} already`;
  const { release } = outputs;
  // Slipway's own files beside the application's are others where another server is wanted.
  const called = typeof release === "string" && release !== version ? `${serves}, as ${release}` : serves;
  const [pinned] = Object.keys(config);
  if (pinned === undefined) return `${called}; the next up deploys what the source holds`;
  return `${called}; ${pinned} in Pulumi.${to}.yaml names it, until \`slipway config rm ${pinned} --stack ${to}\``;
}
