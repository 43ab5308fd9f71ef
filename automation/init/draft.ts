import { tellsLiveness, tellsReadiness } from "./app-paths";
import { printable, where, type Inspection } from "./inspection";
import {
  celeryFault,
  CELERYS_OWN,
  entryFault,
  filled,
  NONE,
  openQuestions,
  PROVIDED,
  ROLE_TEXT,
  roleNames,
  usesCelery,
  type Answers,
  type ProvidedRole,
} from "./questions";
import { fitName } from "./requirements";
import { looksSecret } from "./variables";

/** What a stack file will say, with the reason for each line. */
export interface StackDraft {
  readonly app: {
    readonly name: string;
    /** Absolute path. */
    readonly source: string;
    readonly entry: string;
    readonly celery?: string;
    readonly requirements?: string;
    readonly migrate?: string;
    readonly seed?: string;
    readonly health?: { readonly live: string; readonly ready: string };
    readonly variables?: Readonly<Partial<Record<ProvidedRole, string>>>;
  };
  readonly processes: {
    readonly web: { readonly count: number };
    readonly worker?: { readonly count: number };
    readonly beat?: Readonly<Record<string, never>>;
  };
  readonly env: Readonly<Record<string, string>>;
  /** Never written in plain text: the caller sets each encrypted. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Why a key has its value, by the key's path, such as `app.entry`. */
  readonly reasons: Readonly<Record<string, string>>;
}

/**
 * Puts what was found and what was answered together. An answer goes before what was found.
 * @throws listing every answer that is wrong or missing
 */
export function answer(inspection: Inspection, answers: Answers): StackDraft {
  const faults = answerFaults(inspection, answers);
  if (faults.length > 0) {
    throw new Error(["These answers are wrong or missing:", ...faults.map((fault) => `  ${fault}`)].join("\n"));
  }
  const reasons: Record<string, string> = {};
  const settled = (key: "entry" | "celery" | "requirements" | "migrate"): string | undefined => {
    const given = answers[key];
    const chosen = inspection[key].chosen;
    if (given === undefined && chosen !== undefined) {
      reasons[`app.${key}`] = chosen.evidence.map((item) => `${where(item)} ${printable(item.what)}`).join(", ");
    }
    return given === NONE ? undefined : (given ?? chosen?.value);
  };
  const [entry = "", celery, requirements, migrate] = [
    settled("entry"),
    settled("celery"),
    settled("requirements"),
    settled("migrate"),
  ];
  const health = healthPaths(inspection, reasons);
  const variables = variableNames(inspection, answers, reasons);
  const beat = celery === undefined ? undefined : inspection.beat;
  if (beat !== undefined) {
    reasons["processes.beat"] = beat.evidence.map(where).join(", ");
  }
  return {
    app: {
      name: answers["name"] ?? inspection.name.value,
      source: inspection.folder,
      entry: entry.replace(/\(\)$/, ""),
      ...(celery !== undefined && { celery }),
      ...(requirements !== undefined && { requirements }),
      ...(migrate !== undefined && { migrate }),
      ...(answers["seed"] !== undefined && { seed: answers["seed"] }),
      ...(health && { health }),
      ...(Object.keys(variables).length > 0 && { variables }),
    },
    processes: { web: { count: 2 }, ...(celery !== undefined && { worker: { count: 1 } }), ...(beat && { beat: {} }) },
    ...environmentOf(answers),
    reasons,
  };
}

function answerFaults(inspection: Inspection, answers: Answers): string[] {
  const fault = (key: string, problem: string | undefined): string[] =>
    problem === undefined ? [] : [`${key}: ${problem}`];
  const name = answers["name"];
  return [
    ...openQuestions(inspection, answers).map(({ flag, text }) => `${flag}: ${text}`),
    ...fault(
      "--name",
      name === undefined || fitName(name) === name ? undefined : "lower-case letters, digits, hyphens",
    ),
    ...fault("--entry", answers["entry"] === undefined ? undefined : entryFault(inspection)(answers["entry"])),
    ...fault("--celery", answers["celery"] === undefined ? undefined : celeryFault(answers["celery"])),
    ...["requirements", "migrate", "seed"].flatMap((key) =>
      fault(`--${key}`, answers[key] === undefined ? undefined : filled(answers[key])),
    ),
    ...providedFaults(inspection, answers),
  ];
}

/** The config takes no value for a variable that Slipway sets itself. */
function providedFaults(inspection: Inspection, answers: Answers): string[] {
  const defaults = Object.entries(PROVIDED).filter(
    ([role, name]) => name !== undefined && (usesCelery(inspection, answers) || !CELERYS_OWN.has(role as ProvidedRole)),
  );
  const names: Answers = { ...Object.fromEntries(defaults), ...roleNames(inspection, answers) };
  return Object.entries(names)
    .filter(([, name]) => answers[`env.${name}`] !== undefined)
    .map(
      ([role, name]) =>
        `--env ${name}: Slipway sets it itself, to ${ROLE_TEXT[role as ProvidedRole]}; leave it out, or give that ` +
        `another name with --variable ${role}=<NAME>`,
    );
}

function variableNames(inspection: Inspection, answers: Answers, reasons: Record<string, string>): Answers {
  const names = Object.entries(roleNames(inspection, answers));
  const differing = names.filter(([role, name]) => PROVIDED[role as ProvidedRole] !== name);
  for (const [role, name] of differing) {
    const variable = inspection.variables.find((item) => item.name === name);
    const evidence = variable?.evidence ?? inspection.roles[role as ProvidedRole].chosen?.evidence ?? [];
    reasons[`app.variables.${role}`] = evidence.map(where).join(", ");
  }
  return Object.fromEntries(differing);
}

function healthPaths({ health }: Inspection, reasons: Record<string, string>) {
  const { chosen } = health;
  if (chosen === undefined) {
    return undefined;
  }
  const all = [chosen, ...health.alternatives];
  const live = all.find(({ value }) => tellsLiveness(value)) ?? chosen;
  const ready = all.find(({ value }) => tellsReadiness(value)) ?? chosen;
  reasons["app.health"] = [...new Set([...live.evidence, ...ready.evidence].map(where))].join(", ");
  return { live: live.value, ready: ready.value };
}

function environmentOf(answers: Answers): Pick<StackDraft, "env" | "secrets"> {
  const all = Object.entries(answers)
    .filter(([key]) => key.startsWith("env."))
    .map(([key, value]) => [key.slice("env.".length), value] as const);
  return {
    env: Object.fromEntries(all.filter(([name]) => !looksSecret(name))),
    secrets: Object.fromEntries(all.filter(([name]) => looksSecret(name))),
  };
}
