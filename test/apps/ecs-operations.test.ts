/** What operations ask of AWS, answered by moto: other people's idea of the same services. Its tasks never start. */
import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRepositoryCommand, PutImageCommand } from "@aws-sdk/client-ecr";
import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { CreateTargetGroupCommand, RegisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect } from "chai";
import { changesOf } from "../../automation/doctor/aws/rotations";
import { CREDENTIALS } from "../../automation/doctor/credentials";
import { staleness } from "../../automation/doctor/secrets";
import { awsAccess } from "../../automation/aws/access";
import { awsClients, type AwsClients } from "../../automation/ecs/clients";
import type { Deployed } from "../../automation/ecs/deployed";
import { awsError } from "../../automation/aws/errors";
import { imagesIn, releaseOf, repositoryOf } from "../../automation/ecs/images";
import { logs } from "../../automation/ecs/logs";
import { confirmRollout } from "../../automation/ecs/rollout";
import { status } from "../../automation/ecs/status";
import { SlipwayError } from "../../automation/errors";
import { found, patient } from "../unit/support/patient";
import * as harness from "./fixtures/servers/harness";

const TASK = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const ROLE = "arn:aws:iam::123456789012:role/deploy";

describe("a stack on ECS, as moto has it", function () {
  this.timeout(60_000);
  let aws: AwsClients;
  let deployed: Deployed;
  let image = "";
  let endpoint = "";
  let config: Record<string, string> = {};

  before(async function () {
    this.timeout(300_000);
    await harness.makeVenv();
    const port = await harness.freePort();
    const moto = harness.start([harness.MOTO, "-H", "127.0.0.1", "-p", String(port)], {});
    await harness.until(() => moto.output().includes("Running on"), `moto; it wrote ${moto.output()}`);
    endpoint = `http://127.0.0.1:${port}`;
    const names = ["ecs", "logs", "ecr", "elbv2", "sts", "secretsmanager"];
    config = {
      "aws:region": "eu-central-1",
      "aws:accessKey": "none",
      "aws:secretKey": "none",
      "aws:assumeRoles": JSON.stringify([{ roleArn: ROLE, sessionName: "deploy", duration: "1h" }]),
      "aws:endpoints": JSON.stringify(names.map((name) => ({ [name]: endpoint }))),
    };
    aws = awsClients(config, {});
    image = await pushed();
    const definition = await registered();
    deployed = {
      place: { project: "/nowhere", stack: "prod" },
      aws,
      url: "http://shop.example.com",
      release: "0a1b2c3d4e5f",
      cluster: "prod-shop",
      services: { web: "shop-web" },
      definitions: { web: definition },
    };
  });
  after(() => harness.stopAll());

  /** An image with a release's tag. */
  const pushed = async (): Promise<string> => {
    const repositoryName = "shop-image-web";
    const { repository } = await aws.ecr.send(new CreateRepositoryCommand({ repositoryName }));
    const manifest = {
      schemaVersion: 2,
      mediaType: "application/vnd.docker.distribution.manifest.v2+json",
      layers: [],
    };
    const config = {
      mediaType: "application/vnd.docker.container.image.v1+json",
      size: 1,
      digest: `sha256:${"0".repeat(64)}`,
    };
    const { image: put } = await aws.ecr.send(
      new PutImageCommand({
        repositoryName,
        imageManifest: JSON.stringify({ ...manifest, config }),
        imageTag: "0a1b2c3d4e5f-c0ffee0-20260304-050607",
      }),
    );
    return `${repository?.repositoryUri ?? ""}@${put?.imageId?.imageDigest ?? ""}`;
  };

  /** A network, for which nothing else of EC2 is needed. */
  const network = async (): Promise<string> => {
    const credential = "none/20260304/eu-central-1/ec2/aws4_request";
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=none`;
    const body = new URLSearchParams({ Action: "CreateVpc", CidrBlock: "10.0.0.0/16", Version: "2016-11-15" });
    const answer = await fetch(endpoint, { method: "POST", headers: { authorization }, body });
    return /<vpcId>(.*?)<\/vpcId>/.exec(await answer.text())?.[1] ?? "";
  };

  /** A service with a target group. @returns ARN of its task definition */
  const registered = async (): Promise<string> => {
    await aws.ecs.send(new CreateClusterCommand({ clusterName: "prod-shop" }));
    const options = { "awslogs-group": "shop-web-logs", "awslogs-stream-prefix": "task" };
    const { taskDefinition } = await aws.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "prod-shop-shop-web",
        containerDefinitions: [
          { name: "main", image, memory: 256, logConfiguration: { logDriver: "awslogs", options } },
        ],
      }),
    );
    const { TargetGroups: [group] = [] } = await aws.balancing.send(
      new CreateTargetGroupCommand({
        Name: "shop",
        Protocol: "HTTP",
        Port: 8000,
        VpcId: await network(),
        TargetType: "ip",
      }),
    );
    const { TargetGroupArn } = group ?? {};
    await aws.balancing.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: "10.0.0.1", Port: 8000 }] }));
    const arn = taskDefinition?.taskDefinitionArn ?? "";
    await aws.ecs.send(
      new CreateServiceCommand({
        cluster: "prod-shop",
        serviceName: "shop-web",
        taskDefinition: arn,
        desiredCount: 2,
        loadBalancers: [{ targetGroupArn: TargetGroupArn, containerName: "main", containerPort: 8000 }],
      }),
    );
    return arn;
  };

  it("is asked with the credentials of a role", async () => {
    const { accessKeyId, sessionToken } = await aws.ecs.config.credentials();
    expect(accessKeyId).to.match(/^ASIA/);
    expect(sessionToken).to.be.a("string");
  });

  it("knows the release of an image by its tag, and none of an image that is not there", async () => {
    expect(await releaseOf(deployed, image)).to.equal("0a1b2c3d4e5f");
    expect(await releaseOf(deployed, image.replace(/[0-9a-f]{64}$/, "0".repeat(64)))).to.equal(undefined);
    const repository = repositoryOf(image)?.repository;
    expect(repository === undefined ? [] : await imagesIn(deployed, repository)).to.deep.equal([
      {
        version: "0a1b2c3d4e5f",
        commit: "c0ffee0",
        builtAt: "2026-03-04T05:06:07.000Z",
        digest: image.slice(image.indexOf("@") + 1),
        uri: image,
      },
    ]);
  });

  it("has tasks that are missing, and targets that are told of", async () => {
    const { processes, healthy, health } = await status(deployed);
    expect(processes).to.deep.equal([{ name: "web", role: "web", state: "0 of 2 tasks", running: false }]);
    expect(healthy).to.equal(false);
    expect(health).to.match(/^\d of 1 targets healthy/);
  });

  it("does not serve while no task runs", async () => {
    const error: unknown = await confirmRollout(deployed, {}, { maxWaitTime: 1, minDelay: 0.1, maxDelay: 0.2 }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(SlipwayError);
    expect((error as SlipwayError).message).to.match(/web: 0 of 2 tasks run, the rollout is IN_PROGRESS/);
    expect((error as SlipwayError).message).to.contain("web: nothing, 0 of 2 tasks");
  });

  it("has logs by time and text", async () => {
    const logGroupName = "shop-web-logs";
    const logStreamName = `task/main/${TASK}`;
    await aws.logs.send(new CreateLogGroupCommand({ logGroupName }));
    await aws.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    const hour = 3600_000;
    const logEvents = [
      { timestamp: Date.now() - 2 * hour, message: "long ago" },
      { timestamp: Date.now() - 1000, message: "an error" },
      { timestamp: Date.now() - 500, message: "all well" },
    ];
    await aws.logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    const read = async (options: Parameters<typeof logs>[1]): Promise<string[]> => {
      const lines: string[] = [];
      for await (const line of logs(deployed, options)) lines.push(line);
      return lines;
    };
    const since = new Date(Date.now() - hour);
    expect(await read({ since })).to.deep.equal(["web-0a1b2c3d | an error\n", "web-0a1b2c3d | all well\n"]);
    expect(await read({ since, filter: "error" })).to.deep.equal(["web-0a1b2c3d | an error\n"]);
    expect(await read({ filter: "long", processes: ["web"] })).to.deep.equal(["web-0a1b2c3d | long ago\n"]);
  });

  it("is of the account that the credentials are of, which doctor compares with what the config allows", async () => {
    const look = async (more: object) => (await found(CREDENTIALS, patient({ config: { ...config, ...more } })))[0];
    const well = await look({ "aws:allowedAccountIds": '["123456789012"]' });
    expect(well).to.include({
      state: "ok",
      found: "arn:aws:sts::123456789012:assumed-role/deploy/deploy, region eu-central-1",
    });
    const other = await look({ "aws:allowedAccountIds": '["210987654321"]' });
    expect(other?.state).to.equal("fail");
    expect(other?.found).to.equal(
      "the credentials are of account 123456789012, and aws:allowedAccountIds names 210987654321",
    );
    expect((await look({ "aws:forbiddenAccountIds": '["123456789012"]' }))?.state).to.equal("fail");
    expect((await look({ "aws:endpoints": '[{"sts":"http://127.0.0.1:9"}]' }))?.found).to.match(/ECONNREFUSED/);
  });

  it("has secrets that know when they were last changed", async () => {
    const client = new SecretsManagerClient(awsAccess(config, {}).of("secretsmanager"));
    const { ARN = "" } = await client.send(new CreateSecretCommand({ Name: "shop-token", SecretString: "old" }));
    const changes = () => changesOf(awsAccess(config, {}), deployed.place, [ARN], AbortSignal.timeout(10_000));
    const [made = new Date(0)] = (await changes()).values();
    expect(Math.abs(made.getTime() - Date.now())).to.be.below(60_000);
    const reader = { name: "web", started: new Date(made.getTime() + 1), secrets: [ARN], mend: "start it" };
    expect(staleness([reader], await changes())[0]?.state).to.equal("ok");
    // Moto tells whole seconds.
    await harness.until(async () => {
      await client.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: "new" }));
      return staleness([reader], await changes())[0]?.state === "warn";
    }, "a later version");
    client.destroy();
  });

  it("is a state that does not fit where the cluster is gone", async () => {
    const error = awsError(
      deployed.place,
      await status({ ...deployed, cluster: "gone" }).catch((reason: unknown) => reason),
    );
    expect(error).to.be.instanceOf(SlipwayError);
    expect((error as SlipwayError).kind).to.equal("state");
  });
});
