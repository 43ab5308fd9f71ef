/** The application: what has to be done before it runs, and its processes. */
import { bindEnvironment, type Process } from "../app";
import { HEALTH_COMMAND, PORT, type ImageRole } from "../image";
import { buildArguments } from "../image/dockerfile";
import type { ComposeArgs, Service } from "./args";
import { backingServices, brokerUrl, databaseUrl } from "./backing-services";
import { service } from "./service";
import { literal, ownSecret, reference, VARIABLES } from "./variables";

/** CPU units of one processor. */
const PROCESSOR = 1024;
/** Where the processes of one container count together; see `prometheus_client`'s multiprocess mode. */
const METRICS_FOLDER = "/tmp/metrics";
/** Runs a command unless it once ended well. */
const ONCE = 'test -e /tmp/done || { "$@" && touch /tmp/done; }';

/** Services of the application, in the order in which they start. */
export function appServices(args: ComposeArgs): Record<string, Service> {
  const { workload } = args;
  const { migrate, seed } = workload.jobs;
  const jobs = [...(migrate === undefined ? [] : ["migrate"]), ...(seed === undefined ? [] : ["seed"])];
  const services: Record<string, Service> = {};
  if (migrate !== undefined) services["migrate"] = job(args, migrate, []);
  if (seed !== undefined) {
    // What is written down has to outlive the container. An empty volume takes the rights that the folder has.
    const lasting = { folders: [], more: { volumes: ["seed:/tmp"] } };
    services["seed"] = job(args, ["sh", "-c", ONCE, "seed", ...seed], jobs.slice(0, -1), lasting);
  }
  for (const process of workload.processes) {
    const last = jobs.slice(-1);
    services[process.role === "web" ? "frontend" : process.role] =
      process.role === "web" ? frontend(args, process, last) : background(args, process, last);
  }
  return services;
}

/** Names of the volumes of the application. */
export function appVolumes({ workload }: Pick<ComposeArgs, "workload">): string[] {
  return workload.jobs.seed === undefined ? [] : ["seed"];
}

function job(
  args: ComposeArgs,
  command: readonly string[],
  jobs: readonly string[],
  own: Partial<Pick<ContainerArgs, "folders" | "more">> = {},
): Service {
  const { processes } = args.workload;
  return container(args, jobRole(args), {
    cpu: Math.max(...processes.map(({ cpu }) => cpu)),
    memory: Math.max(...processes.map(({ memory }) => memory)),
    stopTimeout: Math.max(...processes.map(({ stopTimeout }) => stopTimeout)),
    jobs,
    lasting: false,
    ...own,
    more: { command: command.map(literal), ...own.more },
  });
}

/** The image that runs commands: the worker's, which the web's stands for where there is no worker. */
function jobRole({ workload }: ComposeArgs): ImageRole {
  return workload.needs.broker ? "worker" : "web";
}

/**
 * One container, as only one can have the port: its server runs the processes of all web processes, and has what they
 * would have together.
 */
function frontend(args: ComposeArgs, { count, cpu, memory, stopTimeout }: Process, jobs: readonly string[]): Service {
  const { compose, serverProcesses } = args;
  const copies = Math.max(1, count.min);
  return container(args, "web", {
    cpu: cpu * copies,
    memory: memory * copies,
    stopTimeout,
    jobs,
    environment: {
      PROMETHEUS_MULTIPROC_DIR: METRICS_FOLDER,
      SLIPWAY_PROCESSES: String(serverProcesses * copies),
    },
    folders: ["/tmp", METRICS_FOLDER],
    more: { ports: [`${compose.bind}:${compose.port}:${PORT}`] },
  });
}

function background(
  args: ComposeArgs,
  { command, count, cpu, memory, stopTimeout }: Process,
  jobs: readonly string[],
): Service {
  return container(args, "worker", {
    ...{ cpu, memory, stopTimeout, jobs },
    more: { command: command.map(literal), ...(count.min !== 1 && { scale: count.min }) },
  });
}

/** What differs between the containers of the application. */
interface ContainerArgs extends Pick<Process, "cpu" | "memory" | "stopTimeout"> {
  jobs: readonly string[];
  /** @default true */
  lasting?: boolean;
  /** Over what all containers of the application are told. */
  environment?: Record<string, string>;
  /** Folders that are empty at the start, and can be written to; they are part of the memory. @default /tmp */
  folders?: readonly string[];
  more: Service;
}

function container(args: ComposeArgs, role: ImageRole, own: ContainerArgs): Service {
  const { workload, compose, contexts } = args;
  const { cpu, memory, stopTimeout, jobs, lasting = true, environment = {}, folders = ["/tmp"], more } = own;
  const context = contexts[role] ?? "";
  return service({
    image: `${workload.name}-${role}:${context.split("-").at(-1) ?? ""}`,
    networks: ["data", "default"],
    memory,
    cpus: cpu / PROCESSOR,
    stopSeconds: stopTimeout,
    after: Object.keys(backingServices(args)),
    jobs,
    lasting,
    ...(lasting && { health: { test: HEALTH_COMMAND.slice(1) } }),
    more: {
      build: { context: `./${context}`, args: texts(buildArguments(role, workload, compose.base)) },
      ...more,
      environment: { ...environmentOf(args), ...environment },
      read_only: true,
      ...(folders.length > 0 && { tmpfs: folders.map((folder) => `${folder}:mode=1777`) }),
      cap_drop: ["ALL"],
    },
  });
}

/** What every container of the application is told. */
function environmentOf({ workload, secretNames, ...args }: ComposeArgs): Record<string, string> {
  const { variables, needs } = workload;
  const secrets = Object.fromEntries(secretNames.map((name) => [name, reference(ownSecret(name))]));
  const provided = {
    database: databaseUrl({ workload, secretNames, ...args }),
    ...(needs.broker && { broker: brokerUrl() }),
    secretKey: reference(VARIABLES.secretKey),
  };
  const plain = { ...workload, environment: texts({ [variables.cacheHost]: "redis", ...workload.environment }) };
  return bindEnvironment(plain, provided, secrets);
}

function texts(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, literal(text)]));
}
