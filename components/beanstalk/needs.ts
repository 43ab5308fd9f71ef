/** What the parts of a stack need from each other, from the config alone. */
import type { Process, Workload } from "../app";
import type { Binding } from "../binding";
import type { Broker } from "../broker";
import type { Database } from "../database";
import type { Beanstalk, EnvironmentRole } from "./args";
import type { Environment } from "./environment";
import { DATA_FOLDER } from "./properties";

/** What a release runs with, and that outlives its environments. */
export interface Needs {
  /** Absent where a file on the instance stands in for it. */
  database: Database | undefined;
  broker: Broker | undefined;
  bindings: readonly Binding[];
}

export interface Environments {
  web: Environment;
  worker?: Environment;
}

/** Which processes run in which environment; workers and beat are apart only where there are any. */
export function processesByEnvironment(
  { processes }: Workload,
  { celery }: Beanstalk,
): Partial<Record<EnvironmentRole, Process[]>> {
  const web = processes.filter(({ role }) => role === "web");
  const others = processes.filter(({ role }) => role !== "web");
  if (celery.place === "small" || others.length === 0) return { web: [...processes] };
  return { worker: others, web };
}

/** How the application reaches a database that is a file on its only instance. */
export function fileBinding(variable: string): Binding {
  return { environment: { [variable]: `sqlite:///${DATA_FOLDER}/app.db` }, secrets: {}, statements: [], ready: [] };
}
