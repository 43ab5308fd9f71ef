/**
 * The contract between the `host` provider and the programs that use it: the inputs and outputs of every resource type.
 * The component side imports these as types only; the provider side implements them.
 *
 * Paths are absolute. Durations are seconds. Every resource lives under `root`, the folder of one stack (mode 0700).
 */

/** Inputs that every resource of this provider has. */
export interface HostInputs {
  /** The stack's folder; another folder is another deployment, so a change replaces. */
  root: string;
}

/** A random text generated once and kept: `host:index:Secret`. */
export interface SecretInputs extends HostInputs {
  /** Number of random bytes before base64url encoding. */
  bytes: number;
}
export interface SecretOutputs extends SecretInputs {
  /** The generated text (secret). */
  value: string;
}

/** The application's files, unpacked once per version under `releases/<version>`: `host:index:Release`. */
export interface ReleaseInputs extends HostInputs {
  /** Content version: the digest of everything that is shipped. */
  version: string;
  /** Folder that the application's files are copied from; where it lies is not part of the release. */
  source: string;
  /** Files that Slipway adds beside the application's own: path in the release -> text. */
  files: Record<string, string>;
  /** Git commit of `source`, for people; not part of the release's identity. */
  commit?: string;
  /** How many releases stay on disk, the current one included. */
  keep: number;
}
export interface ReleaseOutputs extends ReleaseInputs {
  /** Folder that holds the unpacked release. */
  path: string;
}

/** A Python virtual environment with locked requirements, one folder per content: `host:index:Virtualenv`. */
export interface VirtualenvInputs extends HostInputs {
  /** What it is for; the folder is `venvs/<name>-<digest>`. */
  name: string;
  /** Python interpreter: a command name, a version such as `3.12`, or a path. */
  python: string;
  /** Requirements in pip's requirements format, as text. */
  requirements: string;
}
export interface VirtualenvOutputs extends VirtualenvInputs {
  /** Folder of the virtual environment. */
  path: string;
  /** Version of the interpreter inside, such as `3.12.1`. */
  pythonVersion: string;
}

/** supervisord of this stack: `host:index:Supervisor`. */
export interface SupervisorInputs extends HostInputs {
  /** Virtual environment that has supervisor installed. */
  virtualenv: string;
}
export interface SupervisorOutputs extends SupervisorInputs {
  /** False once found dead by a refresh; the next update starts it again. */
  running: boolean;
}

/** A message broker that Slipway runs on this machine, under supervision: `host:index:Broker`. */
export interface BrokerInputs extends HostInputs {
  /**
   * `embedded`: the Valkey server from the tools virtual environment; `redis` and `rabbitmq`: the server installed on
   * this machine; `auto`: the first of rabbitmq, redis that is installed, else embedded. Chosen once, then kept.
   */
  kind: "auto" | "embedded" | "redis" | "rabbitmq";
  /** Virtual environment that has the embedded server installed. */
  virtualenv: string;
}
export interface BrokerOutputs extends BrokerInputs {
  /** What `kind` came to. */
  resolved: "embedded" | "redis" | "rabbitmq";
  /** Loopback port that was free when the broker was made. */
  port: number;
  /** Celery broker URL with credentials (secret). */
  url: string;
  /** False once found dead by a refresh. */
  running: boolean;
}

/** What running a command of a release takes; shared by the types below. */
export interface ReleaseCommand extends HostInputs {
  /** Version of the release that the command belongs to. */
  version: string;
  /** Folder of that release: the working directory. */
  release: string;
  /** Folder of the application's virtual environment; its `bin` comes first on PATH. */
  virtualenv: string;
  /** The whole environment apart from PATH, HOME, LANG, TZ and TMPDIR (secret). */
  environment: Record<string, string>;
}

/** Proof that a release can start, made before anything is switched to it: `host:index:Preflight`. */
export interface PreflightInputs extends ReleaseCommand {
  /** Commands that must each exit with 0, in order. */
  checks: string[][];
  /** Web command, empty for none, started on a free loopback port and asked for `path`: an answer below 500 passes. */
  web: { command: string[]; path: string };
  /** Seconds to wait for that answer. */
  timeout: number;
}
export type PreflightOutputs = PreflightInputs;

/** A one-off command of a release, such as the migration: `host:index:Job`. Runs on create and on every new version. */
export interface JobInputs extends ReleaseCommand {
  name: string;
  command: string[];
  timeout: number;
  /** True: runs on create only (seed data). */
  once: boolean;
  /** SQLite file that is copied to `data/backups` before the command runs. */
  backup?: string;
}
export type JobOutputs = JobInputs;

/** Supervised processes of one kind, replaced one after another on a new version: `host:index:Program`. */
export interface ProgramInputs extends ReleaseCommand {
  name: string;
  /** `{instance}` in a word becomes the process's name, such as `worker-0`. */
  command: string[];
  count: number;
  /** Seconds between SIGTERM and SIGKILL. */
  stopTimeout: number;
  /** Seconds a process has to become ready. */
  startTimeout: number;
  /** Loopback address whose listening socket supervisord holds and hands to each process as descriptor 0. */
  listen?: { host: string; port: number };
  /**
   * How readiness is seen; without it, a process that stays up is ready. `http`: a URL, or a path under `listen`, that
   * has to be answered with a status below 500 when all processes run. `heartbeat`: a file that each process touches;
   * `{instance}` in it becomes the process's name.
   */
  ready?: { http?: string; heartbeat?: string };
}
export interface ProgramOutputs extends ProgramInputs {
  /** Processes found running by the last create, update or refresh. */
  running: number;
}
