/** What a target of a stack has deployed, as its last deployment exported it. */
import { existsSync } from "node:fs";
import { StackNotFoundError } from "@pulumi/pulumi/automation";
import type { TargetName } from "../components/config";
import * as engine from "./engine/operations";
import { programOf } from "./engine/program";
import type { StackPlace } from "./engine/project";
import { openStack, type OpenStack } from "./engine/stack";
import { SlipwayError } from "./errors";
import { rehearsalFolder } from "./rehearsal/place";
import { outputsOf, type Outputs } from "./target";

/** A target in a cloud, and how it is told that a stack is there. */
export interface DeployedTarget {
  name: TargetName;
  /** Where its stacks are, such as `on ECS`. */
  where: string;
  /** Output that every deployment of it has, and of no other target. */
  mark: string;
}

/**
 * Opens a stack for what one of its targets exports.
 *
 * @throws SlipwayError (state) when it is not deployed there
 */
export async function openDeployed(
  place: StackPlace,
  target: DeployedTarget,
): Promise<{ open: OpenStack; outputs: Outputs }> {
  if (place.setup !== undefined) throw notDeployed(place, target);
  try {
    const open = await openStack(place, programOf(place), () => undefined, false);
    const outputs = outputsOf(target.name, await engine.outputs(open));
    requireDeployed(place, target, outputs);
    return { open, outputs };
  } catch (error) {
    throw error instanceof SlipwayError && error.cause instanceof StackNotFoundError
      ? notDeployed(place, target)
      : error;
  }
}

/** @throws SlipwayError (state) when these are not the outputs of a deployment of the target in a real cloud */
export function requireDeployed(place: StackPlace, target: DeployedTarget, outputs: Outputs): void {
  if (place.setup !== undefined || typeof outputs[target.mark] !== "string") throw notDeployed(place, target);
}

/** An output as text; empty where there is none. */
export function textIn(outputs: Outputs, name: string): string {
  const value = outputs[name];
  return typeof value === "string" ? value : "";
}

/** An output that is a JSON object of texts; empty where there is none. */
export function namesIn(outputs: Outputs, name: string): Record<string, string> {
  return JSON.parse(textIn(outputs, name) || "{}") as Record<string, string>;
}

function notDeployed(place: StackPlace, { where }: DeployedTarget): SlipwayError {
  const rehearsed = place.setup !== undefined || existsSync(rehearsalFolder(place));
  const why = rehearsed ? " It was only rehearsed: simulated clouds run nothing that could be looked at." : "";
  return new SlipwayError(
    "state",
    `The stack ${place.stack} is not deployed ${where}.${why}`,
    `slipway up --stack ${place.stack}`,
  );
}
