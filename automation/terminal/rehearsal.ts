/** Shows what a rehearsal found. */
import { refusalText } from "../../providers/rehearsal/refusals";
import type { ExistingThing, RehearsalReport, RehearsalStep } from "../rehearsal/report";
import { pc } from "./colors";
import { planText, summaryText } from "./plan";
import { duration } from "./status";
import { tableText } from "./table";

const TITLES: Readonly<Record<RehearsalStep["name"], string>> = {
  plan: "plan",
  deploy: "deploy",
  recover: "deploy after the faults",
  again: "plan again",
  "update-plan": "plan of another release",
  update: "deploy another release",
  destroy: "destroy",
};

/** The report as text: each step, what was refused, how long the rollout takes, and what is left over. */
export function rehearsalText({ stack, steps, refusals, orphans, left, ended }: RehearsalReport): string {
  const sections = [
    steps.flatMap(stepLines),
    listed(
      "refused:",
      refusals.map(({ operation, type, name, code, message }) => {
        const said = operation === "check" ? `${name}: ${message}` : refusalText(operation, type, name, message, code);
        return `${pc.red("✖")} ${said}`;
      }),
    ),
    ...steps.map(predictionLines),
    listed("in the cloud, and unknown to the state:", orphans.map(thingText)),
    left === undefined
      ? []
      : listed("left after what is not protected was removed:", left.map(thingText), "nothing is left"),
    [`${stack}: ${ended === "ok" ? pc.green("rehearsed") : pc.red(`rehearsal ${ended}`)}`],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function stepLines({ name, result, failure }: RehearsalStep): string[] {
  const head = `${failure === undefined ? pc.green("✔") : pc.red("✖")} ${TITLES[name]}`;
  const summary = result === undefined ? "" : `: ${summaryText(result.changes, result.unchanged)}`;
  const shown = result !== undefined && (name === "update-plan" || (name === "again" && failure !== undefined));
  return [
    `${head}${summary}`,
    ...(failure === undefined ? [] : failure.message.split("\n").map((line) => `    ${line}`)),
    ...(shown
      ? planText(result, { properties: name === "again" })
          .split("\n")
          .map((line) => `    ${line}`)
      : []),
  ];
}

function predictionLines({ name, prediction }: RehearsalStep): string[] {
  if (prediction === undefined || prediction.path.length === 0) return [];
  const rows = prediction.path.map((step) => [step.name, step.operation, duration(Math.round(step.seconds))]);
  const head = `${TITLES[name]} takes about ${duration(Math.round(prediction.seconds))}, by what it waits on:`;
  return [head, tableText(["resource", "operation", "time"], rows)];
}

function thingText({ type, id, resource }: ExistingThing): string {
  return `  ${type} ${id}${resource === undefined ? "" : pc.dim(` (${resource})`)}`;
}

function listed(head: string, lines: readonly string[], otherwise?: string): string[] {
  if (lines.length > 0) return [head, ...lines];
  return otherwise === undefined ? [] : [otherwise];
}
