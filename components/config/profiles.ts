/** Defaults that differ between environments, as data: what a stack does not say itself is taken from its profile. */
import type { Settings, SettingsInput } from "./schema";

type Profile = Pick<SettingsInput, "server"> & { processes: { web: object; worker: object } };

const dev: Profile = {
  server: { processes: 1 },
  processes: { web: { count: 2 }, worker: { count: 1, concurrency: 2 } },
};

const prod: Profile = {
  server: { processes: 2 },
  processes: { web: { count: 2 }, worker: { count: 2, concurrency: 4 } },
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
  };
}

/** A value of the wrong type is passed on as it is, for the schema to name. */
function merge(defaults: object | undefined, own: unknown): unknown {
  if (own === undefined || own === null) return { ...defaults };
  return isRecord(own) ? { ...defaults, ...own } : own;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
