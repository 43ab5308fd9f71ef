/** What a comment says, in pieces that can be put on several comments: HTML that Markdown leaves alone, line by line. */
import { duration } from "../terminal/status";
import { lossOf } from "./data";
import { isSecretPath } from "./mask";
import type { ReportedChange, ReportedProperty, StackReport } from "./report";
import type { Texts } from "./text";

/** A list that can be broken between its rows. */
export interface Section {
  /** Stands before the first row, and again where the list goes on in another comment. */
  head: string;
  rows: Row[];
  tail: string;
}

/** A row; one that stands under another is not left alone. */
export interface Row {
  text: string;
  /** The row that this one belongs to, repeated where the list was broken between them. */
  under?: string;
}

/** Properties of one resource that are shown. */
const MOST_PROPERTIES = 60;
/** Longer lists are folded. */
const MOST_OPEN = 40;

const SIGNS: Readonly<Record<string, string>> = { create: "+", update: "~", replace: "±", delete: "−" };
const ORDER = ["delete", "replace", "update", "create"];

/** The table of all stacks. */
export function summarySection(reports: readonly StackReport[], texts: Texts): Section {
  const titles = ["stack", "create", "update", "replace", "delete", "rollout", "policies", "drift"];
  return {
    head: `<table><tr>${titles.map((title) => `<th>${title}</th>`).join("")}</tr>`,
    rows: reports.map((report) => ({ text: summaryRow(report, texts) })),
    tail: "</table>",
  };
}

function summaryRow({ stack, plan, failure, rolloutSeconds, policies }: StackReport, texts: Texts): string {
  const count = (operation: string): string => {
    const found = plan?.changes.filter((change) => change.operation === operation).length ?? 0;
    return found === 0 ? "" : String(found);
  };
  const counts = ["create", "update", "replace", "delete"].map(count);
  const quiet = plan === undefined ? "failed" : counts.every((text) => text === "") ? "no changes" : "";
  const broken = policies.filter(({ mandatory }) => mandatory).length;
  const advised = policies.length - broken;
  const cells = [
    ...counts,
    rolloutSeconds === undefined ? quiet : `about ${duration(Math.round(rolloutSeconds))}`,
    [...(broken > 0 ? [`❌ ${broken} broken`] : []), ...(advised > 0 ? [`⚠️ ${advised}`] : [])].join(", "),
    plan === undefined || plan.drift.length === 0 ? "" : `⚠️ ${plan.drift.length}`,
  ];
  const head = `${failure === undefined ? "" : "❌ "}${texts.shown(stack)}`;
  return `<tr><td>${head}</td>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

/** What data would be lost, a line each; nothing where none would be. */
export function losses(reports: readonly StackReport[], texts: Texts): string[] {
  return reports.flatMap(({ stack, plan }) =>
    (plan?.changes ?? []).flatMap((change) => {
      const loss = lossOf(change);
      if (loss === undefined) return [];
      const done = change.operation === "delete" ? "deleted" : "replaced";
      return [`${texts.shown(change.name)} of ${texts.shown(stack)} would be <b>${done}</b>; lost with it: ${loss}`];
    }),
  );
}

/** Everything about one stack. */
export function stackSections(report: StackReport, texts: Texts): Section[] {
  const { stack, plan, failure, policies } = report;
  const title = `<h4>Stack ${texts.shown(stack)}</h4>`;
  const about = [...basisLines(report), ...failureLines(failure, texts)];
  const found = policies.map(({ policy, mandatory, message, resource }) => {
    const of = resource === undefined ? "" : `${texts.shown(resource)}: `;
    const sign = mandatory ? "❌" : "⚠️";
    return { text: `<li>${sign} ${of}${texts.shown(message, 400)} (policy ${texts.shown(policy)})</li>` };
  });
  return [
    { head: title, rows: about.map((text) => ({ text })), tail: "" },
    ...(found.length > 0 ? [{ head: "<div><b>Policies</b><ul>", rows: found, tail: "</ul></div>" }] : []),
    ...(plan === undefined ? [] : changeSections("Changes", ordered(plan.changes), plan.unchanged, texts)),
    ...(plan === undefined ? [] : changeSections("Drift: what was changed by hand", plan.drift, undefined, texts)),
  ];
}

function basisLines({ basis, plan }: StackReport): string[] {
  if (plan === undefined || basis === "deployed") return [];
  const against = {
    rehearsed:
      "Rehearsed on simulated clouds, against a rehearsed deployment of the base. What is really deployed may differ.",
    nothing: "Rehearsed on simulated clouds, in an empty account: what is deployed already counts as new.",
  }[basis];
  return [`<p>${against}</p>`];
}

function failureLines(failure: StackReport["failure"], texts: Texts): string[] {
  if (failure === undefined) return [];
  const { message, mend } = failure;
  const way = mend === undefined ? [] : texts.lines(mend).map((line) => `<div>mend: ${line}</div>`);
  return ["<p>❌ <b>The preview failed.</b></p>", ...texts.lines(message).map((line) => `<div>${line}</div>`), ...way];
}

/** What loses data first, then what goes, is replaced, changes, comes. */
function ordered(changes: readonly ReportedChange[]): ReportedChange[] {
  const rank = (change: ReportedChange): number =>
    (lossOf(change) === undefined ? ORDER.length + 1 : 0) + (ORDER.indexOf(change.operation) + 1);
  return [...changes].sort((a, b) => rank(a) - rank(b));
}

function changeSections(
  title: string,
  changes: readonly ReportedChange[],
  unchanged: number | undefined,
  texts: Texts,
): Section[] {
  if (changes.length === 0) return unchanged === undefined ? [] : [noChanges(unchanged)];
  const rows = changes.flatMap((change) => changeRows(change, texts));
  const open = rows.length <= MOST_OPEN ? " open" : "";
  const counts = `${changes.length} changed${unchanged === undefined ? "" : `, ${unchanged} unchanged`}`;
  const head = `<details${open}><summary><b>${title}</b>: ${counts}</summary><table>`;
  return [{ head, rows, tail: "</table></details>" }];
}

function noChanges(unchanged: number): Section {
  return { head: "", rows: [{ text: `<p>No changes, ${unchanged} unchanged.</p>` }], tail: "" };
}

function changeRows(change: ReportedChange, texts: Texts): Row[] {
  const { operation, name, type, properties } = change;
  const loss = lossOf(change) === undefined ? "" : " ⛔";
  const sign = SIGNS[operation];
  const kind = sign === undefined ? texts.shown(operation) : `<b>${sign} ${operation}</b>`;
  const resource = `<tr><td colspan="3">${kind} ${texts.shown(name)}${loss} <sub>${texts.type(type)}</sub></td></tr>`;
  const shown = properties.slice(0, MOST_PROPERTIES).map((property) => propertyRow(property, texts));
  const rest = properties.length - shown.length;
  const more = rest > 0 ? [`<tr><td colspan="3">… and ${rest} properties more</td></tr>`] : [];
  return [{ text: resource }, ...[...shown, ...more].map((text) => ({ text, under: resource }))];
}

function propertyRow(property: ReportedProperty, texts: Texts): string {
  const [old, next] = isSecretPath(property.path)
    ? [property.old && "[secret]", property.new && "[secret]"]
    : [property.old, property.new];
  const later = property.kind === "delete" ? "" : "<i>known after the change</i>";
  const one = (value: string | undefined, otherwise: string): string =>
    value === undefined ? otherwise : texts.shown(value);
  const values = old !== undefined && next !== undefined ? texts.pair(old, next) : [one(old, ""), one(next, later)];
  const replaces = property.replaces ? " (replaces)" : "";
  return `<tr><td>${texts.shown(property.path)}${replaces}</td>${values.map((value) => `<td>${value}</td>`).join("")}</tr>`;
}
