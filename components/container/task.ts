import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { TaskDefinition, type TaskDefinitionArgs } from "@pulumi/aws/ecs/taskDefinition";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { SecurityGroup } from "../network";
import type { TaskArgs, TaskChildren } from "./args";
import { containerDefinitions, isReadOnly, VOLUME } from "./definition";
import { executionStatements, policyText, SHELL_STATEMENT, trustIn } from "./policies";
import { fargateSize } from "./sizes";
import { Storage } from "./storage";

/**
 * One container image as a task of ECS: its log group, the role that ECS starts it with, the role of the program in it,
 * and its definition. It runs nothing; a `ContainerService` or a `TaskRunner` does. Old definitions are kept, so that
 * a service can go back to them.
 *
 * @example
 * const task = new Task("blog-migrate", { host, image: image.uri, cpu: 256, memory: 512, command: ["flask", "db", "upgrade"] });
 */
export class Task extends Component<TaskChildren> {
  readonly definitionArn: pulumi.Output<string>;
  readonly family: pulumi.Output<string>;
  /** ARN of the definition without its revision. */
  readonly familyArn: pulumi.Output<string>;
  readonly taskRoleArn: pulumi.Output<string>;
  readonly executionRoleArn: pulumi.Output<string>;
  readonly logGroupArn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  /** What must be there before a task with storage can mount it. */
  readonly storageReady: pulumi.Resource[];
  /** Guard of its storage; whoever runs the task lets its group in to port 2049. Absent without storage. */
  readonly storageGroup: SecurityGroup | undefined;

  /** @throws RangeError when Fargate has no machine of the size that is asked for */
  constructor(
    name: string,
    private readonly args: TaskArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("container:Task", name, args.transform, opts);
    const { host, storage } = args;
    const logs = new LogGroup(...this.child("logs", { retentionInDays: host.logDays }));
    const files =
      storage &&
      new Storage(`${name}-storage`, { host, uid: storage.uid, transform: args.transform }, { parent: this });
    const executionRole = new Role(...this.child("executionRole", { assumeRolePolicy: TRUST }));
    const execution = { role: executionRole.name, policy: executionPolicy(args, logs.arn) };
    const policies: pulumi.Resource[] = [new RolePolicy(...this.child("executionPolicy", execution))];
    const taskRole = new Role(...this.child("taskRole", { assumeRolePolicy: TRUST }));
    const statements = [
      ...(args.statements ?? []),
      ...(files === undefined ? [] : [files.statement]),
      ...(host.exec ? [SHELL_STATEMENT] : []),
    ];
    if (statements.length > 0) {
      const inputs = { role: taskRole.name, policy: policyText(statements) };
      policies.push(new RolePolicy(...this.child("taskPolicy", inputs)));
    }
    const roles = { executionRoleArn: executionRole.arn, taskRoleArn: taskRole.arn };
    const inputs = { ...this.shape(files), ...roles, containerDefinitions: containerDefinitions(args, logs.name) };
    const definition = new TaskDefinition(...this.child("definition", inputs, { dependsOn: policies }));
    this.definitionArn = definition.arn;
    this.family = definition.family;
    // Not the definition's own output, which nobody knows while a new revision is planned.
    this.familyArn = pulumi.interpolate`${args.host.clusterArn.apply(taskDefinitions)}/${definition.family}`;
    this.taskRoleArn = taskRole.arn;
    this.executionRoleArn = executionRole.arn;
    this.logGroupArn = logs.arn;
    this.logGroupName = logs.name;
    this.storageReady = files?.ready ?? [];
    this.storageGroup = files?.securityGroup;
    this.registerOutputs({ definitionArn: this.definitionArn, logGroupName: this.logGroupName });
  }

  /** The definition, but for its roles and its container. */
  private shape(files: Storage | undefined): Omit<TaskDefinitionArgs, "containerDefinitions"> {
    const { cpu, memory, host } = this.args;
    const onEc2 = host.capacity.kind === "ec2";
    const size = onEc2 ? undefined : fargateSize(cpu, memory);
    return {
      // The cluster's name is unique in its region and account, and so is the family.
      family: pulumi.interpolate`${host.clusterName}-${this.componentName}`,
      networkMode: "awsvpc",
      requiresCompatibilities: [onEc2 ? "EC2" : "FARGATE"],
      ...(size !== undefined && { cpu: String(size.cpu), memory: String(size.memory) }),
      runtimePlatform: {
        operatingSystemFamily: "LINUX",
        cpuArchitecture: host.capacity.architecture === "arm64" ? "ARM64" : "X86_64",
      },
      volumes: [
        ...(files === undefined ? [] : [mountOf(files)]),
        ...(isReadOnly(this.args) ? [{ name: VOLUME.temporary }] : []),
      ],
      skipDestroy: true,
    };
  }
}

const TRUST = trustIn("ecs-tasks");

/** Beginning of the ARNs of task definitions in a cluster's region and account. */
function taskDefinitions(clusterArn: string): string {
  return clusterArn.replace(/:cluster\/.*$/, ":task-definition");
}

function executionPolicy(args: TaskArgs, logGroupArn: pulumi.Output<string>): pulumi.Output<string> {
  return executionStatements(args, logGroupArn).apply((statements) => policyText(statements));
}

function mountOf({ fileSystemId, accessPointId }: Storage) {
  return {
    name: VOLUME.storage,
    efsVolumeConfiguration: {
      fileSystemId,
      transitEncryption: "ENABLED",
      authorizationConfig: { accessPointId, iam: "ENABLED" },
    },
  };
}
