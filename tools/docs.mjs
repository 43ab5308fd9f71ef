// `npm run docs`: writes what is made from the code; `npm run docs -- --check` only says whether it is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { tsImport } from "tsx/esm/api";
import { rulesPage } from "./rules-page.mjs";
import { root } from "./setup.mjs";

const INTRODUCTION = `# Config

<!-- Written by \`npm run docs\` from components/config: change it there. -->

Every key of a stack's config file, \`Pulumi.<stack>.yaml\`. In the file, the first name of a key has the namespace
\`slipway:\` before it, and what follows a full stop is nested: \`local.port\` is

\`\`\`yaml
config:
  slipway:local:
    port: 8080
\`\`\`

- \`slipway config\` prints these tables, \`slipway config set <key> <value>\` sets a key, \`slipway config check\` names
  every fault at once.
- A secret is set with \`slipway config set secrets.<NAME> --secret\`: it is asked for, or read from standard input, and
  encrypted in the file. \`local.database.url\` and \`local.broker.url\` are secrets too.
- Editors that read \`yaml-language-server\` comments complete and check the file by \`schema/stack.json\`.
- A default that differs between environments is given for each; \`stg\` takes those of \`prod\`.
- A key without a default that is not marked as required may stay away. \`url\` is required where \`kind\` is \`url\`.
`;

const { explainKeys, stackFileSchema } = await tsImport("../components/config/explain.ts", import.meta.url);
const { eventSchema } = await tsImport("../automation/events.ts", import.meta.url);
const { z } = await import("zod");
const { clouds } = await tsImport("../providers/rehearsal/clouds.ts", import.meta.url);

/** What is generated: path in the checkout -> text. */
const documents = {
  "docs/config.md": configPage(explainKeys()),
  "docs/rules.md": rulesPage(clouds(root)),
  "schema/stack.json": json(stackFileSchema()),
  // What is written may get more fields: the schema does not close its objects.
  "schema/events.json": json(z.toJSONSchema(eventSchema, { io: "input" })),
};

function json(value) {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function configPage(rows) {
  const sections = groupBy(rows, topOf);
  const tables = [...sections].map(([name, keys]) => `## ${name}\n\n${table(keys)}`);
  return `${INTRODUCTION}\n${tables.join("\n\n")}\n`;
}

function topOf({ key }) {
  return key.split(".")[0];
}

function groupBy(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

function table(rows) {
  const lines = rows.map(({ key, type, required, default: fallback, meaning }) =>
    [`\`${key}\``, type, required ? "required" : fallback.replaceAll(/[^\s,()]+(?=$|,| \()/g, "`$&`"), meaning]
      .map(cell)
      .join(" | "),
  );
  return [
    "| key | type | default | meaning |",
    "| --- | --- | --- | --- |",
    ...lines.map((line) => `| ${line} |`),
  ].join("\n");
}

function cell(text) {
  return text.replaceAll("|", "\\|").replaceAll(/[<>]/g, (sign) => (sign === "<" ? "&lt;" : "&gt;"));
}

const check = process.argv.includes("--check");
for (const [file, text] of Object.entries(documents)) {
  const path = join(root, file);
  if (!check) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error(`${file} is not what the code says: write it anew with \`npm run docs\`.`);
    process.exitCode = 1;
  }
}
