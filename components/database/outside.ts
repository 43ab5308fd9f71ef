import type { Settings } from "../config";

const PORTS: Readonly<Record<string, number>> = { mysql: 3306, mariadb: 3306, postgres: 5432, postgresql: 5432 };

/**
 * Port of a database that is there already, for the way out to it; undefined for one of the stack's own, and where the
 * URL tells none.
 */
export function outsidePort(database: Settings["beanstalk"]["database"]): number | undefined {
  if (database.engine !== "url") return undefined;
  const [, scheme = "", port] =
    /^([a-z][a-z0-9]*)[^:]*:\/\/(?:[^@/]*@)?(?:\[[^\]]*\]|[^:/?]*)(?::(\d+))?/i.exec(database.url) ?? [];
  return port === undefined ? PORTS[scheme.toLowerCase()] : Number(port);
}
