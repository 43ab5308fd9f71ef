import type * as pulumi from "@pulumi/pulumi";
import type { Revision, Workload } from "../app";
import type { BrokerArgs } from "../broker";
import type { CacheArgs } from "../cache";
import type { Transforms } from "../component";
import type { Settings } from "../config";
import type { DatabaseArgs } from "../database";
import type { AppImageArgs, BringImage } from "../image";
import type { MonitoringArgs } from "../monitoring";
import type { NetworkArgs } from "../network";
import type { StoredSecretArgs } from "../secrets";
import type { ClusterArgs, LoadBalancerArgs } from "./args";
import type { ProcessesChildren } from "./processes-args";

/** The parts of an `EcsStack` by role, each a component: its own `transform` reaches the resources in it. */
export interface EcsStackChildren extends ProcessesChildren {
  network: NetworkArgs;
  cluster: ClusterArgs;
  loadBalancer: LoadBalancerArgs;
  database: DatabaseArgs;
  broker: BrokerArgs;
  cache: CacheArgs;
  /** The generated signing key. */
  secretKey: StoredSecretArgs;
  /** The application's own secrets. */
  secrets: StoredSecretArgs;
  /** Keyed by `web` and `worker`. */
  image: AppImageArgs;
  monitoring: MonitoringArgs;
}

/** The images of a release, each by its digest: `host/name@sha256:…`. */
export interface KeptImages {
  kind: "images";
  /** Version of the release. */
  release: string;
  web: string;
  /** Absent for an application without Celery. */
  worker?: string;
  /** Puts an image into a repository of the stack, where it lies in another one. @default it runs from where it lies */
  bring?: BringImage;
}

/** Arguments of an `EcsStack`. */
export interface EcsStackArgs {
  /** The application, as `describeWorkload` returns it for the server `nginx-uwsgi`. */
  workload: Workload;
  environment: Settings["environment"];
  /** Where and with what it runs on AWS. */
  ecs: Settings["ecs"];
  /** Secret environment variables of the application. @default none */
  secrets?: pulumi.Input<Record<string, string>>;
  /** Names of those variables, which are no secret. @default none */
  secretNames?: readonly string[];
  /** Longest ETA or countdown of a task in seconds; brokers that deliver again wait longer. @default 0 */
  longestEta?: number;
  /** Folder on this machine that the contexts of the image builds are written to. Absolute. */
  folder: string;
  /** True leaves the database as it is, as a rollback to an older release must. @default false */
  keepDatabase?: boolean;
  /** What the release's migrations make of the database. @default those of the workload */
  revisions?: readonly Revision[];
  /** An older release whose images are deployed instead of new ones. @default none */
  reuse?: KeptImages;
  /** Changes to single parts before they are made. @default none */
  transform?: Transforms<EcsStackChildren>;
}
