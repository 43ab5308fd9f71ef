import { expect } from "chai";
import { lambda } from "../../../providers/rehearsal/aws/lambda";
import type { Values } from "../../../providers/rehearsal/model";
import { RUN, RunThings, everyModel, sides } from "../support/aws-run";
import type { Made } from "../support/aws-things";
import { testRules, type Step } from "../support/rule-cases";
import { simulated, type SimulatedCloud } from "../support/simulated-cloud";

const BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
const VPC = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole";
const TASKS = { Effect: "Allow", Action: ["ecs:RunTask", "iam:PassRole"], Resource: "*" };

async function functionIn(
  cloud: SimulatedCloud,
  more: Values = {},
  { service = "lambda.amazonaws.com", policyArn = BASIC, statements = [] as Values[] } = {},
): Promise<Made> {
  const things = new RunThings(cloud);
  const role = await things.taskRole(statements, service);
  await things.make("attachment", { role: role.id, policyArn });
  const code = { hash: "1", "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7", assets: {} };
  return things.run("function", {
    name: "run-task",
    role: role["arn"],
    code,
    runtime: "python3.13",
    handler: "run_task.handler",
    ...more,
  });
}
const made =
  (more: Values): Step =>
  (cloud) =>
    functionIn(cloud, more);
const variables = (all: Values): Values => ({ environment: { variables: all } });

const inVpc =
  (policyArn: string, groups = 1): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const vpc = await things.vpc();
    const group = await things.group(vpc);
    const securityGroupIds = Array.from({ length: groups }, () => group.id);
    const vpcConfig = { subnetIds: [(await things.subnet(vpc)).id], securityGroupIds };
    return functionIn(cloud, { vpcConfig }, { policyArn });
  };

const invoked =
  (more: Values): Step =>
  async (cloud) => {
    const { id } = await functionIn(cloud);
    return new RunThings(cloud).run("invocation", { functionName: id, input: "{}", ...more });
  };

/** A function that is asked to run a task. */
const task =
  (statements: Values[], { egress = true, definition = "" } = {}): Step =>
  async (cloud) => {
    const things = new RunThings(cloud);
    const { vpc, subnets } = await things.network();
    const { arn: cluster } = await things.cluster();
    const group = await things.open(vpc, egress);
    const role = await things.executionRole();
    const { arn } = await things.definition({ executionRoleArn: role["arn"] });
    const { id } = await functionIn(cloud, {}, { statements });
    const asked = {
      cluster,
      taskDefinition: definition || arn,
      subnets: subnets.map((each) => each.id),
      securityGroups: [group.id],
    };
    const input = JSON.stringify({ ...asked, launchType: "FARGATE" });
    return things.run("invocation", { functionName: id, input });
  };

describe("simulated Lambda", () => {
  testRules(lambda, everyModel, {
    "function-name": sides(made, { name: "run_task-1" }, { name: "run.task" }),
    "function-code": sides(made, {}, { code: undefined }),
    "function-role-arn": sides(made, {}, { role: "run-task" }),
    "function-handler": sides(made, {}, { handler: "h".repeat(129) }),
    "function-memory": sides(made, { memorySize: 10_240 }, { memorySize: 64 }),
    "function-timeout": sides(made, { timeout: 900 }, { timeout: 901 }),
    "function-storage": sides(made, { ephemeralStorage: { size: 512 } }, { ephemeralStorage: { size: 511 } }),
    "function-concurrency": sides(made, { reservedConcurrentExecutions: 1 }, { reservedConcurrentExecutions: -2 }),
    "function-layers": sides(made, {}, { layers: Array.from({ length: 6 }, (_, at) => `layer${at}`) }),
    "function-runtime": sides(made, { runtime: "nodejs22.x" }, { runtime: "python2.7" }),
    "function-architecture": sides(made, { architectures: ["arm64"] }, { architectures: ["mips"] }),
    "function-package": sides(made, { packageType: "Zip" }, { packageType: "Tar" }),
    "function-zip-needs": sides(made, {}, { handler: undefined }),
    "function-role-assumable": {
      passes: made({}),
      refused: (cloud) => functionIn(cloud, {}, { service: "ec2.amazonaws.com" }),
    },
    "function-name-free": {
      passes: made({}),
      refused: async (cloud) => {
        await functionIn(cloud);
        await functionIn(cloud);
      },
    },
    "function-environment-size": sides(
      made,
      variables({ TEXT: "x".repeat(4000) }),
      variables({ TEXT: "x".repeat(4100) }),
    ),
    "function-environment-names": sides(made, variables({ CLUSTER: "prod" }), variables({ AWS_REGION: "us-east-1" })),
    "function-vpc-needs": { passes: inVpc(VPC), refused: inVpc(VPC, 0) },
    "function-vpc-allowed": { passes: inVpc(VPC), refused: inVpc(BASIC) },
    "invocation-json": sides(invoked, { input: "[1]" }, { input: "{" }),
    "invocation-scope": sides(invoked, { lifecycleScope: "CRUD" }, { lifecycleScope: "ALWAYS" }),
    "invocation-object": sides(invoked, { lifecycleScope: "CRUD" }, { lifecycleScope: "CRUD", input: "[]" }),
    "invocation-function-exists": sides(invoked, {}, { functionName: "gone" }),
    "invocation-task-exists": {
      passes: task([TASKS]),
      refused: task([TASKS], { definition: "arn:aws:ecs:us-east-1:123456789012:task-definition/gone:1" }),
    },
    "invocation-task-allowed": { passes: task([TASKS]), refused: task([{ ...TASKS, Action: "ecs:RunTask" }]) },
    "invocation-task-starts": { passes: task([TASKS]), refused: task([TASKS], { egress: false }) },
    "ref:aws:lambda/function:Function.role": {
      passes: made({}),
      refused: made({ role: "arn:aws:iam::123456789012:role/gone" }),
    },
  });

  it("calls again when what is asked or its triggers change, as a new one", () => {
    const cloud = simulated({ models: everyModel });
    const check = (more: Values): Values =>
      cloud.check(RUN.invocation, { functionName: "f", input: "{}", ...more }).inputs;
    const replaced = (more: Values, before: Values = {}): boolean =>
      cloud.diff(RUN.invocation, check(before), check(more)).changes.some(({ replaces }) => replaces);
    expect(replaced({ input: '{"a":1}' })).to.equal(true);
    expect(replaced({ triggers: { image: "2" } }, { triggers: { image: "1" } })).to.equal(true);
    expect(replaced({ lifecycleScope: "CRUD", input: '{"a":1}' }, { lifecycleScope: "CRUD" })).to.equal(false);
  });
});
