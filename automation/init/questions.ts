import { printable, where, type Candidate, type Fact, type Inspection, type Role, type Variable } from "./inspection";

/** One thing that could not be found out. */
export interface Question {
  /** Key of its answer. */
  readonly key: string;
  /** The option that answers it on the command line, such as `--entry <module:app>`. */
  readonly flag: string;
  readonly text: string;
  /** What was found, the likeliest first; empty if any text will do. */
  readonly choices: readonly { readonly value: string; readonly label: string; readonly hint: string }[];
  readonly initial?: string;
  /** The answer must not be shown. */
  readonly secret: boolean;
  /** What is wrong with an answer, or undefined. */
  readonly validate: (value: string) => string | undefined;
}

/** Answers by key: name, entry, celery, requirements, migrate, seed, `env.<NAME>`, `variables.<role>`. */
export type Answers = Readonly<Record<string, string>>;

/**
 * The settings that Slipway hands to an app under a name that the app chooses, and the names it takes otherwise;
 * undefined: nothing is handed over unless the app has a name for it.
 */
export const PROVIDED = {
  environment: "WEBAPP_ENV",
  database: "DB_URI",
  broker: "CELERY_BROKER_URL",
  resultBackend: undefined,
  secretKey: "SECRET_KEY",
} as const satisfies Partial<Record<Role, string | undefined>>;
export type ProvidedRole = keyof typeof PROVIDED;
export const PROVIDED_ROLES = Object.keys(PROVIDED) as ProvidedRole[];

/** The answer that says "the app has none". */
export const NONE = "none";

const LITERAL = String.raw`(?:[A-Za-z_]\w*=)?(?:'[^'"\\]*'|"[^'"\\]*"|-?\d+(?:\.\d+)?|True|False|None)`;
const ATTRIBUTE = String.raw`[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*`;
const ENTRY = new RegExp(`^(${ATTRIBUTE})(?:\\(((?:${LITERAL}(?:, *${LITERAL})*)?)\\))?$`);
const CELERY = new RegExp(`^${ATTRIBUTE}$`);
export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What must be asked before a stack can be written: only what is missing or ambiguous, and not yet answered. */
export function openQuestions(inspection: Inspection, given: Answers = {}): Question[] {
  const { entry, celery, requirements, migrate } = inspection;
  const open: Question[] = [];
  if (entry.chosen === undefined) {
    const callable = entry.alternatives.filter(({ value }) => !(value in entry.argumentsNeeded));
    open.push(question("entry", "--entry <module:app>", entryText(inspection), callable, entryFault(inspection)));
  }
  if (isAmbiguous(celery)) {
    const text = "Which Celery app does the worker run?";
    open.push(question("celery", "--celery <module:attribute>", text, [...celery.alternatives, none], celeryFault));
  }
  if (requirements.chosen === undefined) {
    const text = "Which file lists the packages to install?";
    open.push(question("requirements", "--requirements <file>", text, requirements.alternatives, filled));
  }
  if (isAmbiguous(migrate)) {
    const text = "Which command migrates the database?";
    open.push(question("migrate", "--migrate <command>", text, [...migrate.alternatives, none], filled));
  }
  const undecided = PROVIDED_ROLES.filter((role) => isUndecided(role, inspection, given));
  for (const role of undecided) {
    const text = `Which environment variable carries ${ROLE_TEXT[role]}?`;
    const candidates = inspection.roles[role].alternatives;
    open.push(question(`variables.${role}`, `--variable ${role}=<NAME>`, text, candidates, variableFault));
  }
  const provided = new Set(Object.values(roleNames(inspection, given)));
  const required = inspection.variables.filter(
    ({ name, required, roles }) => required && !provided.has(name) && !undecided.some((role) => roles.includes(role)),
  );
  open.push(...required.map(variableQuestion));
  return open.filter(({ key }) => given[key] === undefined);
}

export const ROLE_TEXT: Readonly<Record<ProvidedRole, string>> = {
  environment: "the environment's name",
  database: "the database URL",
  broker: "the broker URL",
  resultBackend: "the URL of Celery's result backend",
  secretKey: "the secret key",
};

const none: Candidate = { value: NONE, evidence: [] };

function isAmbiguous(fact: Fact): boolean {
  return fact.chosen === undefined && fact.alternatives.length > 0;
}

/** Whether there will be a worker, and with it a broker. */
export function usesCelery({ celery }: Inspection, answers: Answers): boolean {
  const found = celery.chosen !== undefined || celery.alternatives.length > 0;
  return answers["celery"] === undefined ? found : answers["celery"] !== NONE;
}

/** What only an app with Celery is handed. */
export const CELERYS_OWN: ReadonlySet<ProvidedRole> = new Set(["broker", "resultBackend"]);

/** Several variables look as if they carried what Slipway provides. */
function isUndecided(role: ProvidedRole, inspection: Inspection, answers: Answers): boolean {
  const concerns = CELERYS_OWN.has(role) ? usesCelery(inspection, answers) : role !== "environment";
  return concerns && isAmbiguous(inspection.roles[role]) && answers[`variables.${role}`] === undefined;
}

function question(
  key: string,
  flag: string,
  text: string,
  candidates: readonly Candidate[],
  validate: Question["validate"],
): Question {
  const choices = candidates.map(({ value, evidence }) => ({
    value,
    label: printable(value),
    hint: evidence.map((item) => `${where(item)} ${printable(item.what)}`).join(", "),
  }));
  const initial = choices[0]?.value;
  return { key, flag, text, choices, ...(initial !== undefined && { initial }), secret: false, validate };
}

function variableQuestion({ name, secret, evidence }: Variable): Question {
  const read = evidence.map(where).slice(0, 3).join(", ");
  return {
    key: `env.${name}`,
    flag: secret ? `--env ${name}` : `--env ${name}=<value>`,
    text: `The app does not start without ${name} (${read}). Its value?`,
    choices: [],
    secret,
    validate: (value) => (value.includes("\0") ? "an environment variable cannot hold a NUL character" : undefined),
  };
}

function entryText({ entry }: Inspection): string {
  const [needy] = Object.entries(entry.argumentsNeeded);
  const example = needy && `${needy[0]}('prod')`;
  return needy && entry.alternatives.every(({ value }) => value.startsWith(needy[0]))
    ? `${needy[0]} needs an argument (${needy[1].join(", ")}). With which is it called, e.g. ${example}?`
    : "Which is the Flask app?";
}

export function entryFault({ entry }: Inspection): Question["validate"] {
  return (value) => {
    const match = ENTRY.exec(value);
    const needed = entry.argumentsNeeded[match?.[1] ?? ""];
    if (match === null) {
      return "module:app, module:create_app or module:create_app('argument') is needed";
    }
    return needed !== undefined && !match[2] ? `${value} needs an argument: ${needed.join(", ")}` : undefined;
  };
}

export function celeryFault(value: string): string | undefined {
  return value === NONE || CELERY.test(value) ? undefined : `module:attribute is needed, or ${NONE}`;
}

function variableFault(value: string): string | undefined {
  return VARIABLE.test(value) ? undefined : "the name of an environment variable is needed";
}

export function filled(value: string): string | undefined {
  return value.trim() === "" ? "a value is needed" : undefined;
}

/** Names under which the app reads what Slipway provides. */
export function roleNames(inspection: Inspection, answers: Answers): Partial<Record<ProvidedRole, string>> {
  const celery = usesCelery(inspection, answers);
  const found = PROVIDED_ROLES.flatMap((role) => {
    const chosen = inspection.roles[role].chosen?.value;
    // Other variables for the environment want other words than dev, stg and prod: they stay the user's to set.
    const usable = role === "environment" ? chosen === PROVIDED.environment : celery || !CELERYS_OWN.has(role);
    // Results may be kept elsewhere: a value of the user's own goes before the broker's.
    const own = role === "resultBackend" && chosen !== undefined && answers[`env.${chosen}`] !== undefined;
    const name = answers[`variables.${role}`] ?? (usable && !own ? chosen : undefined);
    return name === undefined ? [] : [[role, name] as const];
  });
  return Object.fromEntries(found);
}
