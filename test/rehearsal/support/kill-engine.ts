import { kill, processTable } from "../../engine/support/process-table";

/** Kills the one engine that this process has started. */
export function killEngine(): void {
  const engines = processTable().filter(
    ({ parent, command }) => parent === process.pid && /\/pulumi up /.test(command),
  );
  if (engines.length !== 1) throw new Error(`There are ${engines.length} engines to kill.`);
  for (const { pid } of engines) kill(pid);
}
