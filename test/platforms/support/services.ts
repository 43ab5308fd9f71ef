/** Servers that platforms provide, as Debian packages have them, each on a port and with data of its own. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { brokerComplaint, brokerServers } from "../../../providers/host/brokers";
import { freePort } from "../../../providers/host/ports";
import { until } from "../../engine/support/wait";
import { Background } from "./background";

/** Part of every password here. */
export const CANARY = "canary-canary";
const PASSWORD = `${CANARY}-of-a-service`;
const USER = "owner";

export interface Service {
  /** URL in the form in which platforms give it. */
  url: string;
  stop: () => Promise<void>;
}

export interface Postgres extends Service {
  /** Makes an empty database. @returns its URL, which starts with postgres:// */
  database: (name: string) => string;
  /** Runs SQL in a session of its own, until it is stopped. */
  session: (database: string, sql: string) => Background;
}

/** Why there is no PostgreSQL; undefined where there is one. */
export function noPostgres(): string | undefined {
  return postgresPrograms() === undefined ? "no PostgreSQL" : undefined;
}

/** Why there is no RabbitMQ; undefined where there is one. */
export function noRabbit(): string | undefined {
  return brokerServers.rabbitmq.find("") === undefined ? "no RabbitMQ" : undefined;
}

/** Starts PostgreSQL, which takes encrypted connections alone from elsewhere, by a certificate that it signed itself. */
export async function startPostgres(): Promise<Postgres> {
  const programs = postgresPrograms() ?? "";
  const owner = process.getuid?.() === 0 ? ownerOf("postgres") : undefined;
  const folder = ownFolder("postgres", owner);
  const data = path.join(folder, "data");
  const as = { cwd: folder, ...(owner !== undefined && { uid: owner }) };
  const made = [`--pgdata=${data}`, "--auth-local=trust", "--auth-host=scram-sha-256", "--username=postgres"];
  execFileSync(path.join(programs, "initdb"), [...made, "--no-sync"], { ...as, stdio: "ignore" });
  const [key, certificate] = [path.join(data, "server.key"), path.join(data, "server.crt")];
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"];
  execFileSync("openssl", [...request, "-keyout", key, "-out", certificate], { ...as, stdio: "ignore" });
  chmodSync(key, 0o600);
  const port = await freePort();
  const options = ["listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, "ssl=on", "fsync=off"];
  const words = ["-D", data, "-p", String(port), ...options.flatMap((option) => ["-c", option])];
  const server = new Background([path.join(programs, "postgres"), ...words], as);
  const local = ["--no-psqlrc", `--host=${folder}`, `--port=${port}`, "--username=postgres", "--quiet"];
  const ask = (sql: string): boolean =>
    spawnSync("psql", [...local, "--dbname=postgres", "--command", sql], { cwd: folder }).status === 0;
  await until("PostgreSQL answers", () => ask("SELECT 1"));
  ask(`CREATE ROLE ${USER} LOGIN PASSWORD '${PASSWORD}'`);
  const url = `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}`;
  return {
    url,
    database: (name) => {
      ask(`CREATE DATABASE ${name} OWNER ${USER}`);
      return `${url}/${name}`;
    },
    session: (name, sql) =>
      new Background(["psql", ...local, `--dbname=${name}`, ...sql.split(";").flatMap((one) => ["--command", one])], {
        cwd: folder,
      }),
    stop: async () => {
      await server.stop("SIGINT");
      rmSync(path.dirname(folder), { recursive: true, force: true });
    },
  };
}

/** Starts RabbitMQ. */
export async function startRabbit(): Promise<Service> {
  const { find, configure, url } = brokerServers.rabbitmq;
  const folder = ownFolder("rabbitmq", undefined);
  const [port, epmdPort, distributionPort] = [await freePort(), await freePort(), await freePort()];
  const settings = { password: PASSWORD, port, epmdPort, distributionPort };
  const parts = await configure({ folder, server: find("") ?? "", settings });
  const started = parts.map(({ spec }) => new Background(spec.argv, { cwd: spec.cwd, env: spec.environment }));
  await until("RabbitMQ answers", async () => (await brokerComplaint("rabbitmq", settings)) === undefined);
  return {
    url: url(settings),
    stop: async () => {
      for (const part of started.reverse()) await part.stop();
      rmSync(path.dirname(folder), { recursive: true, force: true });
    },
  };
}

/** Folder of the newest PostgreSQL's programs. */
function postgresPrograms(): string | undefined {
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [];
  return versions.length === 0 ? undefined : path.join("/usr/lib/postgresql", versions.sort().at(-1) ?? "", "bin");
}

function ownerOf(user: string): number {
  return Number(execFileSync("id", ["-u", user], { encoding: "utf8" }));
}

/** A folder that a server owns, with a path that is short enough for a socket. */
function ownFolder(name: string, owner: number | undefined): string {
  const above = mkdtempSync(path.join(tmpdir(), "slipway-"));
  chmodSync(above, 0o755);
  const folder = path.join(above, name);
  mkdirSync(folder, { mode: 0o700 });
  if (owner !== undefined) chownSync(folder, owner, -1);
  return folder;
}
