/** What disturbs a deployment: calls that fail, and engines that end. */
import { expect } from "chai";
import type { Coming } from "../../../providers/rehearsal/calls";
import type { FaultKind } from "../../../providers/rehearsal/faults";
import { kill, processTable } from "../../engine/support/process-table";
import type { Account, AccountStack } from "./account";
import { failed, orphansOf, pendingOf, twice } from "./left-over";

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

/**
 * Deploys until it is done, while the first create of every resource fails: each deployment has to come to more resources.
 *
 * @param most deployments that may be needed
 * @returns how many it took, and how often each resource was created
 */
export async function upThroughFailures(
  account: Account,
  stack: AccountStack,
  most: number,
): Promise<{ ups: number; creates: Map<string, number> }> {
  const creates = failFirst(account, "fail", () => true);
  let ups = 1;
  for (; ups <= most; ups += 1) {
    const before = creates.size;
    if ((await failed(stack.up())) === undefined) break;
    expect(creates.size, `resources that up ${ups} came to`).to.be.greaterThan(before);
  }
  return { ups, creates };
}

/** How often the engine is killed. */
export interface Kills {
  kills: number;
  /** Creates that each engine comes to before it is killed. */
  each: number;
  /** Deployments that may be needed. */
  ups: number;
}

/**
 * Deploys until it is done, and kills the engine meanwhile when it comes to its nth create, which goes through every
 * second time. What an interrupted create has left is what the state says may have been left, and is removed by hand where
 * it is in the way.
 *
 * @returns how often the engine was killed
 */
export async function upThroughKills(account: Account, stack: AccountStack, wanted: Kills): Promise<number> {
  let kills = 0;
  for (let ups = 1; ; ups += 1) {
    expect(ups).to.be.at.most(wanted.ups);
    let creates = 0;
    account.onCall = ({ operation }) => {
      if (operation !== "create" || kills >= wanted.kills) return undefined;
      creates += 1;
      if (creates === wanted.each) killEngine();
      return creates >= wanted.each && kills % 2 === 0 ? "fail" : undefined;
    };
    const error = await failed(stack.up());
    if (error === undefined) return kills;
    if (error.message.includes("SIGKILL")) {
      kills += 1;
      const pending = pendingOf(stack);
      for (const { urn = "" } of orphansOf(account, stack)) expect(pending).to.include(urn);
    } else removeLeft(account, stack, `${error.message}\n${error.mend ?? ""}`);
  }
}

/** Ends the one engine that deploys for this process, as nothing can be done about. */
export function killEngine(): void {
  const engines = processTable().filter(
    ({ parent, command }) => parent === process.pid && /\/pulumi up /.test(command),
  );
  if (engines.length !== 1) throw new Error(`There are ${engines.length} engines to kill.`);
  for (const { pid } of engines) kill(pid);
}

/** What a person does about a create that is refused because of what an interrupted one has left. */
export function removeLeft(account: Account, stack: AccountStack, message: string): void {
  const names = message.split("\n").flatMap((line) => /^(\S+): creating /.exec(line)?.[1] ?? []);
  const left = orphansOf(account, stack).filter(({ urn = "" }) => names.includes(urn.split("::").at(-1) ?? ""));
  expect(left, message).not.to.deep.equal([]);
  for (const { urn, id } of left) {
    expect(message).to.include(`${urn?.split("::").at(-1) ?? ""} was being made when a deployment was interrupted`);
    const thing = account.world.store.all().find((each) => each.id === id);
    if (thing !== undefined) account.world.store.remove(thing);
  }
}

/** Fails when the state or the cloud has two of a resource. */
export async function nothingTwice(account: Account, stack: AccountStack): Promise<void> {
  expect(twice((await stack.deployed()).map(({ type, urn }) => `${type} ${urn}`))).to.deep.equal([]);
  expect(twice(account.made().map(({ type, urn = "" }) => `${type} ${urn}`))).to.deep.equal([]);
}
