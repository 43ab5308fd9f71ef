// docs/rules.md: everything that the simulated clouds refuse, from their models.

const INTRODUCTION = `# Rules of the simulated clouds

<!-- Written by \`npm run docs\` from providers/rehearsal: change it there. -->

What a [rehearsal](rehearsal.md) refuses, type by type, and where each rule is known from. A type without
a heading here is refused by name; what no rule is about is accepted.

- \`plan\`: refused by the provider itself, in a preview already.
- \`call\`: refused by the cloud when it is asked to create or change.
- \`wait\`: accepted, and found wrong while the provider waits: the thing is there, and has failed.
- \`deletion\`: refused when it is to be deleted.

A required property that is missing is refused in a plan. A reference names what has to exist: the first code is the refusal
where it does not, the second the one of a deletion while something still refers to it.
`;

const TIMES = ["plan", "call", "wait", "deletion"];

/** @param clouds simulated clouds, as `clouds.ts` lists them */
export function rulesPage(clouds) {
  return `${INTRODUCTION}\n${clouds.map(cloudSection).join("\n")}`;
}

function cloudSection({ name, version, models, lookups }) {
  const count = models.reduce((total, model) => total + rulesOf(model).length, 0);
  const references = models.reduce((total, { references = [] }) => total + references.length, 0);
  const head = `## ${name} ${version}\n\n${models.length} types, ${count} rules, ${references} references.\n`;
  return [head, ...models.map(modelSection), ...(lookups.length === 0 ? [] : [lookupSection(lookups)])].join("\n");
}

function modelSection(model) {
  const lines = [`### ${model.type}`, "", `Known from ${cell(model.source)}.`, ""];
  const rules = rulesOf(model).map(([time, { id, code = "", source }]) => [`\`${id}\``, time, marked(code), source]);
  if (rules.length > 0) lines.push(...table(["rule", "refused", "code", "known from"], rules));
  const references = (model.references ?? []).map(({ property, to, missing, holds = "" }) => [
    `\`${property}\``,
    to.map((type) => `\`${type}\``).join(", "),
    marked(missing),
    marked(holds),
  ]);
  if (references.length > 0) lines.push(...table(["reference", "to", "missing", "in use"], references));
  return lines.join("\n");
}

function lookupSection(lookups) {
  const rows = lookups.map(({ token, source }) => [`\`${token}\``, source]);
  return ["### Functions that read", "", ...table(["function", "known from"], rows)].join("\n");
}

function rulesOf(model) {
  return TIMES.flatMap((time) => (model[time] ?? []).map((rule) => [time, rule]));
}

function table(heading, rows) {
  const line = (cells) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(heading), line(heading.map(() => "---")), ...rows.map(line), ""];
}

function marked(code) {
  return code === "" ? "" : `\`${code}\``;
}

function cell(text) {
  return text.replaceAll("|", "\\|").replaceAll(/[<>]/g, (sign) => (sign === "<" ? "&lt;" : "&gt;"));
}
