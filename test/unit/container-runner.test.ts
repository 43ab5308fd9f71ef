import { expect } from "chai";
import { Task, TaskRunner, type ContainerHost, type RunArgs } from "../../components/container";
import { SecurityGroup } from "../../components/network";
import {
  CLUSTER,
  computed,
  EC2,
  FARGATE,
  host,
  named,
  parsed,
  SECRET,
  statements,
  taskArgs,
} from "./support/container-host";
import { registeredBy } from "./support/resource-graph";

const FAMILY = "arn:aws:ecs:eu-west-1:123456789012:task-definition/dev-blog-migrate";

describe("task runner", () => {
  const run = (capacity: ContainerHost["capacity"], more: Pick<RunArgs, "repeat"> = {}) =>
    registeredBy(() => {
      const place = host({ capacity });
      const securityGroup = new SecurityGroup("group", { vpcId: "vpc-1", description: "Tasks" });
      securityGroup.allowOut("aws");
      const secrets = { DB_URI: SECRET };
      const migrate = new Task("migrate", taskArgs({ host: place, secrets }));
      const runner = new TaskRunner("runner", { host: place, tasks: [migrate], securityGroup });
      runner.run("migrate", { task: migrate, triggers: { release: "1" }, command: ["upgrade"], ...more });
    }, computed);

  it("may run exactly its tasks in its cluster, and hand over exactly their roles", async () => {
    const inCluster = { ArnEquals: { "ecs:cluster": CLUSTER } };
    expect(statements(await run(FARGATE), "runner-policy")).to.deep.equal([
      { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "arn:logs:runner-logs:*" },
      {
        Effect: "Allow",
        Action: ["ecs:RunTask"],
        Resource: [FAMILY, `${FAMILY}:*`],
        Condition: inCluster,
      },
      { Effect: "Allow", Action: ["ecs:ListTasks"], Resource: "*", Condition: inCluster },
      {
        Effect: "Allow",
        Action: ["ecs:DescribeTasks"],
        Resource: "arn:aws:ecs:eu-west-1:123456789012:task/dev-blog/*",
      },
      {
        Effect: "Allow",
        Action: ["iam:PassRole"],
        Resource: ["arn:iam:migrate-executionRole", "arn:iam:migrate-taskRole"],
        Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      },
      { Effect: "Allow", Action: ["logs:GetLogEvents"], Resource: ["arn:logs:migrate-logs:*"] },
    ]);
  });

  it("runs the task when it is deployed, and says nothing secret", async () => {
    const all = await run(FARGATE);
    const { inputs, dependsOn } = named(all, "runner-run-migrate");
    expect(parsed(inputs["input"])).to.deep.equal({
      cluster: CLUSTER,
      taskDefinition: "arn:ecs:migrate-definition:1",
      launchType: "FARGATE",
      subnets: ["subnet-a", "subnet-b"],
      securityGroups: ["group-group-id"],
      container: "main",
      command: ["upgrade"],
      logGroup: "migrate-logs",
      logPrefix: "task",
      triggers: { release: "1" },
    });
    expect(inputs).to.deep.include({
      functionName: "runner-function",
      lifecycleScope: "CREATE_ONLY",
      triggers: { release: "1" },
    });
    expect(dependsOn).to.include("group-out-aws");
    expect(JSON.stringify(inputs)).to.not.include(SECRET);
  });

  it("takes no spot machines, and on EC2 the cluster's own", async () => {
    const launch = async (capacity: ContainerHost["capacity"]) => {
      const input = parsed(named(await run(capacity), "runner-run-migrate").inputs["input"]);
      return [input["launchType"], input["capacityProviderStrategy"]];
    };
    expect(await launch({ kind: "fargate-spot", architecture: "amd64" })).to.deep.equal(["FARGATE", undefined]);
    expect(await launch(EC2)).to.deep.equal([undefined, [{ capacityProvider: "own", weight: 1 }]]);
  });

  it("runs the newest definition of what only its triggers run again", async () => {
    const task = async (repeat: "triggers" | "definition") => {
      const { input } = named(await run(FARGATE, { repeat }), "runner-run-migrate").inputs;
      return (JSON.parse(String(input)) as { taskDefinition: string }).taskDefinition;
    };
    expect(await task("definition")).to.equal("arn:ecs:migrate-definition:1");
    expect(await task("triggers")).to.match(/:task-definition\/[^:]+$/);
  });

  it("runs what is to be run once never again", async () => {
    const ignored = async (repeat: "never" | "definition") =>
      named(await run(FARGATE, { repeat }), "runner-run-migrate").ignoreChanges;
    expect(await ignored("never")).to.deep.equal(["functionName", "input", "triggers"]);
    expect(await ignored("definition")).to.deep.equal([]);
  });

  it("is Python of Lambda that waits as long as Lambda lets it, logged for as long as the rest", async () => {
    const all = await run(FARGATE);
    expect(named(all, "runner-function").inputs).to.deep.include({
      runtime: "python3.13",
      handler: "run_task.handler",
      timeout: 900,
      role: "arn:iam:runner-role",
      loggingConfig: { logFormat: "Text", logGroup: "runner-logs" },
    });
    expect(named(all, "runner-logs").inputs).to.deep.equal({ retentionInDays: 30 });
    expect(named(all, "runner-function").dependsOn).to.include("runner-policy");
  });
});
