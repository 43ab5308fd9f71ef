import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup";
import type { RoleArgs } from "@pulumi/aws/iam/role";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy";
import type { FunctionArgs } from "@pulumi/aws/lambda/function";
import type { InvocationArgs } from "@pulumi/aws/lambda/invocation";
import type * as pulumi from "@pulumi/pulumi";
import type { Transforms } from "../component";
import type { SecurityGroup } from "../network";
import type { ContainerHost } from "./args";
import type { Task } from "./task";

/** Arguments of `TaskRunner`. */
export interface TaskRunnerArgs {
  host: ContainerHost;
  /** The tasks that it may run. */
  tasks: Task[];
  /** Group of the tasks that it runs. */
  securityGroup: SecurityGroup;
  /** Changes to single children before they are made. @default none */
  transform?: Transforms<TaskRunnerChildren> | undefined;
}

/** The children of a `TaskRunner` by role; runs are keyed by their name. */
export interface TaskRunnerChildren {
  logs: LogGroupArgs;
  role: RoleArgs;
  policy: RolePolicyArgs;
  function: FunctionArgs;
  run: InvocationArgs;
}

/** What `TaskRunner.run` runs. */
export interface RunArgs {
  /** One of the runner's tasks. */
  task: Task;
  /** What is to run it again when it changes. Nothing secret. */
  triggers: Record<string, pulumi.Input<string>>;
  /** Words of the command. @default the task's own */
  command?: string[];
  /**
   * What runs it again: a change of the triggers or of the task's definition, one of the triggers alone (then in the
   * newest definition), or nothing ever. @default "definition"
   */
  repeat?: "definition" | "triggers" | "never";
  /** What must be there before it runs. @default none */
  dependsOn?: pulumi.Resource[];
}
