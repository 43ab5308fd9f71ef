/** Defaults that differ between environments, as data: what a stack does not say itself is taken from its profile. */
import type { Settings, SettingsInput, TargetName } from "./schema";

/** Defaults of a section whose keys depend on its kind: the kind that is meant where none is named, and each kind's. */
interface Kinds {
  tag: "kind" | "engine" | "place";
  usual: string;
  defaults: Readonly<Record<string, object>>;
}

/** Defaults of a target's section. */
type Sections = Readonly<Record<string, Kinds | object>>;

interface Profile {
  server: NonNullable<SettingsInput["server"]>;
  processes: { web: object; worker: object };
  /** Where a stack of that target has other defaults of its processes. */
  processesOf?: Partial<Record<TargetName, { web: object }>>;
  beanstalk: Sections;
  ecs: Sections;
  heroku: Sections;
}

const dev: Profile = {
  server: { processes: 1 },
  processes: { web: { count: 2 }, worker: { count: 1, concurrency: 2 } },
  // Basic dynos, which are the default there, come one to a process.
  processesOf: { heroku: { web: { count: 1 } } },
  beanstalk: {
    web: { tag: "kind", usual: "single", defaults: {} },
    celery: { tag: "place", usual: "small", defaults: {} },
    deployment: { tag: "kind", usual: "all-at-once", defaults: {} },
    network: { tag: "kind", usual: "new", defaults: { new: { nat: "none" } } },
    database: { tag: "engine", usual: "sqlite", defaults: {} },
    broker: { tag: "kind", usual: "sqs", defaults: {} },
    cache: { tag: "kind", usual: "none", defaults: {} },
    updates: {},
    monitoring: {},
  },
  ecs: {
    network: { tag: "kind", usual: "new", defaults: { new: { nat: "one" } } },
    database: { tag: "engine", usual: "mariadb", defaults: {} },
    broker: { tag: "kind", usual: "sqs", defaults: {} },
    cache: { tag: "kind", usual: "none", defaults: {} },
    loadBalancer: {},
    monitoring: {},
  },
  heroku: {
    database: { tag: "kind", usual: "postgres", defaults: { postgres: { plan: "essential-0", protect: false } } },
    broker: { tag: "kind", usual: "cloudamqp", defaults: { cloudamqp: { plan: "lemur" }, redis: { plan: "mini" } } },
    cache: { tag: "kind", usual: "none", defaults: { redis: { plan: "mini" } } },
    dynos: { web: "basic", worker: "basic", beat: "basic", preboot: false },
  },
};

const safe = { multiAz: true, protect: true, backupDays: 14, instanceClass: "db.t4g.small" };

/** What the targets on AWS have in common. */
const prodParts: Sections = {
  network: { tag: "kind", usual: "new", defaults: { new: { nat: "per-zone" } } },
  database: { tag: "engine", usual: "mariadb", defaults: { mariadb: safe, mysql: safe, postgres: safe } },
  broker: { tag: "kind", usual: "sqs", defaults: { "amazon-mq": { replicated: true } } },
  cache: { tag: "kind", usual: "none", defaults: { elasticache: { replicas: 1 } } },
  monitoring: { alarms: true, dashboard: true, logDays: 90 },
};

const prod: Profile = {
  server: { processes: 2 },
  processes: { web: { count: 2 }, worker: { count: 2, concurrency: 4 } },
  beanstalk: {
    ...prodParts,
    web: { tag: "kind", usual: "balanced", defaults: {} },
    celery: { tag: "place", usual: "worker-environment", defaults: {} },
    deployment: { tag: "kind", usual: "immutable", defaults: {} },
    updates: { enabled: true },
  },
  ecs: { ...prodParts, loadBalancer: { protect: true } },
  heroku: {
    database: { tag: "kind", usual: "postgres", defaults: { postgres: { plan: "standard-0", protect: true } } },
    broker: {
      tag: "kind",
      usual: "cloudamqp",
      defaults: { cloudamqp: { plan: "tiger" }, redis: { plan: "premium-0" } },
    },
    cache: { tag: "kind", usual: "none", defaults: { redis: { plan: "premium-0" } } },
    dynos: { web: "standard-1x", worker: "standard-1x", beat: "standard-1x", preboot: true },
  },
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
      web: merge(webDefaults(raw["targets"], profile), processes["web"]),
      ...("worker" in processes ? { worker: merge(profile.processes.worker, processes["worker"]) } : {}),
    },
    beanstalk: mergeSections(profile.beanstalk, raw["beanstalk"]),
    ecs: mergeSections(profile.ecs, raw["ecs"]),
    heroku: mergeSections(profile.heroku, raw["heroku"]),
  };
}

function webDefaults(targets: unknown, { processes, processesOf }: Profile): object {
  const named = Array.isArray(targets) ? targets : [];
  const own = Object.entries(processesOf ?? {}).find(([target]) => named.includes(target));
  return { ...processes.web, ...own?.[1].web };
}

function mergeSections(profile: Sections, own: unknown): unknown {
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

function isKinds(defaults: Kinds | object): defaults is Kinds {
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
