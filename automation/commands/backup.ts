/** Commands about backups. */
import { InvalidArgumentError, type Command } from "commander";
import { EXIT } from "../errors";
import { agreed, answer, stackCommand, stackOf, withProgress, type StackFlags } from "../terminal/command";
import { backupsText, madeText, restoredText, restoreTestText } from "../terminal/backups";

interface RestoreFlags extends StackFlags {
  into?: string;
  live?: boolean;
  from?: string;
}

/** Adds `backup`, `backups`, `restore` and `restore-test`. */
export function addBackupCommands(program: Command): void {
  stackCommand(program, "backup", "make a backup of the database, while it is in use")
    .option("--keep <count>", "remove backups made so before, but for so many in all (default: keep all)", count)
    .action(async (flags: StackFlags & { keep?: number }) => {
      const { backup } = await import("../backup");
      const { keep } = flags;
      const stack = stackOf(flags);
      const made = await withProgress(flags, (options) =>
        backup({ ...options, stack, ...(keep !== undefined && { keep }) }),
      );
      answer(flags, made, () => madeText(stack, made));
    });
  stackCommand(program, "backups", "list the backups that are kept").action(async (flags: StackFlags) => {
    const { backups } = await import("../backup");
    const found = await backups({ stack: stackOf(flags) });
    answer(flags, found, () => backupsText(found));
  });
  addRestore(program);
  stackCommand(program, "restore-test", "restore a backup into something that is removed again, and look at it")
    .argument("[backup]", "name, or its beginning (default: the newest)")
    .action(async (wanted: string | undefined, flags: StackFlags) => {
      const { restoreTest } = await import("../backup");
      const named = wanted === undefined ? {} : { backup: wanted };
      const tests = await withProgress(flags, (options) =>
        restoreTest({ ...options, ...named, stack: stackOf(flags) }),
      );
      answer(flags, tests, () => restoreTestText(tests));
      if (tests.some(({ passed }) => !passed)) process.exitCode = EXIT.failed;
    });
}

function addRestore(program: Command): void {
  stackCommand(program, "restore", "restore a backup into something new, or in the place of the live data")
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
      };
      const confirm = ({ id }: { id: string }): Promise<boolean> =>
        agreed(flags, `Replace ALL DATA of ${stack} with that of ${id}?`);
      const restored = await withProgress(flags, (options) => restore({ ...options, ...asked, stack, confirm }));
      answer(flags, restored, () => restoredText(restored));
    });
}

function count(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1) return value;
  throw new InvalidArgumentError("a whole number from 1 on is wanted.");
}
