import { mkdir } from "node:fs/promises";
import * as path from "node:path";
import { runTask } from "../commands";
import { isThere, namesIn, removeAll } from "../files";
import { layout } from "../paths";
import type { Context, ResourceType } from "../resource";
import type { JobInputs, JobOutputs } from "../resources";
import * as rules from "../rules";
import { templatePath } from "../templates";
import { topOf } from "../../protocol/values";

const BACKUPS_KEPT = 5;
const BACKUP_SECONDS = 600;
/** Inputs whose change makes the command run again. */
const RUN_AGAIN = ["version", "virtualenv", "environment", "command"];

export const job: ResourceType<JobInputs, JobOutputs> = {
  rules: {
    ...rules.releaseCommand,
    name: rules.name,
    command: rules.words,
    timeout: rules.seconds,
    once: rules.flag,
    backup: rules.optionalFolder,
  },
  secrets: ["environment"],
  changes: (found, { inputs }) =>
    found.filter(({ path: changed }) => {
      const input = topOf(changed);
      return input === "root" || (inputs.once !== true && RUN_AGAIN.includes(input));
    }),
  plan: () => ({}),
  id: ({ root, name }) => `${root}/jobs/${name}`,
  create: perform,
  update: (inputs, _old, context) => perform(inputs, context),
  read: async (kept) => kept,
  delete: async () => undefined,
};

async function perform(inputs: JobInputs, { signal }: Context): Promise<JobOutputs> {
  const { name, command, timeout, backup } = inputs;
  const copy = backup === undefined ? undefined : await copyDatabase(inputs, backup, signal);
  const consequence = copy === undefined ? "" : `The database as it was before: ${copy}`;
  await runTask({ of: inputs, name, argv: command }, timeout, signal, consequence);
  return inputs;
}

/** Copies the database, if there is one yet, and returns where to. */
async function copyDatabase(inputs: JobInputs, database: string, signal: AbortSignal): Promise<string | undefined> {
  if (!(await isThere(database))) return undefined;
  const { backups } = layout(inputs.root);
  await mkdir(backups, { recursive: true, mode: 0o700 });
  const { name: stem, ext } = path.parse(database);
  const time = new Date().toISOString().replaceAll(/[-:]/g, "").replace(".", "-");
  const target = path.join(backups, `${stem}-${time}${ext}`);
  const argv = ["python", templatePath("sqlite_backup.py"), "copy", database, target];
  await runTask({ of: inputs, name: "backup", argv }, BACKUP_SECONDS, signal, `${inputs.name} was not run.`);
  const old = (await namesIn(backups)).filter((file) => file.startsWith(`${stem}-`)).slice(0, -BACKUPS_KEPT);
  await removeAll(...old.map((file) => path.join(backups, file)));
  return target;
}
