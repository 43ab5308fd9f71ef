/** Shows what an operation did or would do: one line a resource, property changes below it. */
import { pc } from "./colors";
import type { OperationResult } from "../engine/operations";
import { visible } from "../visible";
import { resourcesIn, type PropertyChange, type ResourceChange } from "../engine/changes";

const LONGEST_VALUE = 72;

const SIGNS: Readonly<Record<string, string>> = {
  create: pc.green("+"),
  update: pc.yellow("~"),
  delete: pc.red("-"),
  replace: pc.magenta("±"),
  "delete-replaced": pc.magenta("-"),
};

/** A plan as text; `no changes` for an empty one. */
export function planText({ changes, unchanged }: OperationResult, options: { properties: boolean }): string {
  if (changes.length === 0) return "no changes";
  const lines = resourcesIn(changes).flatMap((change) => [
    `${SIGNS[change.operation] ?? "~"} ${change.operation} ${pc.bold(visible(change.name))} ${pc.dim(visible(change.type))}`,
    ...(options.properties ? change.properties.map(propertyText) : []),
  ]);
  return [...lines, "", summaryText(changes, unchanged)].join("\n");
}

/** Counts by operation, such as `2 to update, 9 unchanged`. */
export function summaryText(changes: readonly ResourceChange[], unchanged: number): string {
  const counts = new Map<string, number>();
  for (const { operation } of resourcesIn(changes)) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  const parts = [...counts].map(([operation, count]) => `${count} to ${operation}`);
  return [...parts, `${unchanged} unchanged`].join(", ");
}

/** What a stack exports, one output a line. */
export function outputsText(outputs: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(outputs).map(([name, value]) => [name, textOf(value)] as const);
  return entries.map(([name, value]) => `${visible(name)}: ${pc.bold(visible(value))}`).join("\n");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function propertyText(property: PropertyChange): string {
  const sign = { add: pc.green("+"), update: pc.yellow("~"), delete: pc.red("-") }[property.kind];
  const old = property.old === undefined ? "" : short(property.old);
  const next = property.new === undefined ? pc.dim("(known after the change)") : short(property.new);
  // What a refresh finds once more is no news.
  const values = { add: next, update: old === next ? next : `${old} -> ${next}`, delete: old }[property.kind];
  return `    ${sign} ${visible(property.path)}: ${values}${property.replaces ? pc.magenta(" (replaces)") : ""}`;
}

/** One line of a value, and only as much as a reader takes in. */
function short(value: string): string {
  const line = visible(value.slice(0, 8 * LONGEST_VALUE));
  return line.length <= LONGEST_VALUE && value.length <= 8 * LONGEST_VALUE
    ? line
    : `${line.slice(0, LONGEST_VALUE)}… (${value.length} characters)`;
}
