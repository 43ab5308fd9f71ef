/** Commands about backups. */
import type { Command } from "commander";
import { backupsText, madeText, restoredText, restoreTestText } from "../terminal/backups";
import { patience, waitingCommand, type ChangeFlags } from "../terminal/changing";
import { agreed, answer, operationCommand, perform, stackCommand, stackOf, type StackFlags } from "../terminal/command";
import { wholeNumber } from "../terminal/numbers";
import { progressView } from "../terminal/progress";

type RestoreFlags = ChangeFlags & { into?: string; live?: boolean; from?: string };

/** Adds `backup`, `backups`, `restore` and `restore-test`. */
export function addBackupCommands(program: Command): void {
  waitingCommand(operationCommand(program, "backup", "make a backup of the database, while it is in use"))
    .option(
      "--keep <count>",
      "remove backups made so before, but for so many in all (default: keep all)",
      wholeNumber(1),
    )
    .action(async (flags: ChangeFlags & { keep?: number }) => {
      const { backup } = await import("../backup");
      const { keep } = flags;
      const stack = stackOf(flags);
      await perform("backup", flags, async (options) => {
        const made = await backup({ ...options, ...patience(flags), stack, ...(keep !== undefined && { keep }) });
        return { value: made, text: () => madeText(stack, made) };
      });
    });
  stackCommand(program, "backups", "list the backups that are kept").action(async (flags: StackFlags) => {
    const { backups } = await import("../backup");
    const { take: onProgress } = progressView();
    const found = await backups({ stack: stackOf(flags), onProgress });
    answer(flags, found, () => backupsText(found));
  });
  addRestore(program);
  addRestoreTest(program);
}

function addRestoreTest(program: Command): void {
  const summary = "restore a backup into something that is removed again, and look at it";
  waitingCommand(operationCommand(program, "restore-test", summary))
    .argument("[backup]", "name, or its beginning (default: the newest)")
    .action(async (wanted: string | undefined, flags: ChangeFlags) => {
      const { restoreTest } = await import("../backup");
      const asked = { stack: stackOf(flags), ...patience(flags), ...(wanted !== undefined && { backup: wanted }) };
      await perform("restore-test", flags, async (options) => {
        const tests = await restoreTest({ ...options, ...asked });
        const ended = tests.every(({ passed }) => passed) ? "ok" : "failed";
        return { value: tests, text: () => restoreTestText(tests), ended };
      });
    });
}

function addRestore(program: Command): void {
  const summary = "restore a backup into something new, or in the place of the live data";
  waitingCommand(operationCommand(program, "restore", summary))
    .argument("[backup]", "name, or its beginning (default: the newest)")
    .option("--into <name>", "what is made for it: a file, a database, an RDS instance, an app at Heroku")
    .option("--live", "replace the stack's own data, after a backup of it")
    .option("--from <stack>", "take the backup of another stack")
    .option("-y, --yes", "do not ask")
    .action(async (wanted: string | undefined, flags: RestoreFlags) => {
      const { restore } = await import("../backup");
      const { into, live, from } = flags;
      const stack = stackOf(flags);
      const asked = {
        ...(wanted !== undefined && { backup: wanted }),
        ...(into !== undefined && { into }),
        ...(from !== undefined && { from }),
        ...(live !== undefined && { live }),
        ...patience(flags),
      };
      const confirm = ({ id }: { id: string }): Promise<boolean> =>
        agreed(flags, `Replace ALL DATA of ${stack} with that of ${id}?`);
      await perform("restore", flags, async (options) => {
        const restored = await restore({ ...options, ...asked, stack, confirm });
        return { value: restored, text: () => restoredText(restored) };
      });
    });
}
