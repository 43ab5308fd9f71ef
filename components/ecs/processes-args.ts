import type * as pulumi from "@pulumi/pulumi";
import type { Revision, Workload } from "../app";
import type { Binding } from "../binding";
import type { Transforms } from "../component";
import type { Settings } from "../config";
import type { ContainerHost, ServiceArgs, TaskArgs, TaskRunnerArgs } from "../container";
import type { Bootstrap } from "../database";
import type { AppImage } from "../image";
import type { SecurityGroupArgs } from "../network";
import type { AutoscalingArgs } from "./args";
import type { AppBinding } from "./environment";
import type { LoadBalancer } from "./load-balancer";

/** What runs once, before the services, in this order. */
export type JobName = "bootstrap" | "migrate" | "seed";

/** Children of the processes, by role. */
export interface ProcessesChildren {
  /** Security groups of the tasks, keyed by process, and `jobs`. */
  guard: SecurityGroupArgs;
  /** Makes the application's user of the database. */
  bootstrap: TaskArgs;
  migrate: TaskArgs;
  seed: TaskArgs;
  /** Runs those three. */
  jobs: TaskRunnerArgs;
  /** What the state says of the database. */
  schema: pulumi.StashArgs;
  web: ServiceArgs;
  worker: ServiceArgs;
  beat: ServiceArgs;
  /** Keyed by process. */
  autoscaling: AutoscalingArgs;
}

/** Arguments of {@link Processes}. */
export interface ProcessesArgs {
  workload: Workload;
  /** Version of the release that runs. */
  release: string;
  /** What its migrations make of the database. */
  revisions: readonly Revision[];
  host: ContainerHost;
  /** The worker's image runs beat and the jobs too; an application without Celery has none. */
  images: { web: AppImage; worker: AppImage | undefined };
  loadBalancer: LoadBalancer;
  /** What the processes use: each lets them in. */
  bindings: readonly Binding[];
  /** What every process is told. */
  app: AppBinding;
  /** The database, for the way out to one that is there already. */
  database: Settings["ecs"]["database"];
  /** How the application's user of the database is made; absent for a database that is there already. */
  bootstrap: Bootstrap | undefined;
  deployment: Settings["ecs"]["deployment"];
  autoscaling: Settings["ecs"]["autoscaling"];
  /** Names in SQS of the queues that the workers empty; none with other brokers. */
  queueNames: pulumi.Output<string>[];
  /** True leaves the database as it is. */
  keepDatabase: boolean;
  transform?: Transforms<ProcessesChildren>;
}
