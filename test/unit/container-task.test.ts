import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { TaskArgs } from "../../components/container";
import { repositoryArn, secretArn } from "../../components/container/policies";
import {
  container,
  EC2,
  host,
  IMAGE,
  named,
  parsed,
  SECRET,
  service,
  statements,
  task,
} from "./support/container-host";

const REPOSITORY = "arn:aws:ecr:eu-west-1:123456789012:repository/blog-web";

describe("task", () => {
  it("describes its container in one order, secrets by reference alone", async () => {
    const all = await task({
      command: ["serve"],
      port: 8000,
      stopTimeout: 40,
      user: "app",
      environment: { ZONE: "z", APP: pulumi.output("blog") },
      secrets: { SECRET_KEY: `${SECRET}:key::`, DB_URI: pulumi.output(SECRET) },
      healthCheck: { command: ["CMD", "check"], startPeriod: 20 },
    });
    expect(container(all)).to.deep.equal({
      name: "main",
      image: IMAGE,
      essential: true,
      cpu: 256,
      memoryReservation: 300,
      command: ["serve"],
      user: "app",
      stopTimeout: 40,
      environment: [
        { name: "APP", value: "blog" },
        { name: "ZONE", value: "z" },
      ],
      secrets: [
        { name: "DB_URI", valueFrom: SECRET },
        { name: "SECRET_KEY", valueFrom: `${SECRET}:key::` },
      ],
      portMappings: [{ containerPort: 8000, hostPort: 8000, protocol: "tcp" }],
      healthCheck: { command: ["CMD", "check"], interval: 30, timeout: 5, retries: 3, startPeriod: 20 },
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": "web-logs",
          "awslogs-region": "eu-west-1",
          "awslogs-stream-prefix": "task",
          "max-buffer-size": "4m",
          mode: "non-blocking",
        },
      },
    });
    expect(named(all, "web-logs").inputs).to.deep.equal({ retentionInDays: 30 });
  });

  it("on Fargate takes the next larger machine, and the container may use all of it", async () => {
    const all = await task();
    const { inputs } = named(all, "web-definition");
    expect(inputs).to.deep.include({
      family: "dev-blog-web",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      skipDestroy: true,
    });
    expect(container(all)).to.include({ cpu: 256, memoryReservation: 300 }).and.not.to.have.property("memory");
  });

  it("on EC2 takes what it asks for and no more", async () => {
    const all = await task({ host: host({ capacity: EC2 }) });
    const { inputs } = named(all, "web-definition");
    expect(inputs).to.deep.include({
      requiresCompatibilities: ["EC2"],
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "ARM64" },
    });
    expect(inputs).to.not.have.any.keys("cpu", "memory");
    expect(container(all)).to.include({ cpu: 256, memory: 300 }).and.not.to.have.property("memoryReservation");
  });

  it("is started with a role that gets its image, its own secrets, and its own log, and nothing else", async () => {
    const all = await task({ secrets: { A: `${SECRET}:one::`, B: `${SECRET}:two::`, C: pulumi.output(`${SECRET}x`) } });
    expect(statements(all, "web-executionPolicy")).to.deep.equal([
      { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "arn:logs:web-logs:*" },
      { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: [SECRET, `${SECRET}x`] },
      { Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
      {
        Effect: "Allow",
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Resource: [REPOSITORY],
      },
    ]);
    const trust = parsed(named(all, "web-executionRole").inputs["assumeRolePolicy"])["Statement"];
    expect(trust).to.deep.equal([
      { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ecs-tasks.amazonaws.com" } },
    ]);
  });

  it("may not touch ECR for an image from elsewhere, and pulls from the repositories that it is told", async () => {
    const actions = async (more: Partial<TaskArgs>) =>
      statements(await task(more), "web-executionPolicy").map(({ Action, Resource }) => [Action[0], Resource]);
    expect(await actions({ image: "docker.io/valkey/valkey:8-alpine" })).to.deep.equal([
      ["logs:CreateLogStream", "arn:logs:web-logs:*"],
    ]);
    expect((await actions({ repositoryArns: [pulumi.output("arn:mine")] })).at(-1)).to.deep.equal([
      "ecr:BatchCheckLayerAvailability",
      ["arn:mine"],
    ]);
  });

  it("gives its program what it is told, and no role policy where that is nothing", async () => {
    expect((await task()).map(({ name }) => name)).to.not.include("web-taskPolicy");
    const statement = { Effect: "Allow" as const, Action: ["sqs:SendMessage"], Resource: pulumi.output("arn:queue") };
    expect(statements(await task({ statements: [statement] }), "web-taskPolicy")).to.deep.equal([
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: "arn:queue" },
    ]);
  });

  it("is defined once its roles may do what they must", async () => {
    const { dependsOn } = named(await task({ host: host({ exec: true }) }), "web-definition");
    expect(dependsOn).to.include.members(["web-executionPolicy", "web-taskPolicy"]);
  });

  it("lets a shell in only where the host allows it", async () => {
    const closed = await task({ readOnlyRoot: true });
    expect(container(closed)).to.not.have.property("linuxParameters");
    expect(JSON.stringify(closed)).to.not.include("ssmmessages");
    const open = await task({ readOnlyRoot: true, host: host({ exec: true }) });
    expect(container(open)).to.deep.include({ linuxParameters: { initProcessEnabled: true } });
    expect(container(open)).to.not.have.any.keys("readonlyRootFilesystem", "mountPoints");
    expect(statements(open, "web-taskPolicy")[0]?.Action).to.have.length(4);
    expect(JSON.stringify(statements(open, "web-taskPolicy"))).to.not.match(/\*"\]|:\*/);
  });

  it("with a read-only root can write to /tmp", async () => {
    const all = await task({ readOnlyRoot: true });
    expect(named(all, "web-definition").inputs["volumes"]).to.deep.equal([{ name: "tmp" }]);
    expect(container(all)).to.deep.include({
      readonlyRootFilesystem: true,
      mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }],
    });
  });
});

describe("storage of a task", () => {
  const stored = () => service({ storage: { path: "/var/lib/rabbitmq", uid: 100 } });

  it("is encrypted, in every zone, and reached in transit encryption with the task's own role", async () => {
    const all = await stored();
    expect(named(all, "web-storage-fileSystem").inputs).to.deep.include({ encrypted: true });
    const targets = all.filter(({ type }) => type.endsWith(":MountTarget"));
    expect(
      targets.map(({ name, inputs }) => [name, inputs["subnetId"], inputs["securityGroups"]]),
    ).to.have.deep.members([
      ["web-storage-mountTarget-a", "subnet-a", ["web-storage-group-group-id"]],
      ["web-storage-mountTarget-b", "subnet-b", ["web-storage-group-group-id"]],
    ]);
    expect(named(all, "web-storage-accessPoint").inputs).to.deep.include({
      posixUser: { uid: 100, gid: 100 },
      rootDirectory: { path: "/data", creationInfo: { ownerUid: 100, ownerGid: 100, permissions: "0750" } },
    });
    expect(named(all, "web-definition").inputs["volumes"]).to.deep.equal([
      {
        name: "storage",
        efsVolumeConfiguration: {
          fileSystemId: "web-storage-fileSystem-id",
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId: "web-storage-accessPoint-id", iam: "ENABLED" },
        },
      },
    ]);
    expect(container(all)["mountPoints"]).to.deep.equal([
      { sourceVolume: "storage", containerPath: "/var/lib/rabbitmq", readOnly: false },
    ]);
    expect(statements(all, "web-taskPolicy")).to.deep.equal([
      {
        Effect: "Allow",
        Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        Resource: "arn:efs:web-storage-fileSystem",
        Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": "arn:efs:web-storage-accessPoint" } },
      },
    ]);
  });

  it("lets in the service's group alone, and is there before the service starts", async () => {
    const all = await stored();
    const rules = all.filter(({ type }) => type.endsWith("IngressRule"));
    expect(rules.map(({ inputs }) => inputs)).to.deep.equal([
      {
        securityGroupId: "web-storage-group-group-id",
        referencedSecurityGroupId: "group-group-id",
        ipProtocol: "tcp",
        fromPort: 2049,
        toPort: 2049,
        description: "From service",
      },
    ]);
    expect(named(all, "web-service").dependsOn).to.include.members([
      "web-storage-mountTarget-a",
      "web-storage-mountTarget-b",
      "web-storage-group-ingress-service",
      "web-storage-group-egress-service",
    ]);
  });
});

describe("names of AWS", () => {
  it("repository of an image", () => {
    const digest = `@sha256:${"0".repeat(64)}`;
    const images: Record<string, string | undefined> = {
      [`123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/blog${digest}`]:
        "arn:aws:ecr:eu-west-1:123456789012:repository/team/blog",
      "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/blog:1":
        "arn:aws-cn:ecr:cn-north-1:123456789012:repository/blog",
      "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/blog":
        "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/blog",
      "docker.io/library/rabbitmq:4.2": undefined,
      "public.ecr.aws/valkey/valkey:8": undefined,
    };
    for (const [image, expected] of Object.entries(images)) expect(repositoryArn(image), image).to.equal(expected);
  });

  it("secret without the key in it", () => {
    expect(secretArn(`${SECRET}:key::`)).to.equal(SECRET);
    expect(secretArn(SECRET)).to.equal(SECRET);
  });
});
