/** Commands that plan, make and remove a deployment. */
import type { Command } from "commander";
import type { OperationOptions, OperationResult } from "../engine/operations";
import { EXIT } from "../errors";
import { agreed, operationCommand, perform, stackOf } from "../terminal/command";
import type { OperationFlags, Outcome } from "../terminal/command";
import { asking, patience, waitingCommand, type ChangeFlags } from "../terminal/changing";
import { outputsText, planText, summaryText } from "../terminal/plan";
import { statusText } from "../terminal/status";
import { keptLines, nothingToPurge, removalQuestion } from "./removal";

type LookFlags = OperationFlags & { exitCode?: boolean };

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
  waitingCommand(operationCommand(program, "up", "deploy: bring the stack to what its config and its application say"))
    .option("-y, --yes", "do not ask")
    .action(async (flags: ChangeFlags) => {
      const { hasOperations, up, status } = await import("../index");
      const stack = stackOf(flags);
      const confirm = asking(flags, `Deploy ${stack}?`);
      await perform("up", flags, async (options) => {
        const result = await up({ ...options, ...patience(flags), stack, confirm });
        const head = result.changed ? `deployed in ${result.seconds.toFixed(1)} s` : "no changes";
        if (!hasOperations({ stack })) {
          return { value: result, text: () => `${head}\n\n${outputsText(result.outputs)}` };
        }
        const running = await status({ ...options, stack });
        return { value: { ...result, status: running }, text: () => `${head}\n\n${statusText(running)}` };
      });
    });
}

function addPreview(program: Command, name: string, summary: string, properties: boolean): void {
  operationCommand(program, name, summary)
    .option("--exit-code", `exit with ${EXIT.changes} when there are changes`)
    .action(async (flags: LookFlags) => {
      const { preview } = await import("../index");
      const look = async (options: OperationOptions): Promise<Outcome> => {
        const plan = await preview({ ...options, stack: stackOf(flags) });
        return { value: plan, text: () => planText(plan, { properties }), ended: endOf(flags, plan) };
      };
      await perform(name, flags, look, "nothing");
    });
}

function addRefresh(program: Command): void {
  waitingCommand(
    operationCommand(program, "refresh", "read what really runs into the state, and show what has drifted"),
  ).action(async (flags: ChangeFlags) => {
    const { refresh } = await import("../index");
    await perform("refresh", flags, async (options) => {
      const drift = await refresh({ ...options, ...patience(flags), stack: stackOf(flags) });
      return { value: drift, text: () => driftText(drift) };
    });
  });
}

function addDrift(program: Command): void {
  operationCommand(program, "drift", "show what has drifted, property by property; changes nothing")
    .option("--exit-code", `exit with ${EXIT.changes} when something has drifted`)
    .action(async (flags: LookFlags) => {
      const { drift } = await import("../index");
      const look = async (options: OperationOptions): Promise<Outcome> => {
        const found = await drift({ ...options, stack: stackOf(flags) });
        return { value: found, text: () => driftText(found), ended: endOf(flags, found) };
      };
      await perform("drift", flags, look, "nothing");
    });
}

function endOf(flags: LookFlags, { changes }: OperationResult): "changes" | "ok" {
  return flags.exitCode === true && changes.length > 0 ? "changes" : "ok";
}

function driftText(drift: OperationResult): string {
  return drift.changes.length === 0 ? "no drift" : `drift:\n${planText(drift, { properties: true })}`;
}

function addDestroy(program: Command): void {
  waitingCommand(
    operationCommand(program, "destroy", "remove everything that was deployed; data stays unless --purge is given"),
  )
    .option("-y, --yes", "do not ask")
    .option("--purge", "remove the data too: databases, queues, backups")
    .action(async (flags: ChangeFlags & { purge?: boolean }) => {
      const { destroy, hasOperations, purge } = await import("../index");
      const stack = stackOf(flags);
      if (flags.purge === true && !hasOperations({ stack }, "purge")) throw await nothingToPurge(stack);
      const what = await removalQuestion(stack, flags.purge === true);
      await perform("destroy", flags, async (options) => {
        const confirm = (): Promise<boolean> => agreed(flags, what);
        const result = await destroy({ ...options, ...patience(flags), stack, confirm });
        if (flags.purge === true) await purge({ ...options, stack });
        const lines = [
          `removed: ${summaryText(result.changes, result.unchanged)}`,
          ...(await keptLines(stack, result.kept)),
        ];
        return { value: result, text: () => lines.join("\n") };
      });
    });
}
