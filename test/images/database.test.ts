import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { freePort } from "../../providers/host/ports";
import { until } from "../engine/support/wait";
import { Shipped } from "./support/apps";
import { onPath, type Engine } from "../support/docker/engine";
import { sharedEngine, skipReason } from "../support/docker/shared";

const skipped = skipReason();
const MASTER = "master-canary-1";
const PASSWORD = "o'app\\canary-2";
const ANOTHER = "another-canary-3";

/** A database server that tests can ask. */
interface Server {
  url: string;
  /** Runs a statement as the application's user. @returns what it printed, on both streams */
  ask(statement: string, password: string, database?: string): string;
}

describe(`images: the application's user of a database${skipped}`, function () {
  this.timeout(400_000);
  let engine: Engine;

  before(async function () {
    if (skipped !== "") return this.skip();
    engine = await sharedEngine();
    const source = { name: "drivers", source: "test/images/fixtures/drivers", entry: "app:app", live: "/" };
    await new Shipped(engine, source).build("worker", "drivers");
  });
  const servers: Record<string, { absent: () => string | undefined; start: () => Promise<Server> }> = {
    MariaDB: { absent: () => (onPath("mariadbd") ? undefined : "no mariadbd"), start: () => mariadb(engine) },
    PostgreSQL: {
      absent: () => (postgresPrograms() === undefined ? "no PostgreSQL" : undefined),
      start: () => postgres(engine),
    },
  };
  const drivers: Record<string, string[]> = {
    MariaDB: ["mysql+pymysql"],
    PostgreSQL: ["postgresql+psycopg", "postgresql+asyncpg"],
  };

  for (const [name, { absent, start }] of Object.entries(servers)) {
    for (const [index, scheme] of (drivers[name] ?? []).entries()) {
      const reason = absent();
      it(`${name}, by ${scheme}${reason === undefined ? "" : ` (${reason})`}: is made once, gets another password, and nothing outside its database`, async function () {
        if (reason !== undefined) return this.skip();
        const server = await start();
        const database = `shop_${index}`;
        const make = async (password: string): Promise<string> => {
          const variables = {
            DATABASE_URL: `${scheme}://${server.url}`,
            DATABASE_NAME: database,
            MASTER_USERNAME: "master",
            MASTER_PASSWORD: MASTER,
            APP_USERNAME: "shop_app",
            APP_PASSWORD: password,
          };
          const words = Object.entries(variables).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
          const command = ["drivers", "python", ".slipway/slipway_database.py"];
          const { stdout, stderr } = await engine.docker("run", "--rm", "--network", "host", ...words, ...command);
          return stdout + stderr;
        };
        expect(await make(PASSWORD)).to.equal(`slipway: user shop_app of database ${database}: made\n`);
        expect(await make(PASSWORD)).to.equal(`slipway: user shop_app of database ${database}: as it was\n`);
        expect(server.ask("CREATE TABLE t (n int)", PASSWORD, database)).to.match(/^(CREATE TABLE\n)?$/);
        expect(await make(ANOTHER)).to.contain("password changed");
        expect(server.ask("SELECT 40 + 2", PASSWORD, database)).to.match(/denied|authentication failed/i);
        expect(server.ask("SELECT 40 + 2", ANOTHER, database)).to.contain("42");
        expect(server.ask("CREATE DATABASE other", ANOTHER, database)).to.match(/denied/i);
      });
    }
  }

  it("a wrong password of the master is told without any password", async () => {
    const port = await freePort();
    const variables = [
      `DATABASE_URL=postgresql+psycopg://127.0.0.1:${port}/postgres`,
      "DATABASE_NAME=shop",
      "MASTER_USERNAME=master",
    ];
    const all = [...variables, `MASTER_PASSWORD=${MASTER}`, "APP_USERNAME=app", `APP_PASSWORD=${ANOTHER}`];
    const words = all.flatMap((variable) => ["--env", variable]);
    const refusal = await engine
      .docker("run", "--rm", "--network", "host", ...words, "drivers", "python", ".slipway/slipway_database.py")
      .then(
        () => "",
        (error: unknown) => (error as { stderr: string }).stderr,
      );
    expect(refusal).to.contain("slipway: 127.0.0.1: OperationalError").and.not.to.contain("canary");
  });
});

async function mariadb(engine: Engine): Promise<Server> {
  const folder = dataFolder(engine, "mariadb", "mysql");
  const data = `--datadir=${folder}/data`;
  execFileSync(
    "mariadb-install-db",
    ["--no-defaults", data, "--user=mysql", "--auth-root-authentication-method=normal"],
    { stdio: "ignore" },
  );
  const port = await freePort();
  const socket = `${folder}/socket`;
  const place = [
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    `--socket=${socket}`,
    `--pid-file=${folder}/pid`,
  ];
  engine.background("mariadbd", ["--no-defaults", data, "--user=mysql", ...place]);
  const root = (statement: string): boolean =>
    spawnSync("mariadb", ["--no-defaults", `--socket=${socket}`, "-uroot", "-e", statement]).status === 0;
  await until("MariaDB answers", () => root("SELECT 1"));
  root(`CREATE USER master@'%' IDENTIFIED BY '${MASTER}'; GRANT ALL ON *.* TO master@'%' WITH GRANT OPTION`);
  const client = ["--no-defaults", "--host=127.0.0.1", `--port=${port}`, "--user=shop_app", "--batch"];
  return {
    url: `127.0.0.1:${port}/`,
    ask: (statement, password, database) =>
      printed("mariadb", [...client, `--password=${password}`, `--database=${database ?? ""}`, "-e", statement]),
  };
}

async function postgres(engine: Engine): Promise<Server> {
  const programs = postgresPrograms() ?? "";
  const folder = dataFolder(engine, "postgres", "postgres");
  const as = (command: string, args: string[]): void => {
    execFileSync("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", command, ...args], {
      stdio: "ignore",
      cwd: folder,
    });
  };
  as(`${programs}/initdb`, [
    "--pgdata",
    `${folder}/data`,
    "--auth-local=trust",
    "--auth-host=scram-sha-256",
    "--username=postgres",
  ]);
  const port = await freePort();
  const uid = Number(execFileSync("id", ["-u", "postgres"], { encoding: "utf8" }));
  const options = ["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=${folder}`];
  engine.background(`${programs}/postgres`, ["-D", `${folder}/data`, "-p", String(port), ...options], {
    uid,
    cwd: folder,
  });
  const local = ["--host", folder, "--port", String(port), "--username=postgres", "--dbname=postgres"];
  const root = (statement: string): boolean =>
    spawnSync("psql", [...local, "-c", statement], { cwd: folder }).status === 0;
  await until("PostgreSQL answers", () => root("SELECT 1"));
  root(`CREATE ROLE master LOGIN CREATEDB CREATEROLE PASSWORD '${MASTER}'`);
  return {
    url: `127.0.0.1:${port}/postgres`,
    ask: (statement, password, database) =>
      printed(
        "psql",
        [
          "--host=127.0.0.1",
          "--port",
          String(port),
          "--username=shop_app",
          `--dbname=${database ?? ""}`,
          "-c",
          statement,
        ],
        {
          PGPASSWORD: password,
        },
      ),
  };
}

function printed(command: string, args: string[], environment: Record<string, string> = {}): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, ...environment } });
  return stdout + stderr;
}

/** Folder of the newest PostgreSQL's programs. */
function postgresPrograms(): string | undefined {
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [];
  return versions.length === 0 ? undefined : path.join("/usr/lib/postgresql", versions.sort().at(-1) ?? "", "bin");
}

/** A folder that a server owns, where its path can be gone through. */
function dataFolder(engine: Engine, name: string, user: string): string {
  const folder = path.join(engine.folder, `${name}-${readdirSync(engine.folder).length}`);
  mkdirSync(folder);
  const ids = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, user], { encoding: "utf8" })));
  chownSync(folder, ids[0] ?? 0, ids[1] ?? 0);
  execFileSync("chmod", ["711", engine.folder]);
  return folder;
}
