/** What the engines of RDS differ in. */
import type { Settings } from "../config";

/** A database that Slipway makes itself. */
export type Managed = Exclude<Settings["ecs"]["database"], { engine: "url" }>;

/** An engine, as Slipway uses it. */
export interface Engine {
  port: number;
  /** Version where the config names none: a long-term one of the engine. */
  version: string;
  /** Numbers of a version that a family of parameters covers: 11.4 of MariaDB, 17 of PostgreSQL. */
  familyNumbers: number;
  /** User that RDS makes, and whose password it keeps. */
  masterUsername: string;
  /** Parameters that take effect at once, in the engine's own form. */
  parameters: Readonly<Record<string, string>>;
  /** Logs that go to CloudWatch. */
  logs: readonly string[];
}

const MYSQL: Omit<Engine, "version"> = {
  port: 3306,
  familyNumbers: 2,
  masterUsername: "admin",
  parameters: { character_set_server: "utf8mb4", require_secure_transport: "1" },
  logs: ["error"],
};

/** Engines by the name that RDS has for them. */
export const ENGINES: Readonly<Record<Managed["engine"], Engine>> = {
  mariadb: { ...MYSQL, version: "11.4" },
  mysql: { ...MYSQL, version: "8.4" },
  postgres: {
    port: 5432,
    version: "17",
    familyNumbers: 1,
    masterUsername: "postgres",
    parameters: { "rds.force_ssl": "1" },
    logs: ["postgresql"],
  },
};

/** The family of parameters of an engine's version, such as `mariadb11.4` or `postgres17`. */
export function familyOf(engine: Managed["engine"], version: string): string {
  return engine + version.split(".").slice(0, ENGINES[engine].familyNumbers).join(".");
}

/** AWS: "Amazon RDS DB engine, Region, and instance class support for Database Insights". */
const WITHOUT_INSIGHTS = /^db\.(t2|t3|t4g)\.(micro|small)$/;

/** Whether RDS can tell what an instance of this class spends its time on. */
export function hasInsights(instanceClass: string): boolean {
  return !WITHOUT_INSIGHTS.test(instanceClass);
}
