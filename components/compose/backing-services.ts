/** What the application is provided with: its database, broker and cache. */
import { consumerTimeout, AMQP_PORT } from "../broker/rabbitmq";
import { queryOf, schemeOf } from "../database/drivers";
import { ENGINES } from "../database/engines";
import type { ComposeArgs, Service } from "./args";
import { service, type Health } from "./service";
import { reference, VARIABLES } from "./variables";

/** User of database and broker. */
const USER = "app";
/** Seconds in which a server may write what it holds. */
const STOP_SECONDS = 60;
const CACHE_STOP_SECONDS = 10;
/** Percent of the cache's memory that data may take. */
const DATA_PERCENT = 75;
const PASSWORD = reference(VARIABLES.database);

type EngineName = ComposeArgs["compose"]["database"]["engine"];

/** What the official images of the databases differ in. */
interface DatabaseImage {
  folder: string;
  environment: (name: string) => Record<string, string>;
  /** Over TCP: while the image fills a new folder, its server answers on a socket only. */
  check: (name: string) => Health["test"];
}

const MYSQL_FOLDER = "/var/lib/mysql";
/**
 * Where root may come from. The images print the password that they make up, so that it is in the logs: it is of use in
 * the container alone. See docker-library/mysql, 8.4/docker-entrypoint.sh, and docker-library/mariadb.
 */
const ROOT_HOST = "localhost";

const DATABASES: Readonly<Record<EngineName, DatabaseImage>> = {
  mariadb: {
    folder: MYSQL_FOLDER,
    environment: (name) => ({
      MARIADB_DATABASE: name,
      MARIADB_USER: USER,
      MARIADB_PASSWORD: PASSWORD,
      MARIADB_RANDOM_ROOT_PASSWORD: "1",
      MARIADB_ROOT_HOST: ROOT_HOST,
    }),
    check: () => ["mariadb-admin", "ping", "--host=127.0.0.1", "--silent"],
  },
  mysql: {
    folder: MYSQL_FOLDER,
    environment: (name) => ({
      MYSQL_DATABASE: name,
      MYSQL_USER: USER,
      MYSQL_PASSWORD: PASSWORD,
      MYSQL_RANDOM_ROOT_PASSWORD: "1",
      MYSQL_ROOT_HOST: ROOT_HOST,
    }),
    check: () => ["mysqladmin", "ping", "--host=127.0.0.1", "--silent"],
  },
  postgres: {
    folder: "/var/lib/postgresql/data",
    environment: (name) => ({ POSTGRES_DB: name, POSTGRES_USER: USER, POSTGRES_PASSWORD: PASSWORD }),
    check: (name) => ["pg_isready", "--host=127.0.0.1", `--username=${USER}`, `--dbname=${name}`],
  },
};

/** Services by name, without those that the application has no need of. */
export function backingServices(args: ComposeArgs): Record<string, Service> {
  return { db: database(args), ...(args.workload.needs.broker && { rmq: rabbitmq(args) }), redis: redis(args) };
}

/** Names of the volumes that keep what the services hold. */
export function backingVolumes({ workload }: Pick<ComposeArgs, "workload">): string[] {
  return ["db", ...(workload.needs.broker ? ["rmq"] : [])];
}

function database({ workload, compose: { database: wanted } }: ComposeArgs): Service {
  const { engine, version = ENGINES[engine].version, memory } = wanted;
  const { folder, environment, check } = DATABASES[engine];
  const name = databaseName(workload.name);
  return service({
    image: `${engine}:${version}`,
    networks: ["data"],
    memory,
    stopSeconds: STOP_SECONDS,
    health: { test: check(name) },
    more: { environment: environment(name), volumes: [`db:${folder}`] },
  });
}

function rabbitmq({ compose: { rabbitmq: wanted }, longestEta }: ComposeArgs): Service {
  return service({
    image: `rabbitmq:${wanted.version}-management`,
    // The pages are published, which a network without a way out cannot do.
    networks: ["data", "default"],
    memory: wanted.memory,
    stopSeconds: STOP_SECONDS,
    // The command starts a virtual machine of Erlang, which takes its time.
    health: { test: ["rabbitmq-diagnostics", "-q", "check_port_connectivity"], interval: 10, timeout: 30 },
    more: {
      // The node is called after it, and finds its queues by that name.
      hostname: "rmq",
      environment: {
        RABBITMQ_DEFAULT_USER: USER,
        RABBITMQ_DEFAULT_PASS: reference(VARIABLES.broker),
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-rabbit consumer_timeout ${consumerTimeout(longestEta)}`,
      },
      volumes: ["rmq:/var/lib/rabbitmq"],
      ports: [`127.0.0.1:${wanted.port}:15672`],
    },
  });
}

/** It keeps nothing on disk: what it holds can be had again. */
function redis({ compose: { redis: wanted } }: ComposeArgs): Service {
  const data = Math.floor((wanted.memory * DATA_PERCENT) / 100);
  return service({
    image: `redis:${wanted.version}`,
    networks: ["data"],
    memory: wanted.memory,
    stopSeconds: CACHE_STOP_SECONDS,
    health: { test: ["redis-cli", "ping"] },
    more: {
      command: [
        ...["redis-server", "--save", "", "--appendonly", "no"],
        ...["--maxmemory", `${data}mb`, "--maxmemory-policy", "allkeys-lru"],
      ],
      read_only: true,
      tmpfs: ["/data"],
    },
  });
}

/** SQLAlchemy URL of the database. */
export function databaseUrl({ workload, compose }: ComposeArgs): string {
  const { engine } = compose.database;
  const scheme = schemeOf(engine, workload.release.requirements);
  // MySQL's image makes a certificate of its own, and takes passwords over nothing else; the others have none.
  const query = { mysql: queryOf(scheme, "db"), mariadb: "charset=utf8mb4", postgres: "" }[engine];
  return `${scheme}://${USER}:${PASSWORD}@db/${databaseName(workload.name)}${query === "" ? "" : `?${query}`}`;
}

/** URL of the broker. */
export function brokerUrl(): string {
  return `amqp://${USER}:${reference(VARIABLES.broker)}@rmq:${AMQP_PORT}//`;
}

function databaseName(appName: string): string {
  return appName.replaceAll("-", "_");
}
