import { expect } from "chai";
import { taskDefinition } from "../../../providers/rehearsal/aws/ecs/task-definition";
import type { Values } from "../../../providers/rehearsal/model";
import { REGISTRY, RUN, RunThings, container, everyModel } from "../support/aws-run";
import { testRules, type Case, type Step } from "../support/rule-cases";
import { simulated } from "../support/simulated-cloud";

const EC2: Values = { requiresCompatibilities: ["EC2"], cpu: undefined, memory: undefined };

const definition =
  (more: Values, ...containers: Values[]): Step =>
  (cloud) =>
    new RunThings(cloud).definition(
      more,
      containers.length === 0 ? [container()] : containers.map((each) => container(each)),
    );
/** A case by what the task definition says. */
const task = (good: Values, bad: Values): Case => ({ passes: definition(good), refused: definition(bad) });
/** A case by what its one container says. */
const one = (good: Values, bad: Values, more: Values = {}): Case => ({
  passes: definition(more, good),
  refused: definition(more, bad),
});
const health = (more: Values): Values => ({ healthCheck: { command: ["CMD", "true"], ...more } });
const awslogs = (options: Values): Values => ({ logConfiguration: { logDriver: "awslogs", options } });
const LOGS = { "awslogs-group": "web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web" };
const efs = (more: Values): Values => ({
  volumes: [{ name: "data", efsVolumeConfiguration: { fileSystemId: "fs-1", transitEncryption: "ENABLED", ...more } }],
});
const point = { authorizationConfig: { accessPointId: "fsap-1" } };
const volumes = { volumes: [{ name: "data" }] };
const secret = (valueFrom: string): Values => ({ secrets: [{ name: "KEY", valueFrom }] });
const withRole =
  (...containers: Values[]): Step =>
  async (cloud) => {
    const { arn: executionRoleArn } = await new RunThings(cloud).executionRole();
    return definition({ executionRoleArn }, ...containers)(cloud);
  };
const ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-abcdef";

describe("simulated task definitions", () => {
  testRules([taskDefinition], everyModel, {
    "task-family": task({ family: "web-1" }, { family: "web.1" }),
    "containers-json": task({}, { containerDefinitions: "{}" }),
    "task-network-mode": task({}, { networkMode: "overlay" }),
    "task-compatibilities": task({}, { requiresCompatibilities: ["LAMBDA"] }),
    "task-architecture": task(
      { runtimePlatform: { cpuArchitecture: "ARM64" } },
      { runtimePlatform: { cpuArchitecture: "arm64" } },
    ),
    "task-ephemeral-storage": task({ ephemeralStorage: { sizeInGib: 21 } }, { ephemeralStorage: { sizeInGib: 20 } }),
    "task-placement-constraints": task(
      {},
      { placementConstraints: Array.from({ length: 11 }, () => ({ type: "memberOf", expression: "true" })) },
    ),
    "task-efs-transit-encryption": task(efs({}), efs({ transitEncryption: "on" })),
    "task-efs-iam": task(
      efs({ authorizationConfig: { iam: "ENABLED" } }),
      efs({ authorizationConfig: { iam: "yes" } }),
    ),
    "task-role-arns": { passes: withRole({}), refused: definition({ executionRoleArn: "web" }) },
    "fargate-network-mode": task({}, { networkMode: "bridge" }),
    "fargate-size": task({ cpu: "1024", memory: "3072" }, { cpu: "1024", memory: "1024" }),
    "fargate-execution-role": {
      passes: withRole({ image: `${REGISTRY}/web:1` }),
      refused: definition({}, { image: `${REGISTRY}/web:1` }),
    },
    "fargate-volumes": task({ volumes: [{ name: "data" }] }, { volumes: [{ name: "data", hostPath: "/srv" }] }),
    "task-efs-encrypted": task(efs(point), efs({ ...point, transitEncryption: "DISABLED" })),
    "task-efs-root": task(efs({ ...point, rootDirectory: "/" }), efs({ ...point, rootDirectory: "/data" })),
    "container-name": one({}, { name: "web.1" }),
    "container-image": one({}, { image: "" }),
    "container-names-unique": {
      passes: definition({}, {}, { name: "log", portMappings: [] }),
      refused: definition({}, {}, { portMappings: [] }),
    },
    "container-essential": one({}, { essential: false }),
    "containers-size": one({}, { environment: [{ name: "A", value: "x".repeat(70_000) }] }),
    "container-health": one(health({ interval: 30, timeout: 5, retries: 3, startPeriod: 0 }), health({ interval: 4 })),
    "container-depends-on": {
      passes: definition(
        {},
        { dependsOn: [{ containerName: "log", condition: "START" }] },
        { name: "log", portMappings: [] },
      ),
      refused: definition({}, { dependsOn: [{ containerName: "log", condition: "START" }] }),
    },
    "container-memory": one({ memoryReservation: 128 }, {}, EC2),
    "container-memory-reservation": one(
      { memory: 256, memoryReservation: 128 },
      { memory: 128, memoryReservation: 128 },
      EC2,
    ),
    "containers-fit-task": one({ cpu: 256 }, { cpu: 512 }),
    "container-stop-timeout": one({ stopTimeout: 120 }, { stopTimeout: 121 }),
    "container-host-port": one(
      { portMappings: [{ containerPort: 8000, hostPort: 8000 }] },
      { portMappings: [{ containerPort: 8000, hostPort: 80 }] },
    ),
    "container-ports-unique": {
      passes: definition({}, {}, { name: "log", portMappings: [{ containerPort: 9000 }] }),
      refused: definition({}, {}, { name: "log" }),
    },
    "container-environment-unique": one(
      { environment: [{ name: "A", value: "1" }] },
      {
        environment: [
          { name: "A", value: "1" },
          { name: "A", value: "2" },
        ],
      },
    ),
    "container-secret-from": {
      passes: withRole(secret(ARN)),
      refused: withRole(secret("arn:aws:s3:::bucket/key")),
    },
    "container-mount": {
      passes: definition(volumes, { mountPoints: [{ sourceVolume: "data", containerPath: "/data" }] }),
      refused: definition(volumes, { mountPoints: [{ sourceVolume: "cache", containerPath: "/data" }] }),
    },
    "container-awslogs": {
      passes: withRole(awslogs(LOGS)),
      refused: withRole(awslogs({ ...LOGS, "awslogs-stream-prefix": undefined })),
    },
    "container-log-driver": one(
      { logConfiguration: { logDriver: "splunk" } },
      { logConfiguration: { logDriver: "journald" } },
    ),
    "ref:aws:ecs/taskDefinition:TaskDefinition.executionRoleArn": {
      passes: withRole({}),
      refused: definition({ executionRoleArn: "arn:aws:iam::123456789012:role/gone" }),
    },
  });

  it("counts the revisions of a family, and never one twice", async () => {
    const cloud = simulated({ models: everyModel });
    const things = new RunThings(cloud);
    const first = await things.definition();
    await cloud.delete(RUN.definition, first.id);
    const second = await things.definition();
    expect(first["arn"]).to.equal("arn:aws:ecs:us-east-1:123456789012:task-definition/web:1");
    expect(second["arn"]).to.equal("arn:aws:ecs:us-east-1:123456789012:task-definition/web:2");
  });

  it("keeps a revision whose deletion is skipped", async () => {
    const cloud = simulated({ models: everyModel });
    const { id } = await new RunThings(cloud).definition({ skipDestroy: true });
    await cloud.delete(RUN.definition, id);
    expect(cloud.all(RUN.definition).map(({ outputs }) => outputs["revision"])).to.deep.equal([1]);
  });

  it("sees no change in JSON that says the same", () => {
    const cloud = simulated({ models: everyModel });
    const check = (containerDefinitions: string): Values =>
      cloud.check(RUN.definition, { family: "web", containerDefinitions }).inputs;
    const { changes } = cloud.diff(
      RUN.definition,
      check('[{"name":"web","image":"a"}]'),
      check('[ {"image":"a", "name":"web"} ]'),
    );
    expect(changes).to.deep.equal([]);
  });
});
