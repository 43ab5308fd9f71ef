/** The command that gives the release of one stack to another. */
import type { Command } from "commander";
import type { Promotion } from "../releases/promote";
import type { OperationResult } from "../engine/operations";
import { asking, patience, waitingCommand, type ChangeFlags } from "../terminal/changing";
import { operationOptions, perform } from "../terminal/command";
import { outputsText } from "../terminal/plan";
import { statusText } from "../terminal/status";

/** Adds `promote`. */
export function addPromoteCommand(program: Command): void {
  const summary = "give the release that serves in one stack to another, as it was built";
  waitingCommand(operationOptions(program.command("promote").summary(summary).description(summary)))
    .argument("<from>", "stack whose release it is")
    .argument("<to>", "stack that gets it")
    .option("-y, --yes", "do not ask")
    .option("--json", "print the result as JSON on standard output")
    .action(async (from: string, to: string, flags: ChangeFlags) => {
      const { hasOperations, promote, status } = await import("../index");
      const confirm = (plan: OperationResult, version: string): Promise<boolean> =>
        asking(flags, `Give release ${version} of ${from} to ${to}?`)(plan);
      await perform("promote", { ...flags, stack: to }, async (options) => {
        const result = await promote({ ...options, ...patience(flags), from, to, confirm });
        const head = headOf(result, from, to);
        if (!hasOperations({ stack: to })) {
          return { value: result, text: () => `${head}\n\n${outputsText(result.outputs)}` };
        }
        const running = await status({ ...options, stack: to });
        return { value: { ...result, status: running }, text: () => `${head}\n\n${statusText(running)}` };
      });
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
