import type { RecordArgs } from "@pulumi/aws/route53/record";
import type * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../app";
import type { BrokerArgs } from "../broker";
import type { CacheArgs } from "../cache";
import type { DomainCertificateArgs } from "../certificate";
import type { Transforms } from "../component";
import type { Settings } from "../config";
import type { DatabaseArgs } from "../database";
import type { MonitoringArgs } from "../monitoring";
import type { NetworkArgs } from "../network";
import type { StoredSecretArgs } from "../secrets";
import type { Beanstalk, EnvironmentArgs, ReleasesArgs, ServiceRoleArgs } from "./args";

/** The parts of a `BeanstalkStack` by role, each a component: its own `transform` reaches the resources in it. */
export interface BeanstalkStackChildren {
  network: NetworkArgs;
  serviceRole: ServiceRoleArgs;
  releases: ReleasesArgs;
  certificate: DomainCertificateArgs;
  database: DatabaseArgs;
  broker: BrokerArgs;
  cache: CacheArgs;
  /** The generated signing key. */
  secretKey: StoredSecretArgs;
  /** The application's own secrets, keyed by the variable that carries each. */
  secret: StoredSecretArgs;
  /** Keyed by `web` and `worker`. */
  environment: EnvironmentArgs;
  /** The application's name in Route 53. */
  address: RecordArgs;
  /** What the state says of the database. */
  schema: pulumi.StashArgs;
  monitoring: MonitoringArgs;
}

/** The versions of an older release in Elastic Beanstalk, each by its label. */
export interface KeptVersions {
  kind: "versions";
  /** Version of the release. */
  release: string;
  web: string;
  /** Absent for a release whose workers have no environment of their own. */
  worker?: string;
}

/** Arguments of a `BeanstalkStack`. */
export interface BeanstalkStackArgs {
  /** The application, as `describeWorkload` returns it for the server `gevent`. */
  workload: Workload;
  environment: Settings["environment"];
  /** Where and with what it runs on AWS. */
  beanstalk: Beanstalk;
  /** Secret environment variables of the application. @default none */
  secrets?: pulumi.Input<Record<string, string>>;
  /** Names of those variables, which are no secret. @default none */
  secretNames?: readonly string[];
  /** Longest ETA or countdown of a task in seconds; brokers that deliver again wait longer. @default 0 */
  longestEta?: number;
  /** Folder on this machine that the bundles are written to. Absolute. */
  folder: string;
  /** True leaves the database as it is, as a rollback to an older release must. @default false */
  keepDatabase?: boolean;
  /** An older release whose versions are deployed instead of new ones. @default none */
  reuse?: KeptVersions;
  /** Changes to single parts before they are made. @default none */
  transform?: Transforms<BeanstalkStackChildren>;
}
