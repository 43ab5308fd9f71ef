/** What disturbs a deployment: calls that fail, and engines that end. */
import { expect } from "chai";
import type { Coming } from "../../../providers/rehearsal/calls";
import type { FaultKind } from "../../../providers/rehearsal/faults";
import { kill, processTable } from "../../engine/support/process-table";
import type { Account, AccountStack } from "./account";
import { twice } from "./left-over";

/** Orders a fault for the first create of each resource that fits; @returns how often each was created. */
export function failFirst(account: Account, kind: FaultKind, fits: (call: Coming) => boolean): Map<string, number> {
  const creates = new Map<string, number>();
  account.onCall = (call) => {
    if (call.operation !== "create" || !fits(call)) return undefined;
    const count = (creates.get(call.urn) ?? 0) + 1;
    creates.set(call.urn, count);
    return count === 1 ? kind : undefined;
  };
  return creates;
}

/** Ends the one engine that deploys for this process, as nothing can be done about. */
export function killEngine(): void {
  const engines = processTable().filter(
    ({ parent, command }) => parent === process.pid && /\/pulumi up /.test(command),
  );
  if (engines.length !== 1) throw new Error(`There are ${engines.length} engines to kill.`);
  for (const { pid } of engines) kill(pid);
}

/** Fails when the state or the cloud has two of a resource. */
export async function nothingTwice(account: Account, stack: AccountStack): Promise<void> {
  expect(twice((await stack.deployed()).map(({ type, urn }) => `${type} ${urn}`))).to.deep.equal([]);
  expect(twice(account.made().map(({ type, urn = "" }) => `${type} ${urn}`))).to.deep.equal([]);
}
