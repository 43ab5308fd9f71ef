import { readAppFile } from "./app-files";
import type { Candidate, Fact } from "./inspection";
import type { PythonFacts } from "./python-facts";

/** Names of health pages; a page that says "ready" is the best sign that traffic may come. */
const HEALTH = [
  /^(ready|readyz|readiness)$/,
  /^(health|healthz|health[-_]?check|_health)$/,
  /^(live|livez|liveness|alive)$/,
  /^(ping|heartbeat|up|status)$/,
];

/** Paths that say how the app is, the best first; nothing is chosen if the app has none. */
export function healthFact(facts: PythonFacts): Fact {
  const candidates = facts.routes
    .flatMap((route) => prefixes(route.owner, facts, 0).map((prefix) => ({ ...route, path: prefix + route.path })))
    .map((route) => ({ ...route, rank: HEALTH.findIndex((pattern) => pattern.test(lastSegment(route.path))) }))
    .filter(({ rank, path }) => rank >= 0 && /^\/[\w./-]*$/.test(path))
    .sort((a, b) => a.rank - b.rank || a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
    .map(({ path, file, line }): Candidate => ({ value: path, evidence: [{ file, line, what: `route ${path}` }] }));
  const [chosen, ...alternatives] = candidates;
  return chosen === undefined ? { alternatives: [] } : { chosen, alternatives };
}

/** Whether a health path tells that the app can serve, as `ready` does, or only that it lives. */
export function tellsReadiness(path: string): boolean {
  return HEALTH.slice(0, 2).some((pattern) => pattern.test(lastSegment(path)));
}

/** Whether a health path answers whatever the app depends on. */
export function tellsLiveness(path: string): boolean {
  return HEALTH.slice(2).some((pattern) => pattern.test(lastSegment(path)));
}

function lastSegment(path: string): string {
  return path.replace(/\/+$/, "").split("/").at(-1)?.toLowerCase() ?? "";
}

/** The prefixes under which a blueprint is registered; "" for the app itself. */
function prefixes(owner: string | null, facts: PythonFacts, depth: number): string[] {
  const own =
    owner !== null && Object.hasOwn(facts.blueprintPrefixes, owner) ? facts.blueprintPrefixes[owner] : undefined;
  if (own === undefined || depth > 5) {
    return [""];
  }
  const registered = facts.blueprints.filter(({ blueprint }) => blueprint === owner);
  if (registered.length === 0) {
    return [own];
  }
  return registered.flatMap(({ parent, prefix }) =>
    prefixes(parent, facts, depth + 1).map((outer) => outer + (prefix ?? own).replace(/\/$/, "")),
  );
}

/** The command that brings the database up to date: Flask-Migrate's, or plain Alembic's. */
export function migrateFact(folder: string, facts: PythonFacts): Fact {
  const candidates: Candidate[] = [];
  for (const { file, flask } of facts.alembic) {
    const directory = file.split("/").slice(0, -1).join("/");
    if (flask) {
      const [extension] = facts.migrate;
      const known = directory === "migrations" || extension?.directory === directory;
      const command = known ? "flask db upgrade" : `flask db upgrade --directory ${shellWord(directory)}`;
      candidates.push({ value: command, evidence: [{ file, line: 1, what: "Flask-Migrate's environment" }] });
    } else {
      const parent = directory.split("/").slice(0, -1).join("/");
      const ini = ["alembic.ini", `${parent}/alembic.ini`, `${directory}/alembic.ini`].find(
        (path) => readAppFile(folder, path) !== undefined,
      );
      if (ini !== undefined) {
        const command = ini === "alembic.ini" ? "alembic upgrade head" : `alembic -c ${shellWord(ini)} upgrade head`;
        candidates.push({ value: command, evidence: [{ file: ini, line: 1, what: "Alembic's settings" }] });
      }
    }
  }
  const [chosen, ...alternatives] = candidates;
  return chosen === undefined || alternatives.length > 0 ? { alternatives: candidates } : { chosen, alternatives };
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
