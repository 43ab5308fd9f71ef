/** The command that runs a load test. */
import { InvalidArgumentError, type Command } from "commander";
import { EXIT } from "../errors";
import type { LoadOptions } from "../load/test";
import { answer, stackCommand, stackOf, withProgress, type StackFlags } from "../terminal/command";
import { timeLimited, type TimeFlags } from "../terminal/interruption";

type LoadFlags = StackFlags &
  TimeFlags &
  Pick<
    LoadOptions,
    "users" | "spawnRate" | "seconds" | "p95" | "failures" | "throughput" | "slower" | "url" | "baseline"
  > & { allowProtected?: boolean; write?: string };

/** Adds `load`. */
export function addLoadCommand(program: Command): void {
  timeLimited(stackCommand(program, "load", "let visitors loose on what runs, and hold it to limits"))
    .option("--users <count>", "visitors at a time", number)
    .option("--spawn-rate <count>", "visitors that begin each second", number)
    .option("--seconds <seconds>", "how long it takes", number)
    .option("--p95 <ms>", "milliseconds that 95 % of all answers take at most", number)
    .option("--failures <percent>", "percent of all requests that may fail", number)
    .option("--throughput <count>", "requests answered each second, at least", number)
    .option("--slower <percent>", "percent that the run may be slower than the one before", number)
    .option("--url <url>", "where the application answers (default: what the stack says)")
    .option("--baseline <file>", "compare with the JSON of another run (default: the last run)")
    .option("--allow-protected", "also on a stack of production, or one that protects its data")
    .option("--write <file>", "only write the scenario made from the application's URL map")
    .action(async (flags: LoadFlags) => {
      const { write, ...asked } = flags;
      const stack = stackOf(flags);
      const { loadTest, writeLoadScenario } = await import("../load/test");
      if (write !== undefined) {
        const file = await writeLoadScenario({ stack }, write);
        answer(flags, { file }, () => `wrote ${file}`);
        return;
      }
      const { loadText } = await import("../terminal/load");
      const report = await withProgress(flags, (options) => loadTest({ ...asked, ...options, stack }));
      answer(flags, report, () => loadText(report));
      if (report.limits.some(({ kept }) => !kept)) process.exitCode = EXIT.limits;
    });
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("a number of 0 or more is wanted.");
}
