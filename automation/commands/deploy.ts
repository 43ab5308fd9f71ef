/** Commands that plan, make and remove a deployment. */
import type { Command } from "commander";
import type { Removal } from "../deployments";
import type { OperationResult } from "../engine/operations";
import { EXIT } from "../errors";
import { agreed, answer, stackCommand, stackOf, withProgress, type StackFlags } from "../terminal/command";
import { outputsText, planText, summaryText } from "../terminal/plan";
import { statusText } from "../terminal/status";
import { nothingToPurge, unprotect } from "./purge";

/** Adds `up`, `preview`, `diff`, `drift`, `refresh` and `destroy`. */
export function addDeployCommands(program: Command): void {
  addUp(program);
  addPreview(program, "preview", "show what up would do", false);
  addPreview(program, "diff", "show what up would do, property by property", true);
  addDrift(program);
  addRefresh(program);
  addDestroy(program);
}

function addUp(program: Command): void {
  stackCommand(program, "up", "deploy: bring the stack to what its config and its application say")
    .option("-y, --yes", "do not ask")
    .action(async (flags: StackFlags) => {
      const { hasOperations, up, status } = await import("../index");
      const stack = stackOf(flags);
      const confirm = (plan: Parameters<typeof planText>[0]): Promise<boolean> => {
        if (flags.json !== true) process.stderr.write(`${planText(plan, { properties: false })}\n`);
        return agreed(flags, `Deploy ${stack}?`);
      };
      const result = await withProgress(flags, (options) => up({ ...options, stack, confirm }));
      const head = result.changed ? `deployed in ${result.seconds.toFixed(1)} s` : "no changes";
      if (hasOperations({ stack })) {
        const running = await status({ stack });
        answer(flags, { ...result, status: running }, () => `${head}\n\n${statusText(running)}`);
      } else answer(flags, result, () => `${head}\n\n${outputsText(result.outputs)}`);
    });
}

function addPreview(program: Command, name: string, summary: string, properties: boolean): void {
  stackCommand(program, name, summary)
    .option("--exit-code", `exit with ${EXIT.changes} when there are changes`)
    .action(async (flags: StackFlags & { exitCode?: boolean }) => {
      const { preview } = await import("../index");
      const plan = await withProgress({ json: true }, (options) => preview({ ...options, stack: stackOf(flags) }));
      answer(flags, plan, () => planText(plan, { properties }));
      if (flags.exitCode === true && plan.changes.length > 0) process.exitCode = EXIT.changes;
    });
}

function addRefresh(program: Command): void {
  stackCommand(program, "refresh", "read what really runs into the state, and show what has drifted").action(
    async (flags: StackFlags) => {
      const { refresh } = await import("../index");
      const drift = await withProgress(flags, (options) => refresh({ ...options, stack: stackOf(flags) }));
      answer(flags, drift, () => driftText(drift));
    },
  );
}

function addDrift(program: Command): void {
  stackCommand(program, "drift", "show what has drifted, property by property; changes nothing")
    .option("--exit-code", `exit with ${EXIT.changes} when something has drifted`)
    .action(async (flags: StackFlags & { exitCode?: boolean }) => {
      const { drift } = await import("../index");
      const found = await withProgress({ json: true }, (options) => drift({ ...options, stack: stackOf(flags) }));
      answer(flags, found, () => driftText(found));
      if (flags.exitCode === true && found.changes.length > 0) process.exitCode = EXIT.changes;
    });
}

function driftText(drift: OperationResult): string {
  return drift.changes.length === 0 ? "no drift" : `drift:\n${planText(drift, { properties: true })}`;
}

function addDestroy(program: Command): void {
  stackCommand(program, "destroy", "remove everything that was deployed; data stays unless --purge is given")
    .option("-y, --yes", "do not ask")
    .option("--purge", "remove the data too: databases, queues, backups")
    .action(async (flags: StackFlags & { purge?: boolean }) => {
      const { destroy, hasOperations, purge } = await import("../index");
      const stack = stackOf(flags);
      if (flags.purge === true && !hasOperations({ stack }, "purge")) throw await nothingToPurge(stack);
      const what = flags.purge === true ? `Remove ${stack} AND ITS DATA for good?` : `Remove ${stack}? Its data stays.`;
      const result = await withProgress(flags, (options) =>
        destroy({ ...options, stack, confirm: () => agreed(flags, what) }),
      );
      if (flags.purge === true) await purge({ stack });
      const mend = result.kept.length > 0 ? await unprotect(stack) : "";
      answer(flags, result, () => removalText(stack, result, mend));
    });
}

function removalText(stack: string, { changes, unchanged, kept }: Removal, mend: string): string {
  const head = `removed: ${summaryText(changes, unchanged)}`;
  if (kept.length === 0) return head;
  return [
    head,
    `kept, with what they need, because they are protected: ${kept.join(", ")}`,
    `to remove them too: ${mend}, \`slipway up --stack ${stack}\`, and destroy once more`,
  ].join("\n");
}
