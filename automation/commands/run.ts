/** Commands about what runs. */
import { spawn } from "node:child_process";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { EXIT } from "../errors";
import { nothingToPurge } from "./purge";
import type { ReleaseInfo } from "../target";
import { agreed, answer, stackCommand, stackOf, withProgress, type StackFlags } from "../terminal/command";
import { planText } from "../terminal/plan";
import { statusText } from "../terminal/status";
import { tableText } from "../terminal/table";

/** Adds `status`, `logs`, `exec`, `open`, `outputs`, `releases`, `rollback` and `stop`. */
export function addRunCommands(program: Command): void {
  addStatus(program);
  addLogs(program);
  addExec(program);
  addOpen(program);
  addReleases(program);
  addRollback(program);
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
      answer(flags, values, () =>
        Object.entries(values)
          .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
          .join("\n"),
      );
    },
  );
}

function addLogs(program: Command): void {
  stackCommand(program, "logs", "print what the processes log")
    .argument("[processes...]", "only these, such as web or worker-0")
    .option("-f, --follow", "go on with what is written from now on")
    .option("-n, --lines <count>", "lines of each log to begin with", Number, 20)
    .action(async (processes: string[], flags: StackFlags & { follow?: boolean; lines: number }) => {
      const { logs } = await import("../running");
      const stream = logs({
        stack: stackOf(flags),
        ...(processes.length > 0 && { processes }),
        follow: flags.follow === true,
        lines: flags.lines,
      });
      await pipeline(stream, process.stdout, { end: false }).catch((error: unknown) => {
        // Whoever read the lines has enough of them.
        if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
      });
    });
}

function addExec(program: Command): void {
  stackCommand(program, "exec", "run a command in the release that serves, such as: slipway exec -- flask shell")
    .argument("<command...>", "command and its arguments, after --")
    .action(async (command: string[], flags: StackFlags) => {
      const { exec } = await import("../running");
      process.exitCode = await exec({ stack: stackOf(flags) }, command);
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

function releaseTable(kept: readonly ReleaseInfo[]): string {
  const rows = kept.map(({ version, commit, createdAt, current }) => [
    version,
    commit ?? "",
    createdAt,
    current ? "serves" : "",
  ]);
  return tableText(["release", "commit", "deployed", ""], rows);
}

function addRollback(program: Command): void {
  stackCommand(program, "rollback", "put an older release back; the database stays as it is")
    .argument("[version]", "version, or its beginning (default: the release before)")
    .option("-y, --yes", "do not ask")
    .action(async (wanted: string | undefined, flags: StackFlags) => {
      const { releaseToPutBack, status, up } = await import("../index");
      const stack = stackOf(flags);
      const { version, source } = await releaseToPutBack({ stack }, wanted);
      const confirm = (plan: Parameters<typeof planText>[0]): Promise<boolean> => {
        if (flags.json !== true) process.stderr.write(`${planText(plan, { properties: false })}\n`);
        return agreed(flags, `Put release ${version} of ${stack} back?`);
      };
      const result = await withProgress(flags, (options) => up({ ...options, stack, rollbackTo: source, confirm }));
      const running = await status({ stack });
      answer(flags, { ...result, status: running }, () => {
        const head = result.changed ? `release ${version} serves again` : `release ${version} serves already`;
        return `${head}; the next up deploys what the source holds\n\n${statusText(running)}`;
      });
    });
}

function addStop(program: Command): void {
  stackCommand(program, "stop", "end every process; releases and data stay, up starts them again")
    .option("-y, --yes", "do not ask")
    .option("--purge", "remove everything, the data too: databases, queues, backups")
    .action(async (flags: StackFlags & { purge?: boolean }) => {
      const stack = stackOf(flags);
      if (flags.purge === true) {
        const { destroy, keepsData, purge } = await import("../index");
        if (!keepsData({ stack })) throw nothingToPurge(stack);
        const question = `Remove ${stack} AND ITS DATA for good?`;
        await withProgress(flags, (options) => destroy({ ...options, stack, confirm: () => agreed(flags, question) }));
        await purge({ stack });
        answer(flags, { purged: true }, () => `${stack} and its data are gone`);
        return;
      }
      const { stop } = await import("../running");
      const ended = await stop({ stack });
      answer(flags, { ended }, () => `${ended} processes ended; \`npm start\` or \`slipway up\` brings them back`);
    });
}
