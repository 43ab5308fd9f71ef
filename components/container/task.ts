import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { SecurityGroup } from "../network";
import type { TaskArgs, TaskChildren } from "./args";

/** One container image as a task of ECS. */
export class Task extends Component<TaskChildren> {
  readonly definitionArn!: pulumi.Output<string>;
  readonly family!: pulumi.Output<string>;
  /** ARN of the definition without its revision. */
  readonly familyArn!: pulumi.Output<string>;
  readonly taskRoleArn!: pulumi.Output<string>;
  readonly executionRoleArn!: pulumi.Output<string>;
  readonly logGroupArn!: pulumi.Output<string>;
  readonly logGroupName!: pulumi.Output<string>;
  /** What must be there before a task with storage can mount it. */
  readonly storageReady: pulumi.Resource[] = [];
  /** Guard of its storage; whoever runs the task lets its group in to port 2049. */
  readonly storageGroup: SecurityGroup | undefined;

  constructor(name: string, args: TaskArgs, opts?: pulumi.ComponentResourceOptions) {
    super("container:Task", name, args.transform, opts);
  }
}
