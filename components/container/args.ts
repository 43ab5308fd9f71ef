import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup";
import type { ServiceArgs as EcsServiceArgs } from "@pulumi/aws/ecs/service";
import type { TaskDefinitionArgs } from "@pulumi/aws/ecs/taskDefinition";
import type { AccessPointArgs } from "@pulumi/aws/efs/accessPoint";
import type { FileSystemArgs } from "@pulumi/aws/efs/fileSystem";
import type { MountTargetArgs } from "@pulumi/aws/efs/mountTarget";
import type { RoleArgs } from "@pulumi/aws/iam/role";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy";
import type { ServiceArgs as DiscoveryArgs } from "@pulumi/aws/servicediscovery/service";
import type * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../binding";
import type { Transforms } from "../component";
import type { Settings } from "../config";
import type { Place, SecurityGroup } from "../network";

/** What the containers of a stack share. */
export interface ContainerHost extends Place {
  clusterArn: pulumi.Output<string>;
  clusterName: pulumi.Output<string>;
  capacity: Settings["ecs"]["capacity"];
  /** Capacity provider that services take their machines from. */
  capacityProvider: pulumi.Input<string>;
  /** Days that logs are kept. */
  logDays: number;
  /** Whether a shell can be opened in a running container. */
  exec: boolean;
  /** Private DNS namespace of internal names. */
  namespace: { id: pulumi.Output<string>; name: string };
  /** What must be there before a task starts: machines, routes. */
  ready: pulumi.Resource[];
}

/** How ECS finds out whether a container is well. */
export interface HealthCheck {
  /** `["CMD-SHELL", "curl …"]` or `["CMD", "program", "argument"]`. */
  command: string[];
  /** Seconds between two checks, 5 to 300. @default 30 */
  interval?: number;
  /** Seconds that a check may take, 2 to 60. @default 5 */
  timeout?: number;
  /** Failures in a row before the container is replaced, 1 to 10. @default 3 */
  retries?: number;
  /** Seconds after the start in which failures do not count, 0 to 300. @default 0 */
  startPeriod?: number;
}

/** Arguments of `Task`. */
export interface TaskArgs {
  host: ContainerHost;
  /** By digest, or by a tag that never moves. */
  image: pulumi.Input<string>;
  /** Repositories of ECR that the image is pulled from. @default the one that `image` names, if it lies in ECR */
  repositoryArns?: pulumi.Input<string>[];
  /** Words of the command. @default the image's own */
  command?: string[];
  /** CPU units; 1024 are one processor. Rounded up to what Fargate offers. */
  cpu: number;
  /** MiB. Rounded up to what Fargate offers. */
  memory: number;
  /** TCP port that it listens on. @default none */
  port?: number;
  /** Plain environment variables. @default none */
  environment?: Record<string, pulumi.Input<string>>;
  /** Environment variable -> ARN of a secret, or `<ARN>:<key>::` for a key of it. @default none */
  secrets?: Record<string, pulumi.Input<string>>;
  /** What the program in it may do in AWS. @default nothing */
  statements?: PolicyStatement[];
  /** Seconds between the request to stop and the kill; 120 at most on Fargate. @default 30, which is ECS's */
  stopTimeout?: number;
  /** User, or user:group, that it runs as. @default the image's own */
  user?: string;
  healthCheck?: HealthCheck;
  /** Folder that outlives the container, on storage of its own that belongs to `uid`. @default none */
  storage?: { path: string; uid: number };
  /**
   * Whether its file system is read-only but for /tmp and its storage; ignored where the host allows shells, which
   * need to write. An image that runs as another user than root declares `VOLUME /tmp`, or it cannot write there
   * (AWS, Use bind mounts with Amazon ECS). @default false
   */
  readOnlyRoot?: boolean;
  /** Changes to single children before they are made. @default none */
  transform?: Transforms<TaskChildren & StorageChildren> | undefined;
}

/** The children of a `Task` by role. */
export interface TaskChildren {
  logs: LogGroupArgs;
  executionRole: RoleArgs;
  executionPolicy: RolePolicyArgs;
  taskRole: RoleArgs;
  taskPolicy: RolePolicyArgs;
  definition: TaskDefinitionArgs;
}

/** The children of a `Storage` by role; mount targets are keyed by zone. */
export interface StorageChildren {
  fileSystem: FileSystemArgs;
  mountTarget: MountTargetArgs;
  accessPoint: AccessPointArgs;
}

/** Arguments of `ContainerService`. */
export interface ServiceArgs extends Omit<TaskArgs, "transform"> {
  /** Tasks at least and at most; autoscaling owns the count where they differ. */
  count: { min: number; max: number };
  securityGroup: SecurityGroup;
  /** Percent of the count that keeps running, and that may run, while a new task definition replaces the old one. */
  deployment: { minimumHealthyPercent: number; maximumPercent: number };
  /** Internal name: `<discovery>.<namespace>` is where it is reached. @default none */
  discovery?: string;
  /** Target group of a listener, and the seconds in which its verdict on a new task is not heeded. @default none */
  targetGroup?: { arn: pulumi.Output<string>; graceSeconds: number };
  /** What must be there before it starts. @default none */
  dependsOn?: pulumi.Resource[];
  /** Changes to single children before they are made. @default none */
  transform?: Transforms<ServiceChildren & TaskChildren & StorageChildren> | undefined;
}

/** The children of a `ContainerService` by role, beside those of its task. */
export interface ServiceChildren {
  discovery: DiscoveryArgs;
  service: EcsServiceArgs;
}
