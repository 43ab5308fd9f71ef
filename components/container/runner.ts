import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { Function as LambdaFunction } from "@pulumi/aws/lambda/function";
import { Invocation } from "@pulumi/aws/lambda/invocation";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../binding";
import { Component } from "../component";
import { templateText } from "../package-root";
import { CONTAINER, LOG_PREFIX } from "./definition";
import { allow, mayLog, policyText, trustIn } from "./policies";
import type { RunArgs, TaskRunnerArgs, TaskRunnerChildren } from "./runner-args";

/** Seconds that a function of Lambda may take at most. */
const LONGEST_RUN = 900;
/** Time that a run gets from the provider: more than Lambda gives, so that it is Lambda that says what happened. */
const PATIENCE = "20m";

/**
 * Runs tasks once and waits for their end, inside of the network and with the deployment's own credentials: a function
 * of Lambda that may start exactly these tasks, called by a resource. A task that cannot start, that fails, or that
 * takes longer than 15 minutes fails the deployment, with the reason and the last lines of its log. What the task was
 * called with is kept in the stack's state, and its exit code; neither its environment nor its log is.
 *
 * The provider may repeat a call whose answer got lost (terraform-provider-aws issue 45773): the function then waits for
 * the task that runs already. After a failure, the next deployment starts it anew.
 *
 * @example
 * const runner = new TaskRunner("blog-runner", { host, tasks: [migration], securityGroup });
 * const migrated = runner.run("migrate", { task: migration, triggers: { release: workload.release.version } });
 */
export class TaskRunner extends Component<TaskRunnerChildren> {
  private readonly functionName: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly args: TaskRunnerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("container:TaskRunner", name, args.transform, opts);
    const logs = new LogGroup(...this.child("logs", { retentionInDays: args.host.logDays }));
    const role = new Role(...this.child("role", { assumeRolePolicy: trustIn("lambda") }));
    const statements = [mayLog(logs.arn), ...runStatements(args)];
    const policy = new RolePolicy(...this.child("policy", { role: role.name, policy: policyText(statements) }));
    const inputs: TaskRunnerChildren["function"] = {
      description: "Runs tasks of ECS and waits for their end",
      role: role.arn,
      runtime: "python3.13",
      handler: "run_task.handler",
      architectures: ["arm64"],
      memorySize: 256,
      timeout: LONGEST_RUN,
      code: new pulumi.asset.AssetArchive({
        "run_task.py": new pulumi.asset.StringAsset(templateText("ecs", "run_task.py")),
      }),
      loggingConfig: { logFormat: "Text", logGroup: logs.name },
    };
    this.functionName = new LambdaFunction(...this.child("function", inputs, { dependsOn: [policy] })).name;
    this.registerOutputs({ functionName: this.functionName });
  }

  /**
   * Runs a task and waits for its end.
   *
   * @param name what is done, such as `migrate`; unique in the runner
   * @returns what depends on this waits for the end of the task
   */
  run(name: string, { task, triggers, command, repeat, dependsOn }: RunArgs): pulumi.Resource {
    const { host, securityGroup } = this.args;
    const input = pulumi.jsonStringify({
      cluster: host.clusterArn,
      taskDefinition: repeat === "triggers" ? task.familyArn : task.definitionArn,
      ...launchOf(this.args),
      subnets: host.subnetIds,
      securityGroups: [securityGroup.id],
      container: CONTAINER,
      ...(command !== undefined && { command }),
      logGroup: task.logGroupName,
      logPrefix: LOG_PREFIX,
      triggers,
    });
    const inputs = { functionName: this.functionName, input, triggers, lifecycleScope: "CREATE_ONLY" };
    return new Invocation(
      ...this.child("run", inputs, {
        key: name,
        dependsOn: [task, ...host.ready, ...securityGroup.rules, ...task.storageReady, ...(dependsOn ?? [])],
        customTimeouts: { create: PATIENCE },
        ...(repeat === "never" && { ignoreChanges: ["functionName", "input", "triggers"] }),
      }),
    );
  }
}

/** A task that runs once is not taken away half-way: on spot machines of Fargate it gets an ordinary one. */
function launchOf({ host: { capacity, capacityProvider } }: TaskRunnerArgs): object {
  if (capacity.kind !== "ec2") return { launchType: "FARGATE" };
  return { capacityProviderStrategy: [{ capacityProvider, weight: 1 }] };
}

function runStatements({ host: { clusterArn }, tasks }: TaskRunnerArgs): PolicyStatement[] {
  const inCluster = { ArnEquals: { "ecs:cluster": clusterArn } };
  const tasksOfCluster = clusterArn.apply((arn) => `${arn.replace(":cluster/", ":task/")}/*`);
  return [
    {
      ...allow(
        ["ecs:RunTask"],
        // By the one form a task is asked for in its newest revision, by the other in a certain one.
        tasks.flatMap(({ familyArn }) => [familyArn, pulumi.interpolate`${familyArn}:*`]),
      ),
      Condition: inCluster,
    },
    { ...allow(["ecs:ListTasks"], "*"), Condition: inCluster },
    allow(["ecs:DescribeTasks"], tasksOfCluster),
    {
      ...allow(
        ["iam:PassRole"],
        tasks.flatMap(({ executionRoleArn, taskRoleArn }) => [executionRoleArn, taskRoleArn]),
      ),
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    allow(
      ["logs:GetLogEvents"],
      tasks.map(({ logGroupArn }) => pulumi.interpolate`${logGroupArn}:*`),
    ),
  ];
}
