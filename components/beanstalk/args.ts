import type { ApplicationArgs } from "@pulumi/aws/elasticbeanstalk/application";
import type { ApplicationVersionArgs } from "@pulumi/aws/elasticbeanstalk/applicationVersion";
import type { EnvironmentArgs as AwsEnvironmentArgs } from "@pulumi/aws/elasticbeanstalk/environment";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup";
import type { InstanceProfileArgs } from "@pulumi/aws/iam/instanceProfile";
import type { RoleArgs } from "@pulumi/aws/iam/role";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy";
import type { RolePolicyAttachmentArgs } from "@pulumi/aws/iam/rolePolicyAttachment";
import type { BucketArgs } from "@pulumi/aws/s3/bucket";
import type { BucketLifecycleConfigurationArgs } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import type { BucketObjectv2Args } from "@pulumi/aws/s3/bucketObjectv2";
import type { BucketPolicyArgs } from "@pulumi/aws/s3/bucketPolicy";
import type { BucketPublicAccessBlockArgs } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import type { BucketServerSideEncryptionConfigurationArgs } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import type { BucketVersioningArgs } from "@pulumi/aws/s3/bucketVersioning";
import type { QueueArgs } from "@pulumi/aws/sqs/queue";
import type { QueuePolicyArgs } from "@pulumi/aws/sqs/queuePolicy";
import type * as pulumi from "@pulumi/pulumi";
import type { Process, Workload } from "../app";
import type { Binding, PolicyStatement } from "../binding";
import type { Transforms } from "../component";
import type { Settings } from "../config";
import type { Place, SecurityGroupArgs } from "../network";
import type { Bundle } from "./bundle";

/** An environment of the application: what answers, and what works where that is apart. */
export type EnvironmentRole = "web" | "worker";

/** What the target is asked for. */
export type Beanstalk = Settings["beanstalk"];

/** Children of the releases, by role. */
export interface ReleasesChildren {
  bucket: BucketArgs;
  versioning: BucketVersioningArgs;
  encryption: BucketServerSideEncryptionConfigurationArgs;
  access: BucketPublicAccessBlockArgs;
  policy: BucketPolicyArgs;
  lifecycle: BucketLifecycleConfigurationArgs;
  /** Lets Elastic Beanstalk remove versions that are too old. */
  cleaning: RolePolicyArgs;
  application: ApplicationArgs;
  /** Keyed by environment. */
  bundle: BucketObjectv2Args;
  /** Keyed by environment. */
  version: ApplicationVersionArgs;
}

/** Arguments of {@link Releases}. */
export interface ReleasesArgs {
  /** Name of the application in Elastic Beanstalk. */
  applicationName: string;
  /** What is shipped to each environment. */
  bundles: Partial<Record<EnvironmentRole, pulumi.Input<Bundle>>>;
  /** Labels of versions that are deployed as they are. @default none */
  kept?: Partial<Record<EnvironmentRole, string>>;
  /** Label of the versions, without the environment. */
  label: string;
  /** Newest revisions of the database that the release knows. */
  schemaHeads: readonly string[];
  /** Releases that can be put back. */
  keep: number;
  /** What Elastic Beanstalk removes old versions as. */
  serviceRole: { arn: pulumi.Output<string>; roleName: pulumi.Output<string> };
  transform?: Transforms<ReleasesChildren>;
}

/** Children of the service role, by role. */
export interface ServiceRoleChildren {
  role: RoleArgs;
  /** Keyed by what each policy of AWS is for: `health`, `updates`. */
  policy: RolePolicyAttachmentArgs;
}

/** Arguments of {@link ServiceRole}. */
export interface ServiceRoleArgs {
  /** Whether Elastic Beanstalk renews the platform by itself. */
  managedUpdates: boolean;
  transform?: Transforms<ServiceRoleChildren>;
}

/** Children of an environment, by role. */
export interface EnvironmentChildren {
  /** What its instances may do. */
  role: RoleArgs;
  policy: RolePolicyArgs;
  profile: InstanceProfileArgs;
  /** Of the instances. */
  guard: SecurityGroupArgs;
  /** Of the load balancer. */
  balancerGuard: SecurityGroupArgs;
  /** Logs of processes that Elastic Beanstalk does not stream by itself, keyed by process. */
  logs: LogGroupArgs;
  /** What the platform of a worker environment listens to; nothing is sent there. */
  idle: QueueArgs;
  idlePolicy: QueuePolicyArgs;
  environment: AwsEnvironmentArgs;
}

/** Arguments of {@link Environment}. */
export interface EnvironmentArgs {
  role: EnvironmentRole;
  environmentName: string;
  workload: Workload;
  beanstalk: Beanstalk;
  /** Processes that run on each of its instances. */
  processes: readonly Process[];
  applicationName: pulumi.Output<string>;
  versionLabel: pulumi.Output<string>;
  place: Place & { publicSubnetIds: pulumi.Output<string>[] };
  account: pulumi.Output<string>;
  serviceRoleArn: pulumi.Output<string>;
  /** Certificate of the load balancer. @default none: HTTP alone */
  certificateArn?: pulumi.Input<string>;
  /** What the processes use: each lets the instances in. */
  bindings: readonly Binding[];
  /** What every process is told. */
  app: AppBinding;
  /** What must be there before it starts. */
  dependsOn: pulumi.Resource[];
  transform?: Transforms<EnvironmentChildren>;
}

/** What every instance of an application has in common. */
export interface AppBinding {
  environment: Record<string, pulumi.Input<string>>;
  /** Environment variable -> ARN of a secret. */
  secrets: Record<string, pulumi.Input<string>>;
  statements: PolicyStatement[];
}
