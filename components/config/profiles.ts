/** Defaults that differ between environments, as data: what a stack does not say itself is taken from its profile. */
import type { Settings, SettingsInput } from "./schema";

/** Defaults of a section whose keys depend on its kind: the kind that is meant where none is named, and each kind's. */
interface Kinds {
  tag: "kind" | "engine";
  usual: string;
  defaults: Readonly<Record<string, object>>;
}

interface Profile {
  server: NonNullable<SettingsInput["server"]>;
  processes: { web: object; worker: object };
  ecs: Readonly<
    Record<"network" | "database" | "broker" | "cache", Kinds> & Record<"loadBalancer" | "monitoring", object>
  >;
  compose: Readonly<Record<"database" | "monitoring", object>>;
}

const dev: Profile = {
  server: { processes: 1 },
  processes: { web: { count: 2 }, worker: { count: 1, concurrency: 2 } },
  ecs: {
    network: { tag: "kind", usual: "new", defaults: { new: { nat: "one" } } },
    database: { tag: "engine", usual: "mariadb", defaults: {} },
    broker: { tag: "kind", usual: "sqs", defaults: {} },
    cache: { tag: "kind", usual: "none", defaults: {} },
    loadBalancer: {},
    monitoring: {},
  },
  compose: { database: {}, monitoring: {} },
};

const safe = { multiAz: true, protect: true, backupDays: 14, instanceClass: "db.t4g.small" };

const prod: Profile = {
  server: { processes: 2 },
  processes: { web: { count: 2 }, worker: { count: 2, concurrency: 4 } },
  ecs: {
    network: { tag: "kind", usual: "new", defaults: { new: { nat: "per-zone" } } },
    database: { tag: "engine", usual: "mariadb", defaults: { mariadb: safe, mysql: safe, postgres: safe } },
    broker: { tag: "kind", usual: "sqs", defaults: { "amazon-mq": { replicated: true } } },
    cache: { tag: "kind", usual: "none", defaults: { elasticache: { replicas: 1 } } },
    loadBalancer: { protect: true },
    monitoring: { alarms: true, dashboard: true, logDays: 90 },
  },
  compose: { database: { memory: 2048 }, monitoring: { days: 30 } },
};

/** The profile of each environment; staging is production with another name, so that it proves something. */
export const PROFILES: Readonly<Record<Settings["environment"], Profile>> = { dev, stg: prod, prod };

/**
 * Puts a profile's defaults below what the stack says. A process that the stack does not name stays away: defaults
 * fill a section, they never add one.
 */
export function withProfile(raw: Readonly<Record<string, unknown>>, profile: Profile): Record<string, unknown> {
  const processes = isRecord(raw["processes"]) ? raw["processes"] : {};
  return {
    ...raw,
    server: merge(profile.server, raw["server"]),
    processes: {
      ...processes,
      web: merge(profile.processes.web, processes["web"]),
      ...("worker" in processes ? { worker: merge(profile.processes.worker, processes["worker"]) } : {}),
    },
    ecs: mergeSections(profile.ecs, raw["ecs"]),
    compose: mergeSections(profile.compose, raw["compose"]),
  };
}

function mergeSections(profile: Readonly<Record<string, object>>, own: unknown): unknown {
  if (own !== undefined && own !== null && !isRecord(own)) return own;
  const sections = Object.entries(profile).map(([name, defaults]) => {
    const given = own?.[name];
    return [name, isKinds(defaults) ? mergeKind(defaults, given) : merge(defaults, given)];
  });
  return { ...own, ...Object.fromEntries(sections) };
}

function mergeKind({ tag, usual, defaults }: Kinds, own: unknown): unknown {
  const kind = isRecord(own) && typeof own[tag] === "string" ? own[tag] : usual;
  return merge({ [tag]: kind, ...defaults[kind] }, own);
}

function isKinds(defaults: object): defaults is Kinds {
  return "tag" in defaults;
}

/** A value of the wrong type is passed on as it is, for the schema to name. */
function merge(defaults: object | undefined, own: unknown): unknown {
  if (own === undefined || own === null) return { ...defaults };
  return isRecord(own) ? { ...defaults, ...own } : own;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
