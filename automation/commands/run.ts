/** Commands about what runs. */
import { spawn } from "node:child_process";
import { pipeline } from "node:stream/promises";
import { InvalidArgumentError, type Command } from "commander";
import { EXIT } from "../errors";
import type { ReleaseInfo } from "../target";
import { asking, patience, waitingCommand, type ChangeFlags } from "../terminal/changing";
import { agreed, answer, operationCommand, perform, stackCommand, stackOf, withProgress } from "../terminal/command";
import type { OperationFlags, StackFlags } from "../terminal/command";
import { interruptible, timeLimited, type TimeFlags } from "../terminal/interruption";
import { wholeNumber } from "../terminal/numbers";
import { outputsText } from "../terminal/plan";
import { statusText } from "../terminal/status";
import { tableText } from "../terminal/table";
import { nothingToPurge, purgedText, removalQuestion } from "./removal";

/** Adds `status`, `logs`, `exec`, `open`, `outputs`, `releases`, `rollback`, `migrate` and `stop`. */
export function addRunCommands(program: Command): void {
  addStatus(program);
  addLogs(program);
  addExec(program);
  addOpen(program);
  addReleases(program);
  addRollback(program);
  addMigrate(program);
  addStop(program);
}

function addStatus(program: Command): void {
  stackCommand(program, "status", "show what runs and how it is")
    .option("--exit-code", `exit with ${EXIT.changes} when something does not run`)
    .action(async (flags: StackFlags & { exitCode?: boolean }) => {
      const { status } = await import("../running");
      const found = await status({ stack: stackOf(flags) });
      answer(flags, found, () => statusText(found));
      if (flags.exitCode === true && !found.healthy) process.exitCode = EXIT.changes;
    });
  stackCommand(program, "outputs", "print what the stack exports; secrets are left out").action(
    async (flags: StackFlags) => {
      const { outputs } = await import("../index");
      const values = await outputs({ stack: stackOf(flags) });
      answer(flags, values, () => outputsText(values));
    },
  );
}

interface LogFlags extends StackFlags {
  follow?: boolean;
  lines: number;
  since?: Date;
  filter?: string;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A point in time, or how long it is ago. */
function timeOf(text: string): Date {
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const time = count === undefined ? Date.parse(text) : Date.now() - Number(count) * (SECONDS[unit] ?? 0) * 1000;
  if (Number.isNaN(time))
    throw new InvalidArgumentError("Allowed are 30s, 10m, 2h, 1d, or a time as 2026-03-04T05:06Z.");
  return new Date(time);
}

function addLogs(program: Command): void {
  stackCommand(program, "logs", "print what the processes log")
    .argument("[processes...]", "only these, such as web or worker-0")
    .option("-f, --follow", "go on with what is written from now on")
    .option("-n, --lines <count>", "lines of each log to begin with", wholeNumber(0), 20)
    .option("--since <time>", "all that was written since, such as 10m, 2h, 1d, 2026-03-04T05:06Z", timeOf)
    .option("--filter <text>", "only lines that hold this text")
    .action(async (processes: string[], flags: LogFlags) => {
      const { logs } = await import("../running");
      const stream = logs({
        stack: stackOf(flags),
        ...(processes.length > 0 && { processes }),
        follow: flags.follow === true,
        lines: flags.lines,
        ...(flags.since && { since: flags.since }),
        ...(flags.filter !== undefined && { filter: flags.filter }),
      });
      await pipeline(stream, process.stdout, { end: false }).catch((error: unknown) => {
        // Whoever read the lines has enough of them.
        if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
      });
    });
}

function addExec(program: Command): void {
  const summary = "run a command in the release that serves, such as: slipway exec -- flask shell";
  timeLimited(stackCommand(program, "exec", summary))
    .argument("<command...>", "command and its arguments, after --")
    .action(async (command: string[], flags: StackFlags & TimeFlags) => {
      const { exec } = await import("../running");
      const run = (signal: AbortSignal): Promise<number> => exec({ stack: stackOf(flags), signal }, command);
      // Ctrl-C is for the command.
      process.exitCode = await interruptible(flags, run, ["SIGTERM"]);
    });
}

function addOpen(program: Command): void {
  stackCommand(program, "open", "open the application in the browser").action(async (flags: StackFlags) => {
    const { status } = await import("../running");
    const { url } = await status({ stack: stackOf(flags) });
    const opener = process.platform === "darwin" ? "open" : "xdg-open";
    const child = spawn(opener, [url], { stdio: "ignore", detached: true });
    child.once("error", () => process.stderr.write(`${opener} is not installed: open the address by hand.\n`));
    child.unref();
    answer(flags, { url }, () => url);
  });
}

function addReleases(program: Command): void {
  stackCommand(program, "releases", "list the releases that are kept").action(async (flags: StackFlags) => {
    const { releases } = await import("../running");
    const kept = await releases({ stack: stackOf(flags) });
    answer(flags, kept, () => releaseTable(kept));
  });
}

/** As much of `sha256:…` as tells images apart. */
const SHORT_DIGEST = "sha256:".length + 12;

function releaseTable(kept: readonly ReleaseInfo[]): string {
  const images = kept.some(({ digest }) => digest !== undefined);
  const rows = kept.map(({ version, commit, createdAt, digest = "", current }) => [
    version,
    commit ?? "",
    createdAt,
    ...(images ? [digest.slice(0, SHORT_DIGEST)] : []),
    current ? "serves" : "",
  ]);
  return tableText(["release", "commit", "deployed", ...(images ? ["web image"] : []), ""], rows);
}

function addRollback(program: Command): void {
  waitingCommand(operationCommand(program, "rollback", "put an older release back; the database stays as it is"))
    .argument("[version]", "version, or its beginning (default: the release before)")
    .option("-y, --yes", "do not ask")
    .option("--force", "put it back even if it does not know what the database has been brought to")
    .action(async (wanted: string | undefined, flags: ChangeFlags & { force?: boolean }) => {
      const { rollback, status } = await import("../index");
      const stack = stackOf(flags);
      await perform("rollback", flags, async (options) => {
        const result = await rollback({
          ...options,
          ...patience(flags),
          ...(wanted !== undefined && { version: wanted }),
          stack,
          force: flags.force === true,
          confirm: (plan, version) => asking(flags, `Put release ${version} of ${stack} back?`)(plan),
        });
        const running = await status({ ...options, stack });
        const head = `release ${result.version} serves ${result.changed ? "again" : "already"}`;
        return {
          value: { ...result, status: running },
          text: () => `${head}; the next up deploys what the source holds\n\n${statusText(running)}`,
        };
      });
    });
}

function addMigrate(program: Command): void {
  operationCommand(program, "migrate", "run the application's migration now, apart from a deployment").action(
    async (flags: OperationFlags) => {
      const { migrate } = await import("../index");
      const stack = stackOf(flags);
      await perform("migrate", flags, async (options) => {
        await migrate({ ...options, stack });
        return { value: { migrated: true }, text: () => `the database of ${stack} is migrated` };
      });
    },
  );
}

function addStop(program: Command): void {
  stackCommand(program, "stop", "end every process; releases and data stay, up starts them again")
    .option("-y, --yes", "do not ask")
    .option("--purge", "remove everything, the data too: databases, queues, backups")
    .action(async (flags: StackFlags & { purge?: boolean }) => {
      const stack = stackOf(flags);
      if (flags.purge === true) {
        const { destroy, hasOperations, purge } = await import("../index");
        if (!hasOperations({ stack }, "purge")) throw await nothingToPurge(stack);
        const question = await removalQuestion(stack, true);
        const confirm = (): Promise<boolean> => agreed(flags, question);
        const { kept } = await withProgress(flags, (options) => destroy({ ...options, stack, confirm }));
        await purge({ stack });
        const told = await purgedText(stack, kept);
        answer(flags, { purged: true, kept }, () => told);
        return;
      }
      const { stop } = await import("../running");
      const ended = await stop({ stack });
      answer(flags, { ended }, () => `${ended} processes ended; \`npm start\` or \`slipway up\` brings them back`);
    });
}
