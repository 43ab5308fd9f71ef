import { statSync } from "node:fs";
import { resolve } from "node:path";
import { healthFact, migrateFact } from "./app-paths";
import { declaredApps, type Declared } from "./command-lines";
import { celeryFact, entryFact } from "./entries";
import type { Candidate, Evidence, Fact, Finding, Inspection } from "./inspection";
import { readPythonFacts, type PythonFacts } from "./python-facts";
import { projectFacts, projectSubfolders } from "./requirements";
import { roleFacts, variablesOf } from "./variables";

export interface InspectOptions {
  /** Python 3.9 or newer. @default "python3" */
  readonly python?: string;
}

/**
 * Finds out how the Flask app in a folder is entered, installed, migrated and configured, without running any of it.
 * What could not be settled is left open in the facts; what the user should know is in `findings`.
 * @throws if the folder does not exist, or Python is missing, older than 3.9 or takes longer than a minute
 */
export async function inspectApp(folder: string, options: InspectOptions = {}): Promise<Inspection> {
  const root = resolve(folder);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`${JSON.stringify(root)} is no folder: give the folder of a Flask app, slipway init <folder>`);
  }
  const facts = await readPythonFacts(root, options.python ?? "python3");
  const declared = declaredApps(root);
  const project = projectFacts(root);
  const variables = variablesOf(facts);
  const entry = entryFact(facts, declared);
  const celery = celeryFact(facts, declared);
  const migrate = migrateFact(root, facts);
  const beat = beatFact(facts, declared);
  return {
    folder: root,
    ...project,
    entry,
    celery,
    ...(beat && { beat }),
    migrate,
    health: healthFact(facts),
    variables,
    roles: roleFacts(variables, facts),
    findings: [
      ...project.findings,
      ...fileFindings(facts),
      ...entryFindings(root, entry, facts),
      ...celeryFindings(celery, facts),
      ...databaseFindings(migrate, facts),
    ],
  };
}

function beatFact(facts: PythonFacts, declared: readonly Declared[]): Candidate<true> | undefined {
  const evidence: Evidence[] = [
    ...declared.filter(({ kind }) => kind === "beat").map((item) => item.evidence),
    ...facts.beat.map(({ file, line }) => ({ file, line, what: "beat schedule" })),
  ];
  return evidence.length > 0 ? { value: true, evidence } : undefined;
}

function fileFindings(facts: PythonFacts): Finding[] {
  const findings = facts.unreadable.map(({ file, line, message }): Finding => ({
    level: "warning",
    text: `A Python file could not be read (by Python ${facts.python}) and was left aside: ${message}.`,
    evidence: [{ file, line, what: message }],
  }));
  if (facts.truncated !== null) {
    const { file, files } = facts.truncated;
    findings.push({
      level: "warning",
      text: `Only the first ${files} Python files were read: the folder holds too many, or too large ones.`,
      evidence: [{ file, line: 1, what: "first file left aside" }],
    });
  }
  return findings;
}

function entryFindings(folder: string, entry: Fact, facts: PythonFacts): Finding[] {
  if (entry.chosen !== undefined || entry.alternatives.length > 0) {
    return [];
  }
  const subfolders = projectSubfolders(folder);
  const fix =
    subfolders.length > 0
      ? `Name the folder that holds the app: ${subfolders.map((name) => JSON.stringify(name)).join(", ")}`
      : "Name the app: --entry module:app or --entry module:create_app";
  const evidence = facts.unimportable.map((file) => ({ file, line: 1, what: "cannot be imported under this name" }));
  return [{ level: "warning", text: "No Flask app and no function that returns one was found.", fix, evidence }];
}

function celeryFindings(celery: Fact, facts: PythonFacts): Finding[] {
  const used = [...facts.sharedTasks, ...facts.celery];
  if (celery.chosen !== undefined || celery.alternatives.length > 0 || used.length === 0) {
    return [];
  }
  return [
    {
      level: "warning",
      text: "The app uses Celery, but no module holds the Celery app under a name of its own, as a worker needs it.",
      fix: "Name it: --celery module:attribute",
      evidence: used.map(({ file, line, name }) => ({ file, line, what: name })),
    },
  ];
}

function databaseFindings(migrate: Fact, facts: PythonFacts): Finding[] {
  if (migrate.chosen !== undefined || migrate.alternatives.length > 0) {
    return [];
  }
  const commands = facts.commands.filter(({ name }) => /^(init|create|setup|upgrade|migrate|seed)[-_]?/.test(name));
  if (facts.createAll.length === 0 && commands.length === 0) {
    return [];
  }
  const evidence = [
    ...facts.createAll.map(({ file, line }) => ({ file, line, what: "create_all()" })),
    ...commands.map(({ file, line, name }) => ({ file, line, what: `flask ${name}` })),
  ];
  const text = "The app has no migrations; its tables are made in another way.";
  const fix = "If a command makes them and may be run again at any time, name it: --migrate 'flask <command>'";
  return [{ level: "info", text, fix, evidence }];
}
