/** Backups of a MariaDB or MySQL database, through MariaDB's client programs. */
import { createReadStream, createWriteStream } from "node:fs";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { allEnded } from "../all-ended";
import { SlipwayError } from "../errors";
import { stopped } from "../stopping";
import type { Contents } from "./backup";
import { withDatabase, type ServerConnection } from "./connection";
import { contentsIn } from "./contents-text";
import { DumpReader } from "./dump-reader";
import { LOCK_SECONDS, type DatabaseEngine, type EngineContext } from "./engine";
import { besideName, notEmpty, requireDatabaseName } from "./names";
import { run, type Run } from "./programs";

const PACKAGES = "mariadb-client (Debian), mariadb (Fedora, Homebrew)";
const DUMP = [
  ...["--single-transaction", "--quick", "--hex-blob", "--routines", "--events", "--triggers"],
  ...["--no-tablespaces", "--skip-comments"],
];

const BATCH = ["--batch", "--skip-column-names"];

/** The engine for a database on a MariaDB or MySQL server. */
export function mariadbEngine(server: ServerConnection, context: EngineContext): DatabaseEngine {
  return new MariadbEngine(server, context);
}

class MariadbEngine implements DatabaseEngine {
  readonly kind = "mariadb";
  readonly extension = ".sql.gz";
  readonly trial: string;

  constructor(
    private readonly server: ServerConnection,
    private readonly context: EngineContext,
  ) {
    this.trial = besideName(server.database, "test");
  }

  /** The rows are counted as they are written. */
  async dump(file: string): Promise<Contents> {
    const reader = new DumpReader();
    const compressed = pipeline(reader, createGzip(), createWriteStream(file, { mode: 0o600, flags: "wx" }));
    const dumped = run({ ...this.program("mariadb-dump", [...DUMP, this.server.database]), output: reader });
    await allEnded([dumped, compressed]);
    return reader.contents();
  }

  async restoreInto(file: string, into: string): Promise<void> {
    requireDatabaseName(into);
    const isThere = (await this.ask(`SHOW DATABASES WHERE \`Database\` = '${into}'`)) !== "";
    if (isThere && Object.keys((await this.contents(into)).tables).length > 0) throw notEmpty(into);
    if (!isThere) await this.create(into);
    try {
      await this.load(file, into);
    } catch (error) {
      // A statement for a table ends the transaction around it here: half of it is there.
      if (isThere) await this.empty(into);
      else await this.drop(into);
      throw error;
    }
  }

  /**
   * Restores beside it, and has the tables change places in one statement, which happens as a whole or not at all.
   *
   * @throws SlipwayError (usage) for a database with more than tables: what belongs to one cannot be moved to another
   */
  async replace(file: string): Promise<string[]> {
    const { database } = this.server;
    const [scratch, aside] = [besideName(database, "restored"), besideName(database, "replaced")];
    await this.requirePlain(database);
    // What one that was killed has left.
    await this.drop(scratch);
    try {
      await this.create(scratch);
      await this.load(file, scratch);
      await this.requirePlain(scratch);
      await this.drop(aside);
      await this.create(aside);
      const [old, restored] = [await this.tables(database), await this.tables(scratch)];
      const moves = [
        ...old.map((table) => `${quoted(database, table)} TO ${quoted(aside, table)}`),
        ...restored.map((table) => `${quoted(scratch, table)} TO ${quoted(database, table)}`),
      ];
      if (moves.length > 0) await this.rename(moves).catch((error: unknown) => this.unlessRenamed(aside, error));
    } catch (error) {
      // Why nothing was restored is what has to be told; what is left, the next one removes.
      await this.leftover(scratch);
      throw error;
    }
    // The restored data serve: what cannot be removed beside them makes no failure of that.
    return [...(await this.leftover(aside, "the tables that were there before")), ...(await this.leftover(scratch))];
  }

  /** Removes a database that nobody needs any more. @returns a note where that fails */
  private async leftover(name: string, held = "nothing that serves"): Promise<string[]> {
    try {
      await this.drop(name);
      return [];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return [`The database ${name}, with ${held}, could not be removed: DROP DATABASE ${quoted(name)} does.\n${why}`];
    }
  }

  /**
   * A server goes on with a statement whose client is gone: each try is waited for, and is short, so that who visits is not
   * kept waiting behind it, and an interruption not behind who visits.
   */
  private async rename(moves: readonly string[]): Promise<void> {
    const { signal } = this.context;
    for (let tries = LOCK_SECONDS; ; tries -= 1) {
      if (signal?.aborted === true) throw stopped(signal);
      try {
        await this.cleanUp(`SET lock_wait_timeout = 1; RENAME TABLE ${moves.join(", ")}`);
        return;
      } catch (error) {
        if (tries <= 1 || !(error instanceof SlipwayError) || !error.message.includes("ERROR 1205")) throw error;
      }
    }
  }

  /** Removes what nothing was moved to. Should it hold the old tables, the next one removes them. */
  private async unlessRenamed(aside: string, error: unknown): Promise<never> {
    if ((await this.cleanUp(tablesOf(aside))) === "") await this.drop(aside);
    throw error;
  }

  async contents(into: string): Promise<Contents> {
    const tables = await this.tables(into);
    const counts = tables.map((table) => `SELECT 'table', ${text(table)}, COUNT(*) FROM ${quoted(into, table)}`);
    if (tables.includes("alembic_version")) {
      counts.push(`SELECT 'revision', version_num, '' FROM ${quoted(into, "alembic_version")}`);
    }
    return contentsIn(counts.length === 0 ? "" : await this.ask(counts.join(" UNION ALL ")));
  }

  async drop(into: string): Promise<void> {
    await this.cleanUp(`DROP DATABASE IF EXISTS ${quoted(into)}`);
  }

  urlOf(into: string): string {
    return withDatabase(this.context.url, into);
  }

  private async tables(database: string): Promise<string[]> {
    return namesIn(await this.ask(tablesOf(database)));
  }

  private async create(into: string): Promise<void> {
    const { database, user } = this.server;
    const like = `SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA
      WHERE SCHEMA_NAME = ${text(database)}`;
    const [characters = "utf8mb4", order = "utf8mb4_general_ci"] = (await this.ask(like)).trim().split("\t");
    try {
      await this.ask(`CREATE DATABASE ${quoted(into)} CHARACTER SET ${characters} COLLATE ${order}`);
    } catch (error) {
      if (!(error instanceof SlipwayError) || !error.message.includes("ERROR 1044")) throw error;
      const pattern = `${database.replaceAll("_", "\\_")}\\_%`;
      const mend = `as an administrator of the server: GRANT ALL ON \`${pattern}\`.* TO '${user}'@'%'`;
      const problem = `The user ${user} may not make the database ${into}.`;
      throw new SlipwayError("failed", problem, mend, { cause: error });
    }
  }

  private async load(file: string, into: string): Promise<void> {
    const input = new PassThrough();
    const read = pipeline(createReadStream(file), createGunzip(), input);
    const loaded = run({ ...this.program("mariadb", ["--binary-mode", into]), input });
    await allEnded([loaded, read]);
  }

  private async empty(database: string): Promise<void> {
    const tables = namesIn(await this.cleanUp(tablesOf(database))).map((table) => quoted(database, table));
    if (tables.length > 0) await this.cleanUp(`SET foreign_key_checks = 0; DROP TABLE ${tables.join(", ")}`);
  }

  private async requirePlain(database: string): Promise<void> {
    const of = (what: string, table: string, schema: string): string =>
      `SELECT '${what}', COUNT(*) FROM information_schema.${table} WHERE ${schema} = ${text(database)}`;
    const counts = [
      of("views", "VIEWS", "TABLE_SCHEMA"),
      of("triggers", "TRIGGERS", "TRIGGER_SCHEMA"),
      of("routines", "ROUTINES", "ROUTINE_SCHEMA"),
      of("events", "EVENTS", "EVENT_SCHEMA"),
    ];
    const lines = (await this.ask(counts.join(" UNION ALL "))).split("\n").map((line) => line.split("\t"));
    const found = lines.flatMap(([what = "", count = "0"]) => (Number(count) > 0 ? [what] : []));
    if (found.length === 0) return;
    const problem = `${database} has ${found.join(", ")}, which cannot change places with those of a backup at once.`;
    const mend = "restore with --into <another database>, and set local.database to it";
    throw new SlipwayError("usage", problem, mend);
  }

  private ask(sql: string): Promise<string> {
    return run({ ...this.program("mariadb", BATCH), input: `${sql};\n` });
  }

  /** The same, also after an interruption. */
  private cleanUp(sql: string): Promise<string> {
    return run({ ...this.program("mariadb", BATCH), input: `${sql};\n`, signal: undefined });
  }

  private program(command: string, words: readonly string[]): Run {
    const { host, port, user, password, query } = this.server;
    const { cwd, signal } = this.context;
    const socket = query["unix_socket"];
    const place =
      socket === undefined ? ["--protocol=tcp", `--host=${host}`, `--port=${port}`] : [`--socket=${socket}`];
    // The user's own settings could name another server, or another password.
    const all = ["--no-defaults", ...place, ...encryption(query), `--user=${user}`, "--default-character-set=utf8mb4"];
    const environment = { ...process.env, MYSQL_PWD: password };
    return { command, words: [...all, ...words], packages: PACKAGES, environment, cwd, ...(signal && { signal }) };
  }
}

function tablesOf(database: string): string {
  const base = `TABLE_SCHEMA = ${text(database)} AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')`;
  return `SELECT TABLE_NAME FROM information_schema.TABLES WHERE ${base} ORDER BY 1`;
}

function namesIn(lines: string): string[] {
  return lines.split("\n").filter((line) => line !== "");
}

/** What drivers take in a URL, as MariaDB's programs take it. */
function encryption(query: ServerConnection["query"]): string[] {
  if (query["ssl_ca"] !== undefined) return [`--ssl-ca=${query["ssl_ca"]}`, "--ssl-verify-server-cert"];
  return Object.keys(query).some((name) => name.startsWith("ssl")) ? ["--ssl"] : [];
}

function quoted(...names: readonly string[]): string {
  return names.map((name) => `\`${name.replaceAll("`", "``")}\``).join(".");
}

function text(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
