import * as path from "node:path";
import { getHostedZoneOutput } from "@pulumi/aws/elasticbeanstalk/getHostedZone";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getRegionOutput } from "@pulumi/aws/getRegion";
import { Record as DnsRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import { headsOf, releaseTag, type Process } from "../app";
import { Broker } from "../broker";
import { Cache } from "../cache";
import { DomainCertificate } from "../certificate";
import { Component } from "../component";
import { Database } from "../database";
import { Monitoring } from "../monitoring";
import { Network } from "../network";
import { schemaRecord } from "../schema-record";
import { randomPassword, StoredSecret } from "../secrets";
import { bindInstances } from "./app-binding";
import type { EnvironmentRole } from "./args";
import { writeBundle, type Bundle } from "./bundle";
import { Environment } from "./environment";
import { fileBinding, processesByEnvironment, type Environments, type Needs } from "./needs";
import { Releases } from "./releases";
import { ServiceRole } from "./service-role";
import type { BeanstalkStackArgs, BeanstalkStackChildren } from "./stack-args";
import { watched } from "./watched";

/**
 * An application on AWS Elastic Beanstalk: an environment for its web process, one for its workers where they are apart,
 * and a database, a broker and a cache that outlive both.
 *
 * A release is a bundle in S3 and a version for each environment. An instance installs it, migrates the database unless
 * another one has, proves that it loads, and only then answers; the workers go first. What fails on the way fails the
 * deployment, and Elastic Beanstalk keeps or brings back what ran, as its way of deploying says.
 *
 * @example
 * ```ts
 * const settings = checkSettings({ app: { name: "blog", … }, targets: ["beanstalk"] }, { stack: "prod", available: ["beanstalk"] });
 * const workload = await describeWorkload(settings, __dirname, "prod", "gevent");
 * const { environment, beanstalk } = settings;
 * const stack = new BeanstalkStack("blog", { workload, environment, beanstalk, folder: "/home/me/.blog" }, { providers: [aws] });
 * export const url = stack.url;
 * ```
 */
export class BeanstalkStack extends Component<BeanstalkStackChildren> {
  /** Where the application answers. */
  readonly url: pulumi.Output<string>;
  /** Version of the release that runs. */
  readonly release: pulumi.Output<string>;
  /** JSON: `web` and `worker` -> name of the environment. */
  readonly environments: pulumi.Output<string>;
  /** JSON: `web` and `worker` -> label of the version in Elastic Beanstalk. */
  readonly versions: pulumi.Output<string>;
  /** Host of the database; empty for one that is there already, and for a file. */
  readonly database: pulumi.Output<string>;
  /** JSON: Celery queue -> its URL in SQS; empty for other brokers. */
  readonly queues: pulumi.Output<string>;
  /** Page of the dashboard; absent without one. */
  readonly dashboard?: pulumi.Output<string>;

  private readonly region: pulumi.Output<string>;
  /** `<environment>-<application>`: what everything that needs a name of its own starts with. */
  private readonly title: string;
  /** Version of the release that is deployed. */
  private readonly version: string;
  private readonly processes: Partial<Record<EnvironmentRole, Process[]>>;

  constructor(
    name: string,
    private readonly args: BeanstalkStackArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("beanstalk:BeanstalkStack", name, args.transform, opts);
    const { workload, environment, beanstalk, reuse } = args;
    this.version = reuse?.release ?? workload.release.version;
    this.title = `${environment}-${workload.name}`;
    this.region = getRegionOutput({}, { parent: this }).region;
    this.processes = processesByEnvironment(workload, beanstalk);
    const network = new Network(...this.child("network", { network: beanstalk.network }));
    const certificateArn = this.certificateArn();
    const serviceRole = new ServiceRole(...this.child("serviceRole", { managedUpdates: beanstalk.updates.enabled }));
    const releases = this.releases(serviceRole, certificateArn !== undefined);
    const needs = this.needs(network);
    const environments = this.run({ network, serviceRole, releases, certificateArn, ...needs });
    this.url = this.address(environments.web, certificateArn !== undefined);
    const all = Object.entries(environments) as [EnvironmentRole, Environment][];
    // Not before every environment runs it: a deployment that fails on the way leaves the output as it was.
    this.release = pulumi.all(all.map(([, own]) => own.environment.id)).apply(() => this.version);
    this.environments = pulumi.jsonStringify(Object.fromEntries(all.map(([role, own]) => [role, own.environmentName])));
    this.versions = pulumi.jsonStringify(Object.fromEntries(releases.labels));
    this.database = needs.database?.endpoint ?? pulumi.output("");
    this.queues = pulumi.jsonStringify(needs.broker?.queueUrls ?? {});
    const monitoring = watched(beanstalk, { title: this.title, region: this.region, environments, ...needs });
    if (monitoring !== undefined) {
      const dashboard = new Monitoring(...this.child("monitoring", monitoring)).dashboardUrl;
      if (dashboard !== undefined) this.dashboard = dashboard;
    }
    this.registerOutputs({ url: this.url, release: this.release, environments: this.environments });
  }

  private certificateArn(): pulumi.Input<string> | undefined {
    const { loadBalancer, web } = this.args.beanstalk;
    const { certificateArn, domain } = loadBalancer;
    if (web.kind === "single" || certificateArn !== undefined || domain === undefined) return certificateArn;
    return new DomainCertificate(...this.child("certificate", { domain })).arn;
  }

  private releases(serviceRole: ServiceRole, secure: boolean): Releases {
    const { workload, beanstalk, folder, reuse } = this.args;
    const roles = Object.keys(this.processes) as EnvironmentRole[];
    const bundle = (role: EnvironmentRole): Promise<Bundle> => {
      const args = { role, workload, processes: this.processes[role] ?? [], secure };
      return writeBundle(args, path.join(folder, "bundles"));
    };
    const each = <T>(of: (role: EnvironmentRole) => T): Partial<Record<EnvironmentRole, T>> =>
      Object.fromEntries(roles.map((role) => [role, of(role)]));
    return new Releases(
      ...this.child("releases", {
        applicationName: this.title,
        bundles: reuse === undefined ? each(bundle) : {},
        ...(reuse && { kept: each((role) => reuse[role] ?? "") }),
        label: releaseTag(workload.release, new Date()),
        schemaHeads: headsOf(workload.release.revisions),
        keep: beanstalk.keepVersions,
        serviceRole,
      }),
    );
  }

  /** What a release runs with, and that outlives its environments. */
  private needs({ vpcId, privateSubnetIds }: Network): Needs {
    const { workload, beanstalk, longestEta = 0 } = this.args;
    const { variables, needs, name, release } = workload;
    const place = { vpcId, subnetIds: privateSubnetIds, region: this.region };
    const { database: wanted } = beanstalk;
    const database =
      wanted.engine === "sqlite"
        ? undefined
        : new Database(
            ...this.child("database", {
              database: wanted,
              appName: name,
              user: "master",
              variable: variables.database,
              requirements: release.requirements,
              ...place,
            }),
          );
    const results = variables.resultBackend === undefined ? {} : { resultVariable: variables.resultBackend };
    const broker = needs.broker
      ? new Broker(
          ...this.child("broker", {
            broker: beanstalk.broker,
            host: place,
            variable: variables.broker,
            ...results,
            longestEta,
          }),
        )
      : undefined;
    const cache = new Cache(
      ...this.child("cache", { cache: beanstalk.cache, host: place, variable: variables.cacheHost }),
    );
    const bindings = [
      database?.binding ?? fileBinding(variables.database),
      ...(broker === undefined ? [] : [broker.binding]),
      cache.binding,
    ];
    return { database, broker, bindings };
  }

  private secrets(): Record<string, StoredSecret> {
    const { workload, secrets = {}, secretNames = [] } = this.args;
    const all = pulumi.secret(secrets);
    const own = secretNames.map((key) => {
      const description = `${key} of ${this.title}`;
      const value = all.apply((texts) => texts[key] ?? "");
      return [key, new StoredSecret(...this.child("secret", { value, description }, { key }))] as const;
    });
    const generated = { value: randomPassword(), generated: true, description: `Signing key of ${this.title}` };
    const key = new StoredSecret(...this.child("secretKey", generated));
    return { ...Object.fromEntries(own), [workload.variables.secretKey]: key };
  }

  /**
   * Notes what the release makes of the database. Before it does: the first instance migrates, and the deployment may fail
   * on what comes after that.
   */
  private record(): pulumi.Resource[] {
    const { workload, keepDatabase = false } = this.args;
    if (workload.jobs.migrate === undefined) return [];
    const { args, options } = schemaRecord(workload.release.revisions, keepDatabase);
    return [new pulumi.Stash(...this.child("schema", args, options))];
  }

  /** Makes the environments, one after another: whoever takes tasks before whoever sends them. */
  private run({ network, serviceRole, releases, certificateArn, bindings }: Foundation): Environments {
    const { workload, beanstalk, keepDatabase = false } = this.args;
    const secrets = this.secrets();
    const { vpcId, privateSubnetIds: subnetIds, publicSubnetIds } = network;
    const shared = {
      workload,
      beanstalk,
      applicationName: releases.applicationName,
      place: { vpcId, subnetIds, publicSubnetIds, region: this.region },
      account: getCallerIdentityOutput({}, { parent: this }).accountId,
      serviceRoleArn: serviceRole.arn,
      bindings,
      app: bindInstances(workload, bindings, secrets, keepDatabase ? this.version : undefined),
    };
    const ready = [
      ...serviceRole.ready,
      ...network.ready,
      ...network.publicReady,
      ...bindings.flatMap((binding) => binding.ready),
      ...Object.values(secrets).map((secret) => secret.ready),
      ...this.record(),
    ];
    const make = (role: EnvironmentRole, after: pulumi.Resource[]): Environment => {
      const own = {
        role,
        environmentName: `${this.title}-${role}`,
        processes: this.processes[role] ?? [],
        versionLabel: releases.labels.get(role) ?? pulumi.output(""),
        ...(role === "web" && certificateArn !== undefined && { certificateArn }),
        dependsOn: [...ready, ...after],
      };
      return new Environment(...this.child("environment", { ...shared, ...own }, { key: role }));
    };
    if (this.processes.worker === undefined) return { web: make("web", []) };
    const worker = make("worker", []);
    return { worker, web: make("web", [worker.environment]) };
  }

  /** Gives the application its name; returns where it answers. */
  private address({ cname, environment }: Environment, secure: boolean): pulumi.Output<string> {
    const { web, loadBalancer } = this.args.beanstalk;
    const domain = web.kind === "balanced" ? loadBalancer.domain : undefined;
    if (domain !== undefined) {
      const zone = getHostedZoneOutput({}, { parent: this });
      const target = { name: cname, zoneId: zone.id, evaluateTargetHealth: true };
      const address = { zoneId: domain.zoneId, name: domain.name, type: "A", aliases: [target] };
      new DnsRecord(...this.child("address", address, { dependsOn: [environment] }));
    }
    return pulumi.interpolate`${secure ? "https" : "http"}://${domain?.name ?? cname}`;
  }
}

/** What the environments run on and with. */
interface Foundation extends Needs {
  network: Network;
  serviceRole: ServiceRole;
  releases: Releases;
  certificateArn: pulumi.Input<string> | undefined;
}
