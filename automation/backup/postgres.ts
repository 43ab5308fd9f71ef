/** Backups of a PostgreSQL database, through pg_dump, pg_restore and psql. */
import { writeFile } from "node:fs/promises";
import { PassThrough, Readable, Writable } from "node:stream";
import { allEnded } from "../all-ended";
import { SlipwayError } from "../errors";
import { withDatabase, type ServerConnection } from "./connection";
import { contentsIn } from "./contents-text";
import { LOCK_SECONDS, type DatabaseEngine, type EngineContext } from "./engine";
import { besideName, notEmpty, requireDatabaseName } from "./names";
import { run, type Run } from "./programs";
import { BEGIN_SNAPSHOT, CONTENTS, CREATE_LIKE_THIS, DROP_ALL } from "./postgres-sql";

const PACKAGES = "postgresql-client (Debian), postgresql (Fedora) or libpq (Homebrew)";
const QUIET = [
  "--no-psqlrc",
  "--no-password",
  "--quiet",
  "--tuples-only",
  "--no-align",
  "--field-separator=\t",
  "--set=ON_ERROR_STOP=1",
];
/** A restore leaves owners and rights to whoever restores: the roles need not be there. */
const RESTORE = ["--no-owner", "--no-privileges", "--no-comments"];
/** Variables of libpq for what SQLAlchemy's drivers take in a URL. */
const VARIABLES: Readonly<Record<string, string>> = {
  host: "PGHOST",
  sslmode: "PGSSLMODE",
  ssl: "PGSSLMODE",
  sslrootcert: "PGSSLROOTCERT",
  sslcert: "PGSSLCERT",
  sslkey: "PGSSLKEY",
  options: "PGOPTIONS",
};

/** @throws SlipwayError (tool) when psql is not installed */
export async function requirePsql(): Promise<void> {
  await run({ command: "psql", words: ["--version"], packages: PACKAGES, environment: process.env });
}

/** The engine for a database on a PostgreSQL server. */
export function postgresEngine(server: ServerConnection, context: EngineContext): DatabaseEngine {
  return new PostgresEngine(server, context);
}

class PostgresEngine implements DatabaseEngine {
  readonly kind = "postgres";
  readonly extension = ".dump";
  readonly trial: string;

  constructor(
    private readonly server: ServerConnection,
    private readonly context: EngineContext,
  ) {
    this.trial = besideName(server.database, "test");
  }

  /** The rows are counted in the moment that is dumped. */
  async dump(file: string): ReturnType<DatabaseEngine["dump"]> {
    // pg_dump would make a file that others can read.
    await writeFile(file, "", { mode: 0o600, flag: "wx" });
    const answer = new FirstLine();
    const dump = this.program("pg_dump", ["--format=custom", "--no-password"]);
    async function* session(): AsyncGenerator<string> {
      yield BEGIN_SNAPSHOT;
      await run({ ...dump, words: [...dump.words, `--snapshot=${await answer.first}`, `--file=${file}`] });
      yield CONTENTS;
    }
    await run({ ...this.program("psql", QUIET), input: Readable.from(session()), output: answer });
    return contentsIn(answer.text);
  }

  async restoreInto(file: string, into: string): Promise<void> {
    requireDatabaseName(into);
    const isThere =
      (await run({
        ...this.program("psql", QUIET),
        input: `SELECT 1 FROM pg_database WHERE datname = '${into}';\n`,
      })) !== "";
    if (isThere && Object.keys((await this.contents(into)).tables).length > 0) throw notEmpty(into);
    if (!isThere) await this.create(into);
    try {
      await this.load(file, into, "");
    } catch (error) {
      if (!isThere) await this.drop(into);
      throw error;
    }
  }

  async replace(file: string): Promise<string[]> {
    await this.load(file, this.server.database, DROP_ALL);
    return [];
  }

  async contents(into: string): ReturnType<DatabaseEngine["contents"]> {
    return contentsIn(await run({ ...this.program("psql", QUIET, into), input: CONTENTS }));
  }

  async drop(into: string): Promise<void> {
    // A session of whoever was ended by force may be there for a moment more; and this is done also after an interruption.
    const input = `DROP DATABASE IF EXISTS "${into}" WITH (FORCE);\n`;
    await run({ ...this.program("psql", QUIET), input, signal: undefined });
  }

  urlOf(into: string): string {
    return withDatabase(this.context.url, into);
  }

  private async create(into: string): Promise<void> {
    try {
      await run({ ...this.program("psql", [...QUIET, `--set=name=${into}`]), input: CREATE_LIKE_THIS });
    } catch (error) {
      if (!(error instanceof SlipwayError) || !error.message.includes("permission denied to create database"))
        throw error;
      const mend = `as a superuser of the server: ALTER ROLE "${this.server.user}" CREATEDB`;
      throw new SlipwayError("failed", `The user ${this.server.user} may make no databases.`, mend, { cause: error });
    }
  }

  /** One transaction, which this process alone can end well: what is left of it otherwise is nothing. */
  private async load(file: string, into: string, before: string): Promise<void> {
    const restored = new PassThrough();
    const script = run({ ...this.program("pg_restore", [...RESTORE, "--file=-", file]), output: restored });
    async function* transaction(): AsyncGenerator<string | Buffer> {
      yield `BEGIN;\nSET LOCAL lock_timeout = '${LOCK_SECONDS}s';\n${before}`;
      yield* restored as AsyncIterable<Buffer>;
      await script;
      yield "COMMIT;\n";
    }
    const applied = run({ ...this.program("psql", QUIET, into), input: Readable.from(transaction()) });
    await allEnded([script, applied]);
  }

  private program(command: string, words: readonly string[], database = this.server.database): Run {
    const { host, port, user, password, query } = this.server;
    const own = Object.entries(query).flatMap(([name, value]) => {
      const variable = VARIABLES[name];
      return variable === undefined ? [] : [[variable, value] as const];
    });
    const { cwd, signal } = this.context;
    const environment = {
      ...withoutSettings(process.env),
      ...(host !== "" && { PGHOST: host }),
      PGPORT: String(port),
      PGUSER: user,
      PGDATABASE: database,
      PGCONNECT_TIMEOUT: "20",
      PGAPPNAME: "slipway",
      ...(password !== "" && { PGPASSWORD: password }),
      ...Object.fromEntries(own),
    };
    return { command, words, packages: PACKAGES, environment, cwd, ...(signal && { signal }) };
  }
}

/** The user's own settings for libpq, such as PGSERVICE and PGHOSTADDR, could name another server. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^PG[A-Z]/.test(name)));
}

/** Keeps what is written to it, and tells the first line as soon as it is there. */
class FirstLine extends Writable {
  text = "";
  readonly first: Promise<string>;
  private tell: (line: string) => void = () => undefined;
  private fail: (error: Error) => void = () => undefined;

  constructor() {
    super({ decodeStrings: false });
    this.first = new Promise((resolve, reject) => {
      this.tell = resolve;
      this.fail = reject;
    });
    // Whoever waits for it is told; nobody has to.
    this.first.catch(() => undefined);
  }

  override _write(data: Buffer | string, _encoding: BufferEncoding, done: () => void): void {
    this.text += data.toString();
    const end = this.text.indexOf("\n");
    if (end >= 0) this.tell(this.text.slice(0, end));
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.fail(error ?? new Error("it wrote nothing"));
    done(error);
  }
}
