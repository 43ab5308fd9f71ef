import * as pulumi from "@pulumi/pulumi";
import type { Process, Role } from "../app";
import { Component } from "../component";
import { ContainerService, Task, TaskRunner, type ServiceArgs, type TaskArgs } from "../container";
import { outsidePort } from "../database";
import { HEALTH_COMMAND, PORT, type AppImage } from "../image";
import { SecurityGroup } from "../network";
import { schemaRecord } from "../schema-record";
import { Autoscaling } from "./autoscaling";
import type { JobName, ProcessesArgs, ProcessesChildren } from "./processes-args";

/** Script of every release that makes the application's user of the database. */
const BOOTSTRAP = ["python", ".slipway/slipway_database.py"];
const HTTPS = 443;
/** Seconds in which a process may load the application. */
const START_SECONDS = 60;
/** One scheduler at a time: the old one is gone before the new one starts. */
const ONE_AT_MOST = { minimumHealthyPercent: 0, maximumPercent: 100 };

/**
 * The processes of an application as services of ECS, and the jobs that go before them: the database's user is made,
 * the database migrated, a new one filled; then the services are replaced, whoever takes tasks before whoever sends
 * them, each when the one before it is steady.
 */
export class Processes extends Component<ProcessesChildren> {
  /** The services, in the order in which a rollout replaces them. */
  readonly services = new Map<Role, ContainerService>();
  /** The jobs, in the order in which they run. */
  readonly jobs: readonly { name: JobName; task: Task }[];
  /** Security group of the jobs; absent without any. */
  readonly jobsGuard: SecurityGroup | undefined;

  constructor(
    name: string,
    private readonly args: ProcessesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ecs:Processes", name, args.transform, opts);
    this.jobs = this.makeJobs();
    this.jobsGuard = this.jobs.length === 0 ? undefined : this.guard("jobs");
    const ready = this.prepare();
    for (const process of args.workload.processes) {
      const service = this.run(process, ready);
      this.services.set(process.role, service);
      ready.push(service.service);
      if (process.role !== "beat" && process.count.min < process.count.max) this.scale(process, service);
    }
    this.registerOutputs({});
  }

  /** The group of a process's tasks: out to what they use and to HTTPS, and in from the load balancer at most. */
  private guard(role: Role | "jobs"): SecurityGroup {
    const { host, bindings, database, loadBalancer } = this.args;
    const inputs = { vpcId: host.vpcId, description: `Tasks of the application: ${role}` };
    const guard = new SecurityGroup(...this.child("guard", inputs, { key: role }));
    guard.allowOut("https");
    for (const { endpoint } of bindings) endpoint?.securityGroup.allow(guard, endpoint.port, role);
    const outside = outsidePort(database);
    if (outside !== undefined && outside !== HTTPS) guard.allowOut("database", outside);
    if (role === "web") guard.allow(loadBalancer.guard, PORT, "loadBalancer");
    return guard;
  }

  /** Runs the jobs; returns what the services have to wait for. */
  private prepare(): pulumi.Resource[] {
    const { host, bindings, release, bootstrap, keepDatabase, revisions } = this.args;
    const ready = bindings.flatMap((binding) => binding.ready);
    if (this.jobsGuard === undefined) return ready;
    const tasks = this.jobs.map(({ task }) => task);
    const runner = new TaskRunner(...this.child("jobs", { host, tasks, securityGroup: this.jobsGuard }));
    const runs = {
      bootstrap: { triggers: bootstrap === undefined ? {} : { database: bootstrap.trigger }, repeat: "triggers" },
      migrate: { triggers: { release }, repeat: keepDatabase ? "never" : "definition" },
      seed: { triggers: {}, repeat: "never" },
    } as const;
    for (const { name, task } of this.jobs) {
      ready.push(runner.run(name, { task, ...runs[name], dependsOn: [...ready] }));
      if (name !== "migrate") continue;
      const { args, options } = schemaRecord(revisions, keepDatabase);
      ready.push(new pulumi.Stash(...this.child("schema", args, { ...options, dependsOn: [...ready] })));
    }
    return ready;
  }

  private makeJobs(): { name: JobName; task: Task }[] {
    const { workload, images, app, bootstrap, host } = this.args;
    const { migrate, seed } = workload.jobs;
    const jobs: { name: JobName; task: Task }[] = [];
    const add = (name: JobName, own: Pick<TaskArgs, "command" | "environment" | "secrets" | "statements">): void => {
      const image = imageOf(images.worker ?? images.web);
      const inputs = { host, ...image, ...largest(workload.processes), ...own, readOnlyRoot: true };
      jobs.push({ name, task: new Task(...this.child(name, inputs)) });
    };
    if (bootstrap !== undefined) {
      add("bootstrap", { command: BOOTSTRAP, environment: bootstrap.environment, secrets: bootstrap.secrets });
    }
    if (migrate !== undefined) add("migrate", { ...app, command: migrate });
    if (seed !== undefined) add("seed", { ...app, command: seed });
    return jobs;
  }

  private run(process: Process, ready: readonly pulumi.Resource[]): ContainerService {
    const { host, images, app, deployment } = this.args;
    const { role, command, count, cpu, memory, stopTimeout } = process;
    const image = role === "web" ? images.web : (images.worker ?? images.web);
    const inputs: ServiceArgs = {
      host,
      ...imageOf(image),
      // The web image starts its servers by itself.
      ...(role !== "web" && { command }),
      cpu,
      memory,
      ...app,
      stopTimeout,
      readOnlyRoot: true,
      healthCheck: { command: [...HEALTH_COMMAND], interval: 10, timeout: 5, retries: 3, startPeriod: START_SECONDS },
      count,
      deployment: role === "beat" ? ONE_AT_MOST : deployment,
      securityGroup: this.guard(role),
      ...(role === "web" && this.balancing()),
      dependsOn: [...ready, ...(role === "web" ? this.args.loadBalancer.ready : [])],
    };
    return new ContainerService(...this.child(role, inputs));
  }

  private balancing(): Pick<ServiceArgs, "port" | "targetGroup"> {
    const arn = this.args.loadBalancer.targetGroupArn;
    return { port: PORT, targetGroup: { arn, graceSeconds: START_SECONDS } };
  }

  private scale({ role, count }: Process, { serviceName }: ContainerService): void {
    const { host, autoscaling, loadBalancer, queueNames } = this.args;
    const { arnSuffix, targetGroupArnSuffix } = loadBalancer;
    const inputs = {
      clusterName: host.clusterName,
      serviceName,
      count,
      autoscaling,
      ...(role === "web" && { requestsOf: pulumi.interpolate`${arnSuffix}/${targetGroupArnSuffix}` }),
      ...(role === "worker" && { queueNames }),
    };
    new Autoscaling(...this.child("autoscaling", inputs, { key: role }));
  }
}

function imageOf({ uri, repositoryArn }: AppImage): Pick<TaskArgs, "image" | "repositoryArns"> {
  return { image: uri, ...(repositoryArn !== undefined && { repositoryArns: [repositoryArn] }) };
}

/** Size of a job: what the largest process has, as it loads the same application. */
function largest(processes: readonly Process[]): Pick<TaskArgs, "cpu" | "memory"> {
  return {
    cpu: Math.max(...processes.map(({ cpu }) => cpu)),
    memory: Math.max(...processes.map(({ memory }) => memory)),
  };
}
