/** How a database is reached, as its SQLAlchemy URL says. */
import { SlipwayError } from "../errors";

/** A server's database. */
export interface ServerConnection {
  kind: "postgres" | "mariadb";
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** What stands after `?`. */
  query: Readonly<Record<string, string>>;
}

export type Connection = ServerConnection | { kind: "sqlite"; file: string };

const SCHEMES: Readonly<Record<string, { kind: ServerConnection["kind"]; port: number }>> = {
  postgres: { kind: "postgres", port: 5432 },
  postgresql: { kind: "postgres", port: 5432 },
  mysql: { kind: "mariadb", port: 3306 },
  mariadb: { kind: "mariadb", port: 3306 },
};

/**
 * Reads a SQLAlchemy URL. No message names it: there is a password in it.
 *
 * @throws SlipwayError (config) for a database that cannot be backed up
 */
export function connectionOf(url: string): Connection {
  const [, dialect = "", rest = ""] = /^([a-z0-9]+)(?:\+[a-z0-9_]+)?:\/\/(.*)$/is.exec(url) ?? [];
  const scheme = dialect.toLowerCase();
  if (scheme === "sqlite") return { kind: "sqlite", file: fileOf(rest) };
  const server = SCHEMES[scheme];
  // The class of the platform knows no dialects; what it makes of http is what SQLAlchemy makes of any.
  if (server === undefined || !URL.canParse(`http://${rest}`)) {
    const mend = "sqlite, postgresql, mysql and mariadb can be; others by the database's own means";
    throw new SlipwayError("config", `A database with the URL ${scheme}://… cannot be backed up.`, mend);
  }
  const { hostname, port, username, password, pathname, searchParams } = new URL(`http://${rest}`);
  return {
    kind: server.kind,
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? portIn(rest, server.port) : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    query: Object.fromEntries(searchParams),
  };
}

/** The class of the platform leaves out the port that is http's own. */
function portIn(rest: string, otherwise: number): number {
  return /^[^/?]*:80(?=[/?]|$)/.test(rest) ? 80 : otherwise;
}

/** The same URL with another database, or file, in the place of the one that it names. */
export function withDatabase(url: string, database: string): string {
  if (/^sqlite/i.test(url)) return `sqlite:///${database}`;
  return url.replace(
    /^([^:]+:\/\/[^/?]*)(\/[^?]*)?/,
    (_, server: string) => `${server}/${encodeURIComponent(database)}`,
  );
}

function fileOf(rest: string): string {
  const file = decodeURIComponent(rest.replace(/\?.*$/s, "")).slice(1);
  if (file.startsWith("/")) return file;
  const problem =
    file === "" ? "is in memory" : `lies in ${JSON.stringify(file)}, below a folder that the URL does not name`;
  throw new SlipwayError(
    "config",
    `A SQLite database that ${problem} cannot be backed up.`,
    "sqlite:////<absolute path>",
  );
}
