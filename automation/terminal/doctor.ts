/** Findings of `slipway doctor` as text. */
import type { Finding, State } from "../doctor";
import { pc } from "./colors";

const SIGNS: Readonly<Record<State, string>> = {
  ok: pc.green("✔"),
  warn: pc.yellow("!"),
  fail: pc.red("✖"),
  skipped: pc.dim("-"),
};

/** One line for each finding below its group, what mends it below that, and a count at the end. */
export function doctorText(findings: readonly Finding[]): string {
  const stacks = [...new Set(findings.map(({ stack }) => stack))];
  const width = Math.max(0, ...findings.map(({ name }) => name.length));
  const parts = stacks.map((stack) => {
    const own = findings.filter((finding) => finding.stack === stack);
    const groups = [...new Set(own.map(({ group }) => group))].map((group) => {
      const lines = own.filter((finding) => finding.group === group).flatMap((finding) => linesOf(finding, width));
      return [pc.bold(group), ...lines].join("\n");
    });
    return [...(stacks.length > 1 ? [pc.underline(`stack ${stack}`)] : []), ...groups].join("\n\n");
  });
  return [...parts, summary(findings)].join("\n\n");
}

function linesOf({ state, name, found, mend }: Finding, width: number): string[] {
  const line = `  ${SIGNS[state]} ${name.padEnd(width)}  ${found}`;
  // A command stays on its line, so that it can be copied.
  return mend === undefined ? [line] : [line, `    ${" ".repeat(width)}  ${pc.dim("mend:")} ${mend}`];
}

function summary(findings: readonly Finding[]): string {
  const count = (state: State): number => findings.filter((finding) => finding.state === state).length;
  const parts = [`${count("fail")} to mend`, `${count("warn")} fall short`, `${count("ok")} well`];
  return [...parts, ...(count("skipped") > 0 ? [`${count("skipped")} not looked at`] : [])].join(", ");
}
