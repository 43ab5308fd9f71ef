import { ROLES, type Candidate, type Evidence, type Fact, type Role, type Variable } from "./inspection";
import type { PythonFacts } from "./python-facts";

interface Naming {
  /** Names of environment variables, the usual ones first. */
  readonly names: readonly string[];
  /** What the value is given to in the code: a setting, a keyword argument, a function. */
  readonly context: RegExp;
}

const NAMING: Readonly<Record<Role, Naming>> = {
  database: {
    names: ["DATABASE_URL", "DB_URI", "DB_URL", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_DATABASE_URL", "DATABASE_URI"],
    context: /^(SQLALCHEMY_DATABASE_UR[IL]|create_engine|DATABASE_UR[IL]|sqlalchemy\.url)$/i,
  },
  broker: {
    names: ["CELERY_BROKER_URL", "BROKER_URL", "CELERY_BROKER", "CLOUDAMQP_URL", "RABBITMQ_URL", "AMQP_URL"],
    context: /^(celery_)?broker(_url)?$/i,
  },
  resultBackend: {
    names: ["CELERY_RESULT_BACKEND", "RESULT_BACKEND", "CELERY_BACKEND"],
    context: /^(backend|(celery_)?result_backend)$/i,
  },
  cache: {
    names: ["REDIS_HOST", "REDIS_URL", "CACHE_REDIS_URL", "CACHE_REDIS_HOST", "CACHE_URL"],
    context: /^(CACHE_REDIS_(URL|HOST)|from_url)$/i,
  },
  secretKey: {
    names: ["SECRET_KEY", "FLASK_SECRET_KEY", "APP_SECRET_KEY"],
    context: /^SECRET_KEY$/i,
  },
  environment: {
    names: ["WEBAPP_ENV", "APP_ENV", "FLASK_ENV", "FLASK_CONFIG", "APP_SETTINGS", "APP_CONFIG", "ENVIRONMENT"],
    context: /^$/,
  },
};

/** Set by the system, by Flask's development server, or by the platform that starts the process. */
const NOT_SETTINGS =
  /^(PORT|HOME|PATH|USER|PWD|LANG|LC_\w+|TZ|TMPDIR|HOSTNAME|DYNO|CI|PYTHON\w*|FLASK_(APP|DEBUG|RUN_\w+))$/;
const SECRET =
  /SECRET|PASSWORD|PASSWD|PASSPHRASE|TOKEN|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|_(KEY|SALT|DSN|PASS|PWD)$/i;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether a variable's name looks as if its value must be kept secret. */
export function looksSecret(name: string): boolean {
  return SECRET.test(name);
}

/** The environment variables that the app reads, those of one name together, in order of their names. */
export function variablesOf(facts: PythonFacts): Variable[] {
  const reads = new Map<string, PythonFacts["variables"]>();
  for (const read of facts.variables.filter(({ name }) => NAME.test(name) && !NOT_SETTINGS.test(name))) {
    reads.set(read.name, [...(reads.get(read.name) ?? []), read]);
  }
  return [...reads]
    .map(([name, found]) => ({
      name,
      required: found.some(({ required }) => required),
      secret: looksSecret(name),
      roles: rolesOf(
        name,
        found.map(({ context }) => context),
      ),
      evidence: found.map(({ file, line, required }) => ({
        file,
        line,
        what: required ? `${name}, required` : `${name}, optional`,
      })),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What the code does with the value says more than what the variable is called. */
function rolesOf(name: string, contexts: readonly (string | null)[]): Role[] {
  if (/^TEST|_TEST(ING)?_/.test(name)) {
    return [];
  }
  const byContext = ROLES.filter((role) => contexts.some((context) => NAMING[role].context.test(context ?? "-")));
  return byContext.length > 0 ? byContext : ROLES.filter((role) => NAMING[role].names.includes(name));
}

/** For each role, the variable that carries it in this app. */
export function roleFacts(variables: readonly Variable[], facts: PythonFacts): Record<Role, Fact> {
  const fact = (role: Role): Fact => {
    const candidates = variables
      .filter(({ roles }) => roles.includes(role))
      .sort((a, b) => rank(a, role) - rank(b, role))
      .map(({ name, evidence }): Candidate => ({ value: name, evidence }));
    const [chosen, ...alternatives] = candidates.length > 0 ? candidates : prefixedCandidates(role, facts);
    const first = variables.find(({ name }) => name === chosen?.value);
    const second = variables.find(({ name }) => name === alternatives[0]?.value);
    const tie = first !== undefined && second !== undefined && rank(first, role) === rank(second, role);
    return chosen === undefined || tie ? { alternatives: candidates } : { chosen, alternatives };
  };
  return {
    database: fact("database"),
    broker: fact("broker"),
    resultBackend: fact("resultBackend"),
    cache: fact("cache"),
    secretKey: fact("secretKey"),
    environment: fact("environment"),
  };
}

/** Smaller is likelier: a required variable before an optional one, then the usual names. */
function rank({ name, required }: Variable, role: Role): number {
  const index = NAMING[role].names.indexOf(name);
  return (required ? 0 : 100) + (index >= 0 ? index : 50);
}

const PREFIXED: Partial<Record<Role, string>> = {
  database: "SQLALCHEMY_DATABASE_URI",
  broker: "CELERY__broker_url",
  resultBackend: "CELERY__result_backend",
  secretKey: "SECRET_KEY",
};

/** `app.config.from_prefixed_env()` takes every setting from FLASK_<setting>; `__` reaches into a dict. */
function prefixedCandidates(role: Role, facts: PythonFacts): Candidate[] {
  const setting = PREFIXED[role];
  const [call] = facts.prefixedEnv;
  if (setting === undefined || call === undefined || call.prefix === null) {
    return [];
  }
  const evidence: Evidence[] = [{ file: call.file, line: call.line, what: "from_prefixed_env" }];
  return [{ value: `${call.prefix}_${setting}`, evidence }];
}
