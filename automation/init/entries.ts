import type { Declared } from "./command-lines";
import type { Candidate, EntryFact, Evidence, Fact } from "./inspection";
import type { AppObject, PythonFacts } from "./python-facts";

interface Ranked extends Candidate {
  readonly score: number;
  /** What the candidate stands for: an app and the factory that makes it are no ambiguity. */
  readonly origin: string;
}

const TOP_MODULES = /^(wsgi|app|main|application|asgi|run|server|manage)$/;

/** Finds the Flask app: what the user's own commands name, else the one app or factory that there is. */
export function entryFact(facts: PythonFacts, declared: readonly Declared[]): EntryFact {
  const argumentsNeeded = Object.fromEntries(
    facts.entries
      .filter((entry) => entry.kind !== "app" && needs(entry, facts).length > 0)
      .map((entry) => [nameOf(entry), needs(entry, facts).map(({ name }) => name)]),
  );
  const named = declared.filter(({ kind }) => kind === "server" || kind === "flask");
  const candidates = facts.entries.filter(({ kind }) => kind !== "alias").flatMap((entry) => rankEntry(entry, facts));
  const callable = candidates.filter(({ value }) => !(value in argumentsNeeded));
  for (const kind of ["server", "flask"] as const) {
    const own = merge(
      named
        .filter((item) => item.kind === kind)
        .flatMap((item) => {
          const value = resolveSpec(item.spec, facts, facts.entries, "application", ["app", "application"]);
          return value === undefined || value in argumentsNeeded ? [] : [{ value, evidence: [item.evidence] }];
        }),
    );
    const chosen = own.find(({ evidence }) => evidence.some(({ file }) => file === "Procfile")) ?? own[0];
    if (chosen !== undefined && (own.length === 1 || chosen.evidence.some(({ file }) => file === "Procfile"))) {
      return { chosen, alternatives: without([...own, ...callable], chosen.value), argumentsNeeded };
    }
    if (own.length > 0) {
      return { alternatives: [...own, ...callable], argumentsNeeded };
    }
  }
  // Which argument a factory is given is the user's to say, even where the code shows a likely one.
  const needsNone = ({ value }: Candidate) => !(value in argumentsNeeded) && !value.endsWith(")");
  return { ...settle(candidates, needsNone), argumentsNeeded };
}

/** Finds the Celery app among the module-level names. */
export function celeryFact(facts: PythonFacts, declared: readonly Declared[]): Fact {
  const objects = facts.celery.filter(({ kind }) => kind !== "factory");
  const candidates = objects.flatMap((object) => rankCelery(object, facts));
  const own = merge(
    declared
      .filter(({ kind }) => kind === "celery")
      .flatMap(({ spec, evidence }) => {
        const value = resolveSpec(celerySpec(spec, facts), facts, objects, "celery", ["app", "celery"]);
        return value === undefined ? [] : [{ value, evidence: [evidence] }];
      }),
  );
  const [chosen, ...others] = own;
  if (chosen !== undefined && others.length === 0) {
    return { chosen, alternatives: without(candidates, chosen.value) };
  }
  return chosen !== undefined ? { alternatives: own } : settle(candidates, () => true);
}

function nameOf({ module, name }: AppObject): string {
  return `${module}:${name}`;
}

function needs(entry: AppObject, facts: PythonFacts): NonNullable<AppObject["parameters"]> {
  const factory = facts.entries.find(
    ({ kind, module, name }) => kind === "factory" && `${module}.${name}` === entry.origin,
  );
  return factory?.parameters ?? [];
}

function rankEntry(entry: AppObject, facts: PythonFacts): Ranked[] {
  const { file, line, origin, name, module } = entry;
  if (entry.kind === "app") {
    const score = 50 + (/^(app|application)$/.test(name) ? 10 : 0) + (TOP_MODULES.test(module) ? 10 : 0);
    return [{ value: nameOf(entry), origin, score, evidence: [{ file, line, what: `Flask app ${name}` }] }];
  }
  const made: Evidence = { file, line, what: `function ${name} returns a Flask app` };
  const conventional = /^(create|make)_app$/.test(name) ? 10 : 0;
  const parameters = needs(entry, facts);
  if (parameters.length === 0) {
    return [{ value: nameOf(entry), origin, score: 50 + conventional, evidence: [made] }];
  }
  const calls = facts.entryCalls
    .filter((call) => call.origin === origin)
    .map((call) => ({
      value: `${nameOf(entry)}(${call.arguments})`,
      evidence: [{ file: call.file, line: call.line, what: `called with ${call.arguments}` }, made],
    }));
  const [only, ...more] = parameters;
  const choices = only === undefined || more.length > 0 ? [] : only.choices;
  const known = choices
    .filter((choice) => /^[\w.-]+$/.test(choice))
    .map((choice) => ({
      value: `${nameOf(entry)}(${only?.keyword ? `${only.name}=` : ""}'${choice}')`,
      evidence: [made],
    }));
  const possible = merge([...calls, ...known]);
  const fallback = { value: nameOf(entry), evidence: [made] };
  return (possible.length > 0 ? possible : [fallback]).map((item) => ({ ...item, origin, score: 30 + conventional }));
}

function rankCelery(object: AppObject, facts: PythonFacts): Ranked[] {
  const { file, line, origin, name, module } = object;
  // A module that makes the Flask app and then imports the Celery app is a worker's start file: both are set up there.
  const startsFlask = facts.entries.some((entry) => entry.kind === "app" && entry.module === module);
  if (object.kind === "alias" && !startsFlask) {
    return [];
  }
  const named = /^(celery|celery_app|app)$/.test(name) ? 5 : 0;
  const score = 50 + named + (/celery|worker/.test(module) ? 10 : 0) + (object.kind === "alias" ? 20 : 0);
  return [{ value: nameOf(object), origin, score, evidence: [{ file, line, what: `Celery app ${name}` }] }];
}

/** The best candidate if all stand for the same app; otherwise nothing is chosen. */
function settle(candidates: readonly Ranked[], usable: (candidate: Candidate) => boolean): Fact {
  const sorted = [...candidates].sort((a, b) => b.score - a.score || (a.value < b.value ? -1 : 1));
  const [best, second] = sorted;
  const plain = sorted.map(({ value, evidence }) => ({ value, evidence }));
  const oneOrigin = new Set(sorted.map(({ origin }) => origin)).size === 1;
  if (best === undefined || !oneOrigin || best.score === second?.score || !usable(best)) {
    return { alternatives: plain };
  }
  const [chosen, ...alternatives] = plain;
  return chosen === undefined ? { alternatives } : { chosen, alternatives };
}

/** Turns what a command line says into `module:attribute`, as Flask and gunicorn would; undefined for unknown modules. */
function resolveSpec(
  spec: string,
  facts: PythonFacts,
  objects: readonly AppObject[],
  fallback: string,
  preferred: readonly string[],
): string | undefined {
  const [path = "", ...rest] = spec.split(":");
  const attribute = rest.join(":").replace(/\(\s*\)$/, "");
  const module = moduleOf(path, facts);
  if (module === undefined) {
    return undefined;
  }
  if (attribute !== "") {
    return /^[A-Za-z_]\w*(\(.*\))?$/.test(attribute) ? `${module}:${attribute}` : undefined;
  }
  const inside = objects.filter((object) => object.module === module);
  const found =
    inside.find(({ name, kind }) => kind !== "factory" && preferred.includes(name)) ??
    inside.find(({ kind }) => kind === "app") ??
    inside.find(({ name }) => /^(create|make)_app$/.test(name));
  return `${module}:${found?.name ?? fallback}`;
}

function moduleOf(path: string, facts: PythonFacts): string | undefined {
  if (Object.hasOwn(facts.modules, path)) {
    return path;
  }
  const file = path.replace(/^\.\//, "").replace(/\/$/, "");
  const names = [file, `${file}.py`, `${file}/__init__.py`, `src/${file}`];
  return Object.entries(facts.modules).find(([, own]) => names.includes(own))?.[0];
}

/** Celery also takes `module.attribute`, and looks for `module.celery` when given a package. */
function celerySpec(spec: string, facts: PythonFacts): string {
  if (spec.includes(":")) {
    return spec;
  }
  const dot = spec.lastIndexOf(".");
  if (!Object.hasOwn(facts.modules, spec) && dot > 0) {
    return `${spec.slice(0, dot)}:${spec.slice(dot + 1)}`;
  }
  const has = (module: string) => facts.celery.some((object) => object.module === module);
  return !has(spec) && has(`${spec}.celery`) ? `${spec}.celery` : spec;
}

function merge(candidates: readonly Candidate[]): Candidate[] {
  const byValue = new Map<string, Candidate>();
  for (const { value, evidence } of candidates) {
    byValue.set(value, { value, evidence: [...(byValue.get(value)?.evidence ?? []), ...evidence] });
  }
  return [...byValue.values()];
}

function without(candidates: readonly Candidate[], value: string): Candidate[] {
  return merge(candidates.filter((candidate) => candidate.value !== value));
}
