/** What a policy of the pack is: a small question about the inputs of one resource. */
import type { EnforcementLevel } from "@pulumi/policy";

/** Inputs of a resource; what a preview does not know yet is absent. */
export type Inputs = Readonly<Record<string, unknown>>;

export interface PolicyRule {
  /** Name, unique in the pack. */
  name: string;
  description: string;
  /** `mandatory` stops a deployment, `advisory` only says so. */
  level: EnforcementLevel & ("mandatory" | "advisory");
  /** Types that it looks at. */
  types: readonly string[];
  /** True for what only production has to be. @default false */
  production?: boolean;
  /** What is wrong, and what mends it; undefined when nothing is. */
  violation(inputs: Inputs, type: string): string | undefined;
}

/** The list at `name`; empty when there is none. */
export function listAt(inputs: Inputs, name: string): Inputs[] {
  const value = inputs[name];
  return Array.isArray(value) ? value.filter((one): one is Inputs => typeof one === "object" && one !== null) : [];
}

/** The object at `name`; empty when there is none. */
export function objectAt(inputs: Inputs, name: string): Inputs {
  const value = inputs[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Inputs) : {};
}

/** The JSON text at `name`, read; undefined when it is not there, not known yet, or no JSON. */
export function jsonAt(inputs: Inputs, name: string): unknown {
  const text = inputs[name];
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A value as a message says it; `otherwise` where there is none. */
export function said(value: unknown, otherwise = "nothing"): string {
  return typeof value === "string" ? value : value === undefined ? otherwise : JSON.stringify(value);
}
