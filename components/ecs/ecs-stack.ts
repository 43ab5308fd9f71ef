import { getRegionOutput } from "@pulumi/aws/getRegion";
import * as pulumi from "@pulumi/pulumi";
import type { Revision } from "../app";
import type { Binding } from "../binding";
import { Broker } from "../broker";
import { Cache } from "../cache";
import { Component } from "../component";
import type { Settings } from "../config";
import type { ContainerHost, Task } from "../container";
import { Database } from "../database";
import { AppImage, PORT } from "../image";
import { Monitoring, type MonitoringArgs } from "../monitoring";
import { Network } from "../network";
import { randomPassword, StoredSecret } from "../secrets";
import { Cluster } from "./cluster";
import { bindTasks, type AppSecrets } from "./environment";
import { LoadBalancer } from "./load-balancer";
import { endpointServices, scalesByBacklog } from "./needs";
import { Processes } from "./processes";
import type { EcsStackArgs, EcsStackChildren } from "./stack-args";

/**
 * An application on AWS ECS: its web, worker and beat processes as services behind a load balancer, in a network with a
 * database, a broker and a cache.
 *
 * A release is built into images and pushed; the database is migrated; then the services are replaced one after another,
 * each waited for. What fails on the way leaves the services behind it as they were, and ECS puts a service whose new
 * tasks do not become healthy back to its old ones.
 *
 * @example
 * ```ts
 * const settings = checkSettings({ app: { name: "blog", … }, targets: ["ecs"] }, { stack: "prod", available: ["ecs"] });
 * const workload = await describeWorkload(settings, __dirname, "prod", "nginx-uwsgi");
 * const { environment, ecs } = settings;
 * const stack = new EcsStack("blog", { workload, environment, ecs, folder: "/home/me/.blog" }, { providers: [aws] });
 * export const url = stack.url;
 * ```
 */
export class EcsStack extends Component<EcsStackChildren> {
  /** Where the application answers. */
  readonly url: pulumi.Output<string>;
  /** Version of the release that runs. */
  readonly release: pulumi.Output<string>;
  /** Name of the ECS cluster. */
  readonly cluster: pulumi.Output<string>;
  /** JSON: process -> name of its ECS service. */
  readonly services: pulumi.Output<string>;
  /** JSON: process or job -> ARN of the task definition that it is to run. */
  readonly definitions: pulumi.Output<string>;
  /** Security group of the jobs; absent without any. */
  readonly jobsGroup?: pulumi.Output<string>;
  /** JSON: `web` and `worker` -> digest of the image. */
  readonly images: pulumi.Output<string>;
  /** Host of the database; empty for one that is there already. */
  readonly database: pulumi.Output<string>;
  /** JSON: Celery queue -> its URL in SQS; empty for other brokers. */
  readonly queues: pulumi.Output<string>;
  /** Page of the dashboard; absent without one. */
  readonly dashboard?: pulumi.Output<string>;

  private readonly region: pulumi.Output<string>;
  /** `<environment>-<application>`: what the cluster is called, and its dashboard. */
  private readonly title: string;

  constructor(
    name: string,
    private readonly args: EcsStackArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ecs:EcsStack", name, args.transform, opts);
    const { workload, ecs, environment, keepDatabase = false, transform } = args;
    this.title = `${environment}-${workload.name}`;
    this.region = getRegionOutput({}, { parent: this }).region;
    const base = this.foundation();
    const { host, loadBalancer, database, broker, bindings } = base;
    const images = this.build();
    const { services, jobs, jobsGuard } = new Processes(
      name,
      {
        workload,
        ...this.released(),
        host,
        images,
        loadBalancer,
        bindings,
        app: bindTasks(workload, bindings, this.secrets()),
        database: ecs.database,
        bootstrap: database.bootstrap,
        deployment: ecs.deployment,
        autoscaling: ecs.autoscaling,
        queueNames: Object.values(broker?.queueNames ?? {}),
        keepDatabase,
        ...(transform !== undefined && { transform }),
      },
      { parent: this },
    );
    const names = Object.fromEntries([...services].map(([role, { serviceName }]) => [role, serviceName]));
    this.url = loadBalancer.url;
    // Not before every service is steady: a deployment that fails on the way leaves the output as it was.
    const steady = pulumi.all([...services.values()].map(({ service }) => service.id));
    this.release = steady.apply(() => this.released().release);
    this.cluster = host.clusterName;
    this.services = pulumi.jsonStringify(names);
    this.definitions = definitionsOf([...[...services].map(([of, { task }]) => ({ name: of, task })), ...jobs]);
    if (jobsGuard !== undefined) this.jobsGroup = jobsGuard.id;
    this.images = pulumi.jsonStringify({
      web: images.web.digest,
      ...(images.worker && { worker: images.worker.digest }),
    });
    this.database = database.endpoint;
    this.queues = pulumi.jsonStringify(broker?.queueUrls ?? {});
    const dashboard = this.watch(base, names);
    if (dashboard !== undefined) this.dashboard = dashboard;
    this.registerOutputs({ url: this.url, release: this.release, cluster: this.cluster, services: this.services });
  }

  /** Which release runs, and what its migrations make of the database. */
  private released(): { release: string; revisions: readonly Revision[] } {
    const { workload, ecs, reuse, revisions } = this.args;
    // What an image that the config names migrates to is not for the source here to say.
    const isNamed = (ecs.image.worker ?? ecs.image.web) !== undefined;
    return {
      release: reuse?.release ?? workload.release.version,
      revisions: revisions ?? (isNamed ? [] : workload.release.revisions),
    };
  }

  /** Everything that a release runs on and with, and that outlives it. */
  private foundation(): Foundation {
    const { workload, ecs, environment, longestEta = 0 } = this.args;
    const { variables, needs, name, release, health } = workload;
    const services = endpointServices(ecs, needs);
    const { vpcId, publicSubnetIds, privateSubnetIds, ready, publicReady } = new Network(
      ...this.child("network", { network: ecs.network, services }),
    );
    const { host } = new Cluster(
      ...this.child("cluster", {
        clusterName: this.title,
        capacity: ecs.capacity,
        insights: environment !== "dev" || scalesByBacklog(workload, ecs),
        vpcId,
        subnetIds: privateSubnetIds,
        ready,
        logDays: ecs.monitoring.logDays,
        exec: ecs.exec,
        region: this.region,
        tags: ecs.tags,
      }),
    );
    const balancing = { loadBalancer: ecs.loadBalancer, appName: name, port: PORT, healthPath: health.ready };
    const loadBalancer = new LoadBalancer(
      ...this.child("loadBalancer", { ...balancing, vpcId, subnetIds: publicSubnetIds, ready: publicReady }),
    );
    const { requirements } = release;
    const storing = { database: ecs.database, appName: name, variable: variables.database, requirements };
    const database = new Database(...this.child("database", { ...storing, vpcId, subnetIds: privateSubnetIds }));
    const broker = needs.broker ? this.broker(host, longestEta) : undefined;
    const cache = new Cache(...this.child("cache", { cache: ecs.cache, host, variable: variables.cacheHost }));
    const bindings = [database, ...(broker === undefined ? [] : [broker]), cache].map(({ binding }) => binding);
    return { host, loadBalancer, database, broker, bindings };
  }

  private broker(host: ContainerHost, longestEta: number): Broker {
    const { workload, ecs } = this.args;
    const { broker: variable, resultBackend } = workload.variables;
    const results = resultBackend === undefined ? {} : { resultVariable: resultBackend };
    return new Broker(...this.child("broker", { broker: ecs.broker, host, variable, ...results, longestEta }));
  }

  private secrets(): AppSecrets {
    const { secrets = {}, secretNames: names = [] } = this.args;
    const key = new StoredSecret(
      ...this.child("secretKey", {
        value: randomPassword(),
        generated: true,
        description: `Signing key of ${this.title}`,
      }),
    );
    if (names.length === 0) return { key, own: undefined, names };
    const own = new StoredSecret(
      ...this.child("secrets", {
        value: pulumi.jsonStringify(pulumi.secret(secrets)),
        description: `Secret environment variables of ${this.title}`,
      }),
    );
    return { key, own, names };
  }

  /** Builds and pushes the images; an application without Celery needs one alone. */
  private build(): { web: AppImage; worker: AppImage | undefined } {
    const { workload, ecs, folder, reuse } = this.args;
    const { architecture } = ecs.capacity;
    const image = (role: "web" | "worker"): AppImage => {
      const kept = reuse?.[role];
      const inputs = {
        role,
        workload,
        image: ecs.image,
        architecture,
        folder,
        ...(kept !== undefined && { reuse: kept, ...(reuse?.bring && { bring: reuse.bring }) }),
      };
      return new AppImage(...this.child("image", inputs, { key: role }));
    };
    return { web: image("web"), worker: workload.needs.broker ? image("worker") : undefined };
  }

  /** @returns page of the dashboard, where there is one */
  private watch(base: Foundation, services: Record<string, pulumi.Output<string>>): pulumi.Output<string> | undefined {
    const { monitoring, database: wanted } = this.args.ecs;
    if (!monitoring.alarms && !monitoring.dashboard) return undefined;
    const { host, loadBalancer, database, broker } = base;
    const { instance } = database;
    const inputs: MonitoringArgs = {
      monitoring,
      title: this.title,
      region: this.region,
      loadBalancer,
      ecs: { cluster: { name: host.clusterName, arn: host.clusterArn }, services },
      ...(wanted.engine !== "url" && instance !== undefined && { database: watched(wanted, instance.identifier) }),
      queues: broker?.queueNames ?? {},
      ...(broker?.deadLetterName !== undefined && { deadLetterQueue: broker.deadLetterName }),
    };
    return new Monitoring(...this.child("monitoring", inputs)).dashboardUrl;
  }
}

function definitionsOf(tasks: readonly { name: string; task: Task }[]): pulumi.Output<string> {
  return pulumi.jsonStringify(Object.fromEntries(tasks.map(({ name, task }) => [name, task.definitionArn])));
}

/** What a release runs on and with. */
interface Foundation {
  host: ContainerHost;
  loadBalancer: LoadBalancer;
  database: Database;
  broker: Broker | undefined;
  bindings: Binding[];
}

/** What alarms need to know of a database. */
function watched(
  { engine, instanceClass, storageGb }: Exclude<Settings["ecs"]["database"], { engine: "url" }>,
  identifier: pulumi.Output<string>,
): NonNullable<MonitoringArgs["database"]> {
  return { identifier, engine, instanceClass, storageGb };
}
