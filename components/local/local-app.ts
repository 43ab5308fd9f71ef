import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type * as host from "../../providers/host/resources";
import { bindEnvironment, placeCommand, type Process } from "../app";
import type { ServerKind } from "../config";
import { templateText } from "../package-root";
import type { Children, LocalAppArgs, Transform } from "./args";
import { schemaRecord } from "../schema-record";
import { Broker, Job, Preflight, Program, Release, Secret, Supervisor, Virtualenv, type Wrapped } from "./resources";

const HOST = "127.0.0.1";
const SECRET_KEY_BYTES = 48;
const RELEASES_KEPT = 5;
const START_SECONDS = 60;
const JOB_SECONDS = 600;

/** Servers that keep a configuration and sockets on disk, each process in a folder of its own. */
const FRONTS: ReadonlySet<ServerKind> = new Set(["nginx-uwsgi", "apache-uwsgi"]);

/** Arguments that every command of a release shares. */
type Command = Wrapped<host.ReleaseCommand>;

/**
 * An application on this machine: its web, worker and beat processes under supervision, with a database and a broker,
 * from releases that can be rolled back to. Everything listens on the loopback interface only.
 *
 * A new release is unpacked and installed beside the running one, proven to start, and the database migrated; then the
 * processes are replaced one after another. What fails before that leaves the running release as it was; a process that
 * does not become ready is put back to the old release.
 *
 * @example
 * ```ts
 * const settings = checkSettings({ app: { name: "blog", … }, targets: ["local"] }, { stack: "dev", available: ["local"] });
 * const workload = await describeWorkload(settings, __dirname, "dev");
 * const app = new LocalApp("blog", { workload, local: settings.local, root: "/home/me/.blog" });
 * export const url = app.url;
 * ```
 */
export class LocalApp extends pulumi.ComponentResource {
  /** Where the application answers. */
  readonly url: pulumi.Output<string>;
  /** Version of the release that serves. */
  readonly release: pulumi.Output<string>;
  /** Kind of the broker that serves the workers: `embedded`, `redis`, `rabbitmq`, `url`, or `none` without Celery. */
  readonly broker: pulumi.Output<string>;
  /** Folder of everything that this deployment keeps on disk. */
  readonly root: pulumi.Output<string>;

  constructor(
    private readonly appName: string,
    private readonly args: LocalAppArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:local:LocalApp", appName, {}, opts);
    const { root, local } = args;
    const tools = this.virtualenv("tools", templateText("local", "tools-requirements.txt"));
    const supervisor = new Supervisor(...this.child("supervisor", { root, virtualenv: tools.path }));
    const broker = this.provideBroker(tools, supervisor);
    const release = this.unpack();
    const command: Command = {
      root,
      version: release.version,
      release: release.path,
      virtualenv: this.virtualenv("virtualenv", args.workload.release.requirements).path,
      environment: this.bind(broker.url),
    };
    const prepared = this.prepare(command, [supervisor, ...broker.resources]);
    const programs = this.run(command, prepared);

    this.url = pulumi.output(`http://${HOST}:${local.port}`);
    // Not before every process runs it: a deployment that fails on the way leaves the output as it was.
    this.release = pulumi.all(programs.map(({ version }) => version)).apply(() => release.version);
    this.broker = broker.kind;
    this.root = pulumi.output(root);
    this.registerOutputs({ url: this.url, release: this.release, broker: this.broker, root: this.root });
  }

  /** Name, arguments and options of the child with this role, after the user's transform. */
  private child<Role extends keyof Children>(
    role: Role,
    args: Wrapped<Children[Role]>,
    dependsOn: pulumi.Resource[] = [],
  ): [string, Wrapped<Children[Role]>, pulumi.CustomResourceOptions] {
    const opts: pulumi.CustomResourceOptions = { parent: this, dependsOn };
    const transform: Transform<Children[Role]> | undefined = this.args.transform?.[role];
    transform?.(args, opts);
    return [`${this.appName}-${role}`, args, opts];
  }

  private virtualenv(role: "tools" | "virtualenv", requirements: string): Virtualenv {
    const { root, local } = this.args;
    const name = role === "tools" ? "tools" : "app";
    return new Virtualenv(...this.child(role, { root, name, python: local.python, requirements }));
  }

  private provideBroker(tools: Virtualenv, supervisor: Supervisor): BrokerBinding {
    const { root, local, workload } = this.args;
    if (!workload.needs.broker) return { kind: pulumi.output("none"), resources: [] };
    const { broker } = local;
    if (broker.kind === "url") return { kind: pulumi.output("url"), url: pulumi.secret(broker.url), resources: [] };
    const own = new Broker(...this.child("broker", { root, kind: broker.kind, virtualenv: tools.path }, [supervisor]));
    return { kind: own.resolved, url: own.url, resources: [own] };
  }

  private unpack(): Release {
    const { root, workload } = this.args;
    const { version, commit, source, files } = workload.release;
    const identity = { root, version, source, files, keep: RELEASES_KEPT };
    return new Release(...this.child("release", commit === undefined ? identity : { ...identity, commit }));
  }

  /** The environment of every process, with what this machine provides; secret as a whole. */
  private bind(brokerUrl: pulumi.Input<string> | undefined): pulumi.Output<Record<string, string>> {
    const { root, local, workload, secrets = {} } = this.args;
    const secretKey = new Secret(...this.child("secretKey", { root, bytes: SECRET_KEY_BYTES }));
    const database =
      local.database.kind === "url"
        ? pulumi.secret(local.database.url)
        : `sqlite:///${path.join(root, "data", "app.db")}`;
    return pulumi.secret(
      pulumi
        .all([database, brokerUrl ?? "", secretKey.value, secrets])
        .apply(([url, broker, key, own]): Record<string, string> => ({
          ...bindEnvironment(workload, { database: url, secretKey: key, ...(broker !== "" && { broker }) }, own),
          SLIPWAY_LISTEN: "fd://0",
          SLIPWAY_HEARTBEAT: heartbeatPath(root),
          ...(FRONTS.has(workload.server) && { SLIPWAY_RUN: path.join(root, "run", "{instance}") }),
        })),
    );
  }

  /** Proves the release and brings the database to it; returns what the processes have to wait for. */
  private prepare(command: Command, needs: pulumi.Resource[]): pulumi.Resource[] {
    const { workload, root, local, keepDatabase } = this.args;
    const web = workload.processes.find(({ role }) => role === "web");
    const preflight = new Preflight(
      ...this.child(
        "preflight",
        {
          ...command,
          checks: workload.checks,
          web: { command: web?.command ?? [], path: workload.health.live },
          timeout: START_SECONDS,
        },
        needs,
      ),
    );
    const ready: pulumi.Resource[] = [...needs, preflight];
    const backup = local.database.kind === "sqlite" ? { backup: path.join(root, "data", "app.db") } : {};
    for (const name of ["migrate", "seed"] as const) {
      const words = workload.jobs[name];
      if (words === undefined) continue;
      const inputs = { ...command, name, command: words, timeout: JOB_SECONDS, once: name === "seed", ...backup };
      const [title, args, opts] = this.child(name, inputs, [...ready]);
      ready.push(new Job(title, args, keepDatabase === true ? { ...opts, ignoreChanges: Object.keys(args) } : opts));
      if (name === "migrate") ready.push(this.record([...ready]));
    }
    return ready;
  }

  /** Notes what the migration has made of the database. */
  private record(after: pulumi.Resource[]): pulumi.Resource {
    const { workload, keepDatabase = false } = this.args;
    const { args: inputs, options } = schemaRecord(workload.release.revisions, keepDatabase);
    const [title, args, opts] = this.child("schema", inputs, after);
    return new pulumi.Stash(title, args, { ...opts, ...options });
  }

  /** Starts or replaces the processes, one role after another. */
  private run(command: Command, prepared: pulumi.Resource[]): Program[] {
    const programs: Program[] = [];
    for (const process of this.args.workload.processes) {
      const inputs = { ...command, ...this.place(process) };
      programs.push(new Program(...this.child(process.role, inputs, [...prepared, ...programs])));
    }
    return programs;
  }

  private place(process: Process): Omit<Wrapped<host.ProgramInputs>, keyof Command> {
    const { root, local, workload } = this.args;
    return {
      name: process.role,
      command: placeCommand(process.command, path.join(root, "data")),
      count: process.count.min,
      stopTimeout: process.stopTimeout,
      startTimeout: START_SECONDS,
      ...(process.role === "web" && {
        listen: { host: HOST, port: local.port },
        ready: { http: workload.health.ready, heartbeat: heartbeatPath(root) },
      }),
      ...(process.role === "worker" && { ready: { heartbeat: heartbeatPath(root) } }),
    };
  }
}

/** File that a web process touches once it serves, and a worker as long as it takes tasks. */
function heartbeatPath(root: string): string {
  return path.join(root, "run", "{instance}.heartbeat");
}

interface BrokerBinding {
  kind: pulumi.Output<string>;
  url?: pulumi.Input<string>;
  resources: pulumi.Resource[];
}
