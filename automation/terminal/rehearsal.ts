/** Shows what a rehearsal found. */
import { VERBS, titleOf } from "../../providers/rehearsal/refusals";
import type { Step } from "../../providers/rehearsal/rollout";
import type { OperationResult } from "../engine/operations";
import type { ExistingThing, RefusalInStep, RehearsalReport, RehearsalStep } from "../rehearsal/report";
import { pc } from "./colors";
import { planText, summaryText } from "./plan";
import { duration } from "./status";
import { tableText } from "./table";

const TITLES: Readonly<Record<RehearsalStep["name"], string>> = {
  plan: "plan",
  deploy: "deploy",
  recover: "deploy after faults",
  again: "plan again",
  "update-plan": "plan another release",
  update: "deploy another release",
  destroy: "destroy",
};

/** Steps shorter than this part of the whole are summed up. */
const SHORT = 0.02;

/** The report as text: each step, what was refused, what the rollout waits on, and what is left over. */
export function rehearsalText({ stack, steps, refusals, orphans, left, kept, ended }: RehearsalReport): string {
  const seconds = steps.reduce((sum, { result }) => sum + (result?.seconds ?? 0), 0);
  const sections = [
    [tableText(["step", "resources", "takes about"], steps.map(stepRow), { lines: false })],
    ...steps.map((step) => failureLines(step, refusals)),
    listed("refused:", refusals.flatMap(refusalLines)),
    ...steps.map(planLines),
    ...steps.map(waitLines),
    listed("in the cloud, and unknown to the state:", thingLines(orphans)),
    left === undefined
      ? listed("destroy would leave, because it is protected or what is protected needs it:", thingLines(kept))
      : listed("left after destroy:", thingLines(left), "nothing is left after destroy"),
    [`${stack}: ${ended === "ok" ? pc.green(`rehearsed in ${time(seconds)}`) : pc.red(`rehearsal ${ended}`)}`],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function stepRow({ name, result, failure, prediction }: RehearsalStep): string[] {
  const head = `${failure === undefined ? pc.green("✔") : pc.red("✖")} ${TITLES[name]}`;
  const summary = result === undefined ? pc.red("failed") : countsText(name, result);
  return [head, summary, prediction === undefined || prediction.seconds === 0 ? "" : time(prediction.seconds)];
}

/** What a plan would do, or what was done; zeros are left out. */
function countsText(name: RehearsalStep["name"], { changes, unchanged }: OperationResult): string {
  const text = summaryText(changes, unchanged).replace(/, 0 unchanged$/, "");
  const done = !["plan", "again", "update-plan"].includes(name);
  return done ? text.replaceAll(/ to (\w+?)e?\b/g, " $1ed") : text;
}

/** What a step failed with, without what is listed as refused anyway. */
function failureLines({ name, failure }: RehearsalStep, refusals: readonly RefusalInStep[]): string[] {
  if (failure === undefined) return [];
  const said = refusals.filter(({ step }) => step === name).map(({ message }) => message.split("\n")[0] ?? message);
  const lines = failure.message.split("\n").filter((line) => !said.some((message) => line.includes(message)));
  const mend = failure.mend === undefined ? [] : [`${pc.dim("mend:")} ${failure.mend}`];
  return listed(`${TITLES[name]} failed:`, indented([...lines, ...mend]));
}

function refusalLines({ operation, type, name, code, message, rule, mend, step }: RefusalInStep): string[] {
  const doing = operation === "check" ? "checking" : VERBS[operation];
  const facts = [
    [code, message].filter((part) => part !== undefined).join(": "),
    `${pc.dim("in:")} ${TITLES[step]}${rule === undefined ? "" : `  ${pc.dim("rule:")} ${rule}`}`,
    ...(mend === undefined ? [] : [`${pc.dim("mend:")} ${mend}`]),
  ];
  return [`  ${pc.red("✖")} ${doing} ${titleOf(type)} ${pc.bold(name)}`, ...indented(indented(facts))];
}

/** Which resources another release changes, and which a second deployment would, though it must not. */
function planLines({ name, result, failure }: RehearsalStep): string[] {
  if (result === undefined || !(name === "update-plan" || (name === "again" && failure !== undefined))) return [];
  const [plan = ""] = planText(result, { properties: name === "again" }).split("\n\n");
  return listed(name === "again" ? "a second deployment changes:" : "another release changes:", indented([plan]));
}

function waitLines({ name, prediction }: RehearsalStep): string[] {
  if (prediction === undefined || prediction.path.length === 0) return [];
  const shown = prediction.path.filter(({ seconds }) => seconds >= SHORT * prediction.seconds);
  const rest = prediction.path.length - shown.length;
  const rows = shown.map(({ name: resource, operation, seconds }: Step) => [resource, operation, time(seconds)]);
  const seconds = prediction.seconds - shown.reduce((sum, step) => sum + step.seconds, 0);
  if (rest > 0) rows.push([pc.dim(`${rest} more, one after another`), "", time(seconds)]);
  return listed(
    `${TITLES[name]} waits on:`,
    indented([tableText(["resource", "operation", "time"], rows, { lines: false })]),
  );
}

function time(seconds: number): string {
  return duration(Math.round(seconds));
}

/** What is there, by type. */
function thingLines(things: readonly ExistingThing[]): string[] {
  const byType = new Map<string, ExistingThing[]>();
  for (const thing of things) byType.set(thing.type, [...(byType.get(thing.type) ?? []), thing]);
  return [...byType].map(([type, those]) => {
    const names = [...new Set(those.map(({ id, resource }) => resource ?? id))];
    return `  ${those.length} ${titleOf(type)}: ${pc.dim(names.join(", "))}`;
  });
}

function indented(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split("\n")).map((line) => `  ${line}`);
}

function listed(head: string, lines: readonly string[], otherwise?: string): string[] {
  if (lines.length > 0) return [pc.bold(head), ...lines];
  return otherwise === undefined ? [] : [otherwise];
}
