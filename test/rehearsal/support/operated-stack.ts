/**
 * A stack that the command line deploys and operates as if it were on AWS: the engine's providers are the simulated
 * clouds, and ECS is the simulated API, whose services are those that the engine made.
 */
import { chmodSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { findPulumi } from "../../../automation/engine/pulumi-cli";
import { packageRoot } from "../../../components/package-root";
import { Running, type Ended } from "../../engine/support/running";
import { SimulatedAws } from "../../support/simulated-aws";
import type { Fate } from "../../support/simulated-ecs";
import { Account, type AccountStack, type Sections } from "./account";

/** A container as a task definition has it. */
interface Container {
  image: string;
}

export class OperatedStack {
  /** What becomes of the tasks of what is deployed next, by process. */
  fates: Record<string, Fate> = {};

  private constructor(
    readonly account: Account,
    readonly stack: AccountStack,
    readonly aws: SimulatedAws,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async open(sections: Sections): Promise<OperatedStack> {
    const account = await Account.open();
    const aws = new SimulatedAws();
    const stack = account.stack("prod", { environment: "prod", ...sections });
    const operated = new OperatedStack(account, stack, aws, {
      ...process.env,
      NO_COLOR: "1",
      AWS_ENDPOINT_URL: await aws.listen(),
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
      PULUMI_BACKEND_URL: `file://${account.folder}`,
      SLIPWAY_PROJECT: account.folder,
      SLIPWAY_PULUMI: await engineOn(account),
      XDG_CONFIG_HOME: path.join(account.folder, "config"),
    });
    aws.ecr.onPut = (image) => {
      account.push(image);
    };
    aws.meanwhile = () => {
      operated.follow();
    };
    return operated;
  }

  /** How many images were built. */
  get builds(): number {
    const isBuild = ({ type, operation }: { type: string; operation: string }): boolean =>
      type.startsWith("docker:") && operation === "create";
    return this.account.calls.filter(isBuild).length;
  }

  /** Runs `slipway` with these words alone, to its end. */
  line(...words: string[]): Promise<Ended> {
    return this.running({}, words).ended;
  }

  /** Runs `slipway` on the stack, to its end. */
  slipway(...words: string[]): Promise<Ended> {
    return this.start({}, ...words).ended;
  }

  /** Starts `slipway` on the stack, with more environment. */
  start(more: NodeJS.ProcessEnv, ...words: string[]): Running {
    const [command = "", ...rest] = words;
    return this.running(more, [command, "--stack", "prod", ...rest]);
  }

  private running(more: NodeJS.ProcessEnv, words: readonly string[]): Running {
    const argv = [process.execPath, path.join(packageRoot, "bin", "slipway.mjs"), ...words];
    return new Running(argv, this.account.folder, { ...this.environment, ...more });
  }

  async close(): Promise<void> {
    await this.aws.close();
    this.account.close();
  }

  /** Brings about in ECS what the engine has made: services begin to deploy the task definitions that they name. */
  private follow(): void {
    const { ecs, ecr, images } = this.aws;
    for (const { inputs, outputs } of this.account.made("docker:index/image:Image")) {
      const { imageName, repoDigest } = outputs as Record<"imageName" | "repoDigest", string>;
      const { args } = inputs["build"] as { args: Record<string, string> };
      const [, repositoryName = "", imageDigest = ""] = /\/(.*)@(.*)$/.exec(repoDigest) ?? [];
      const known = images.some(
        (image) => image.imageDigest === imageDigest && image.repositoryName === repositoryName,
      );
      const tag = imageName.slice(imageName.lastIndexOf(":") + 1);
      const labels = { "slipway.schema": args["SCHEMA"] ?? "" };
      if (!known) ecr.push(repositoryName, tag, { labels }, [`made as ${imageDigest}`], imageDigest);
    }
    for (const { outputs } of this.account.made("aws:ecs/taskDefinition:TaskDefinition")) {
      const { arn, family, containerDefinitions } = outputs as Record<
        "arn" | "family" | "containerDefinitions",
        string
      >;
      const [container] = JSON.parse(containerDefinitions) as Container[];
      if (ecs.definitions.has(arn)) continue;
      const fate = this.fates[family.split("-").at(-1) ?? ""] ?? {};
      ecs.definitions.set(arn, { family, arn, image: container?.image ?? "", fate });
    }
    for (const { outputs } of this.account.made("aws:ecs/service:Service")) {
      const { name, taskDefinition, desiredCount } = outputs as {
        name: string;
        taskDefinition: string;
        desiredCount: number;
      };
      const asked = ecs.services.get(name)?.history.map(({ target }) => target) ?? [];
      if (!asked.includes(taskDefinition)) ecs.deploy(name, taskDefinition, desiredCount);
    }
  }
}

/** A Pulumi CLI whose engine is attached to the simulated clouds, whatever the command says. */
async function engineOn({ folder, attached }: Account): Promise<string> {
  const { command } = await findPulumi(() => undefined);
  const file = path.join(folder, "pulumi-attached");
  const lines = [
    "#!/bin/sh",
    `export PULUMI_DEBUG_PROVIDERS="${attached}" PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true`,
    `exec "${command}" "$@"`,
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  chmodSync(file, 0o755);
  return file;
}
