/** Who operates what a stack runs: the operations of its targets. */
import { ConfigError, type TargetName } from "../components/config";
import { beanstalkOperations } from "./beanstalk";
import { readSettings } from "./configuration";
import { ecsOperations } from "./ecs";
import { SlipwayError } from "./errors";
import { herokuOperations } from "./heroku";
import { isDeployedHere, localOperations } from "./local";
import type { TargetOperations } from "./target";

/** Which stack. */
export interface StackRef {
  stack: string;
  /** Folder of Pulumi.yaml. @default SLIPWAY_PROJECT, else Slipway's own */
  project?: string;
}

/** Name of something that can be done with what a target runs. */
export type Operation = keyof TargetOperations;

/** A target lacks what makes no sense on it. */
const OPERATIONS: Readonly<Partial<Record<TargetName, Partial<TargetOperations>>>> = {
  local: localOperations,
  heroku: herokuOperations,
  beanstalk: beanstalkOperations,
  ecs: ecsOperations,
};

/** An operation of one target; undefined where it has none. */
export function operationOn<Name extends Operation>(
  target: TargetName,
  name: Name,
): TargetOperations[Name] | undefined {
  return OPERATIONS[target]?.[name];
}

/**
 * An operation of the stack's target; of the first one that has it where there are several.
 *
 * @throws SlipwayError (usage) when none has
 */
export function operationOf<Name extends Operation>(ref: StackRef, name: Name): NonNullable<TargetOperations[Name]> {
  const [found] = operationsOf(ref, name);
  if (found === undefined) throw unavailable(ref, name);
  return found.operation;
}

/** Says that no target of the stack has an operation. */
export function unavailable(ref: StackRef, name: Operation): SlipwayError {
  const problem = `${name} is nothing that can be done on ${targetsOf(ref).join(", ")}, where ${ref.stack} runs.`;
  return new SlipwayError("usage", problem);
}

/** Targets of the stack that have an operation, with it. */
export function operationsOf<Name extends Operation>(
  ref: StackRef,
  name: Name,
): { target: TargetName; operation: NonNullable<TargetOperations[Name]> }[] {
  return targetsOf(ref).flatMap((target) => {
    const operation = OPERATIONS[target]?.[name];
    return operation === undefined ? [] : [{ target, operation }];
  });
}

/** Targets of a stack; of one whose config cannot be read, those that it is deployed to here. */
export function targetsOf({ stack, project }: StackRef): readonly TargetName[] {
  try {
    return readSettings(stack, project).targets;
  } catch (error) {
    // What runs can be seen and stopped while the config is being edited, or is wrong.
    if (error instanceof ConfigError || (error instanceof SlipwayError && isDeployedHere(stack, project)))
      return ["local"];
    throw error;
  }
}
