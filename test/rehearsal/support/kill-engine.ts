/** Engines that are killed while they deploy. */
import { kill, processTable } from "../../engine/support/process-table";
import type { Account } from "./account";

/** Kills one engine after another, until it was enough. */
export class Killer {
  /** Engines that were killed so far. */
  kills = 0;

  /**
   * @param most engines that are killed
   * @param each creates that an engine comes to before it is
   */
  constructor(
    private readonly account: Account,
    private readonly most: number,
    private readonly each: number,
  ) {}

  /** Kills the next engine when it comes to its last create, which goes through every second time. */
  arm(): void {
    let creates = 0;
    this.account.onCall = ({ operation }) => {
      if (operation !== "create" || this.kills >= this.most) return undefined;
      creates += 1;
      if (creates === this.each) killEngine();
      return creates >= this.each && this.kills % 2 === 0 ? "fail" : undefined;
    };
  }
}

function killEngine(): void {
  const engines = processTable().filter(
    ({ parent, command }) => parent === process.pid && /\/pulumi up /.test(command),
  );
  if (engines.length !== 1) throw new Error(`There are ${engines.length} engines to kill.`);
  for (const { pid } of engines) kill(pid);
}
