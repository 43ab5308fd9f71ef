/** Task definitions of the simulated cloud, and the containers that their JSON describes. */
import { isObject } from "../../../protocol/values";
import type { Site, Thing, Values } from "../../model";
import { objectsAt, textAt } from "../read";

/** Type token of a task definition. */
export const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";

/** The containers of a task definition's inputs; none when the text is no JSON array. */
export function containersOf(definition: Values): Values[] {
  return parsed(textAt(definition, "containerDefinitions")) ?? [];
}

/** The entries of a JSON array of objects; undefined for any other text. */
export function parsed(text: string | undefined): Values[] | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return Array.isArray(value) && value.every(isObject) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The task definition that an ARN, `family:revision` or a family (its latest) names. */
export function definitionOf(site: Site, name: string): Thing | undefined {
  const all = site.all(TASK_DEFINITION);
  const exact = all.find(
    ({ outputs }) => outputs["arn"] === name || `${family(outputs)}:${revision(outputs)}` === name,
  );
  const latest = (): Thing | undefined =>
    all
      .filter(({ outputs }) => family(outputs) === name || outputs["arnWithoutRevision"] === name)
      .sort((one, other) => Number(revision(other.outputs)) - Number(revision(one.outputs)))[0];
  return exact ?? latest();
}

/** Whether a task definition is meant for Fargate. */
export function isFargate(definition: Values): boolean {
  return objectsOrTexts(definition, "requiresCompatibilities").includes("FARGATE");
}

/** Ports that a container listens on. */
export function portsOf(container: Values): number[] {
  return objectsAt(container, "portMappings").map((mapping) => Number(mapping["containerPort"]));
}

function objectsOrTexts(from: Values, property: string): unknown[] {
  const value = from[property];
  return Array.isArray(value) ? value : [];
}

function family(outputs: Values): string {
  return textAt(outputs, "family") ?? "";
}

function revision(outputs: Values): string {
  return String(outputs["revision"]);
}
