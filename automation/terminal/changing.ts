/** What commands share that change a stack: how they ask, and how long they wait for others that do. */
import type { Command } from "commander";
import type { OperationResult } from "../engine/operations";
import type { Patient } from "../waiting";
import { agreed, type OperationFlags } from "./command";
import { seconds } from "./numbers";
import { planText } from "./plan";

/** Options of commands that change a stack. */
export type ChangeFlags = OperationFlags & Patient;

/** Adds how long a command waits. */
export function waitingCommand(command: Command): Command {
  return command.option("--wait-for-lock <seconds>", "wait for another operation on the stack, this long", seconds);
}

/** How long the flags say to wait. */
export function patience({ waitForLock }: ChangeFlags): Patient {
  return waitForLock === undefined ? {} : { waitForLock };
}

/** Shows a plan, where people look, and asks whether it is to be carried out. */
export function asking(flags: OperationFlags, question: string): (plan: OperationResult) => Promise<boolean> {
  return (plan) => {
    const forPeople = flags.json !== true && flags.events !== true;
    if (forPeople) process.stderr.write(`${planText(plan, { properties: false })}\n`);
    return agreed(flags, question);
  };
}
