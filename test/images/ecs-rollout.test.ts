/** Rollouts of ECS whose tasks are real containers: ministack, an emulator from PyPI, on the Docker engine of the tests. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { awsClients } from "../../automation/ecs/clients";
import type { Deployed } from "../../automation/ecs/deployed";
import { confirmRollout } from "../../automation/ecs/rollout";
import { SlipwayError } from "../../automation/errors";
import { packageRoot } from "../../components/package-root";
import { freePort } from "../../providers/host/ports";
import { until } from "../engine/support/wait";
import { BASE, type Engine } from "../support/docker/engine";
import { sharedEngine, skipReason } from "../support/docker/shared";

const VENV = path.join(packageRoot, ".slipway", "test-venv-ministack-1.5.33");
const PACKAGES = ["ministack==1.5.33", "docker==7.2.0"];
const PATIENCE = { maxWaitTime: 60, minDelay: 0.2, maxDelay: 0.5 };
const skipped = skipReason();
/** A process that serves until it is asked to stop. */
const SERVES = ["sh", "-c", "trap 'exit 0' TERM; echo serving; while :; do sleep 0.1; done"];
const FAILS = ["sh", "-c", "echo 'ValueError: DB_URI is missing'; exit 3"];

(skipped === "" ? describe : describe.skip)(
  `rollouts of real containers on ECS (emulated by ministack)${skipped}`,
  function () {
    this.timeout(300_000);
    let engine: Engine;
    let deployed: Deployed;

    before(async () => {
      engine = await sharedEngine();
      if (!existsSync(VENV)) {
        await promisify(execFile)("python3", ["-m", "venv", VENV]);
        await promisify(execFile)(path.join(VENV, "bin", "pip"), ["install", "--quiet", ...PACKAGES]);
      }
      const port = await freePort();
      const env = {
        ...process.env,
        BIND_HOST: "127.0.0.1",
        DOCKER_HOST: engine.host,
        GATEWAY_PORT: String(port),
        HOSTNAME: "none",
      };
      engine.background(path.join(VENV, "bin", "python"), ["-m", "ministack"], { env });
      const endpoint = `http://127.0.0.1:${port}`;
      await until("ministack answers", () => fetch(endpoint).then(Boolean, () => false));
      const endpoints = JSON.stringify([{ ecs: endpoint, logs: endpoint, ecr: endpoint }]);
      const keys = { "aws:accessKey": "test", "aws:secretKey": "test" };
      const aws = awsClients({ "aws:region": "eu-central-1", "aws:endpoints": endpoints, ...keys }, {});
      await aws.ecs.send(new CreateClusterCommand({ clusterName: "prod-shop" }));
      deployed = {
        place: { project: "/nowhere", stack: "prod" },
        aws,
        url: "",
        release: "",
        cluster: "prod-shop",
        services: { web: "shop-web" },
        definitions: {},
      };
    });

    /** A new revision, which is what is to serve from now on. @returns its ARN */
    const wanted = async (command: string[]): Promise<string> => {
      const options = {
        "awslogs-group": "shop-web",
        "awslogs-stream-prefix": "task",
        "awslogs-region": "eu-central-1",
        "awslogs-create-group": "true",
      };
      const { taskDefinition } = await deployed.aws.ecs.send(
        new RegisterTaskDefinitionCommand({
          family: "prod-shop-web",
          containerDefinitions: [
            {
              name: "main",
              image: BASE,
              command,
              memory: 64,
              essential: true,
              versionConsistency: "disabled",
              logConfiguration: { logDriver: "awslogs", options },
            },
          ],
        }),
      );
      const web = taskDefinition?.taskDefinitionArn ?? "";
      deployed = { ...deployed, definitions: { web } };
      return web;
    };
    const update = async (command: string[]): Promise<void> => {
      const taskDefinition = await wanted(command);
      await deployed.aws.ecs.send(
        new UpdateServiceCommand({ cluster: "prod-shop", service: "shop-web", taskDefinition }),
      );
    };
    /** Revisions whose containers run. */
    const running = async (): Promise<string[]> => {
      const format = '{{.Label "com.amazonaws.ecs.task-definition-version"}}';
      const { stdout } = await engine.docker("ps", "--filter", "label=com.amazonaws.ecs.task-arn", "--format", format);
      return stdout.trim().split("\n").filter(Boolean).sort();
    };

    it("serve when they are steady", async () => {
      await deployed.aws.ecs.send(
        new CreateServiceCommand({
          cluster: "prod-shop",
          serviceName: "shop-web",
          taskDefinition: await wanted(SERVES),
          desiredCount: 2,
          launchType: "EC2",
          deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
        }),
      );
      await confirmRollout(deployed, {}, PATIENCE);
      expect(await running()).to.deep.equal(["1", "1"]);
    });

    it("fail with the reason and the log when the circuit breaker puts the old containers back", async () => {
      await update(FAILS);
      const error: unknown = await confirmRollout(deployed, {}, PATIENCE).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(SlipwayError);
      const { message } = error as SlipwayError;
      expect(message).to.contain("web: prod-shop-web:1 is deployed instead of prod-shop-web:2");
      expect(message).to.match(/stopped: .*exit code 3/);
      expect(message).to.contain("| ValueError: DB_URI is missing");
      expect(message).to.match(/serves now:\n {4}web: prod-shop-web:1, 2 of 2 tasks/);
      expect(await running()).to.deep.equal(["1", "1"]);
    });

    it("serve again when what ran before is deployed once more", async () => {
      await update(SERVES);
      await confirmRollout(deployed, {}, PATIENCE);
      // The old ones are told to be gone once they are asked to stop.
      await until("only the new containers run", async () => (await running()).join() === "3,3");
    });
  },
);
