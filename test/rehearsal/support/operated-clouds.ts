/**
 * Clouds on which the command line deploys and operates as if they were the real ones: its engine's providers are the
 * simulated clouds, and beside them are simulated APIs, which know of what runs what the engine has made.
 */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { findPulumi } from "../../../automation/engine/pulumi-cli";
import { fileOf } from "../../../providers/rehearsal/assets";
import type { Given } from "../../../providers/rehearsal/given";
import { stateOf } from "../../../providers/rehearsal/heroku/app-state";
import { SimulatedAws } from "../../support/simulated-aws";
import type { Fate } from "../../support/simulated-ecs";
import { SimulatedDynos } from "../../support/simulated-dynos";
import { KEY, SimulatedPlatform } from "../../support/simulated-platform";
import { Account } from "./account";

/** A container as a task definition has it. */
interface Container {
  image: string;
}

export class OperatedClouds {
  /** What becomes of the tasks of what is deployed next, by process. */
  fates: Record<string, Fate> = {};
  /** UUID of an app at Heroku -> what it runs for one command each. */
  private readonly dynos = new Map<string, SimulatedDynos>();

  private constructor(
    readonly account: Account,
    readonly aws: SimulatedAws,
    readonly heroku: SimulatedPlatform,
    /** Environment of a command line that works on them. */
    readonly environment: NodeJS.ProcessEnv,
    private readonly herokuUrl: string,
  ) {}

  /** @param given what is there already */
  static async open(given?: readonly Given[]): Promise<OperatedClouds> {
    const account = await Account.open(given);
    const aws = new SimulatedAws();
    const heroku = new SimulatedPlatform();
    const herokuUrl = await heroku.start();
    const environment = {
      ...process.env,
      NO_COLOR: "1",
      AWS_ENDPOINT_URL: await aws.listen(),
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
      HEROKU_API_KEY: KEY,
      HEROKU_API_URL: herokuUrl,
      PULUMI_BACKEND_URL: `file://${account.folder}`,
      // No engine is killed here; the state after each step takes a fifth of the time.
      PULUMI_SKIP_CHECKPOINTS: "true",
      SLIPWAY_PROJECT: account.folder,
      SLIPWAY_PULUMI: await engineOn(account),
      XDG_CONFIG_HOME: path.join(account.folder, "config"),
    };
    const clouds = new OperatedClouds(account, aws, heroku, environment, herokuUrl);
    aws.ecr.onPut = (image) => {
      account.push(image);
    };
    aws.meanwhile = () => {
      clouds.followImages();
      clouds.followServices();
      clouds.followObjects();
      clouds.followEnvironments();
    };
    heroku.meanwhile = () => {
      clouds.followApps();
    };
    return clouds;
  }

  async close(): Promise<void> {
    await Promise.all([this.aws.close(), this.heroku.stop()]);
    this.account.close();
  }

  /** ECR has the images that the engine has pushed. */
  private followImages(): void {
    const { ecr } = this.aws;
    for (const { inputs, outputs } of this.account.made("docker:index/image:Image")) {
      const { imageName, repoDigest } = outputs as Record<"imageName" | "repoDigest", string>;
      const { args } = inputs["build"] as { args: Record<string, string> };
      const [, repositoryName = "", imageDigest = ""] = /\/(.*)@(.*)$/.exec(repoDigest) ?? [];
      const known = ecr.images.some(
        (image) => image.imageDigest === imageDigest && image.repositoryName === repositoryName,
      );
      const tag = imageName.slice(imageName.lastIndexOf(":") + 1);
      const labels = { "slipway.schema": args["SCHEMA"] ?? "" };
      if (!known) ecr.push(repositoryName, tag, { labels }, [`made as ${imageDigest}`], imageDigest);
    }
  }

  /** Services of ECS begin to deploy the task definitions that the engine has given them. */
  private followServices(): void {
    const { ecs } = this.aws;
    for (const { outputs } of this.account.made("aws:ecs/cluster:Cluster")) ecs.cluster = String(outputs["name"]);
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

  /** S3 has the objects that the engine has uploaded. */
  private followObjects(): void {
    const { all } = this.aws.objects;
    for (const { inputs, outputs } of this.account.made("aws:s3/bucketObjectv2:BucketObjectv2")) {
      const { bucket, key } = outputs as Record<"bucket" | "key", string>;
      const file = fileOf(inputs["source"]);
      if (file !== undefined && !all.has(`${bucket}/${key}`)) all.set(`${bucket}/${key}`, readFileSync(file));
    }
  }

  /** Elastic Beanstalk has the versions, and its environments begin to deploy those that the engine has given them. */
  private followEnvironments(): void {
    const { beanstalk } = this.aws;
    for (const { outputs } of this.account.made("aws:elasticbeanstalk/applicationVersion:ApplicationVersion")) {
      const { application, name, description, bucket, key } = outputs as Record<
        "application" | "name" | "description" | "bucket" | "key",
        string
      >;
      if (!beanstalk.versions.some(({ label, application: own }) => label === name && own === application))
        beanstalk.addVersion(application, name, description, { bucket, key });
    }
    for (const { outputs } of this.account.made("aws:elasticbeanstalk/environment:Environment")) {
      const { application, name, version } = outputs as Record<"application" | "name" | "version", string>;
      if (beanstalk.environments.get(name)?.asked[0] !== version)
        beanstalk.deploy(application, name, version, this.fates[name.split("-").at(-1) ?? ""]);
    }
  }

  /** Heroku's API tells of apps that the engine has made; their dynos are up. */
  private followApps(): void {
    const { answers } = this.heroku;
    for (const app of this.account.made("heroku:index/app:App")) {
      const { releases, processes, slugs } = stateOf(app);
      const version = releases.at(-1)?.version ?? 0;
      const since = new Date().toISOString();
      const of = (what: string): string => what.replace(" ", ` /apps/${app.id}`);
      answers[of("GET /formation")] = processes;
      const dynos = this.dynos.get(app.id) ?? new SimulatedDynos(this.heroku, this.herokuUrl);
      this.dynos.set(app.id, dynos);
      dynos.fate = { exitCode: 0, ...this.fates["migrate"] };
      dynos.serve(app.id, version);
      const formation = processes.flatMap(({ type, quantity }) =>
        Array.from({ length: quantity }, (_, at) => {
          const name = `${type}.${at + 1}`;
          return { name, type, state: "up", updated_at: since, release: { version } };
        }),
      );
      answers[of("GET /dynos")] = [...formation, ...dynos.running];
      answers[of("GET /releases")] = releases.toReversed().map(({ slugId, ...release }) => ({
        ...{ id: release.id, version: release.version, created_at: since, status: "succeeded" },
        ...{ current: release.version === version, slug: slugId === undefined ? null : { id: slugId } },
      }));
      for (const { inputs, outputs } of this.account.made("heroku:index/build:Build")) {
        const { version: commit } = inputs["source"] as { version?: string };
        const id = String(outputs["slugId"]);
        const process_types = slugs.find((slug) => slug.id === id)?.processTypes ?? null;
        answers[of(`GET /slugs/${id}`)] = { id, commit, process_types };
      }
    }
  }
}

/** A Pulumi CLI whose engine is attached to the simulated clouds, where a rehearsal does not attach it to its own. */
async function engineOn({ folder, attached }: Account): Promise<string> {
  const { command } = await findPulumi(() => undefined);
  const file = path.join(folder, "pulumi-attached");
  const lines = [
    "#!/bin/sh",
    `export PULUMI_DEBUG_PROVIDERS="\${PULUMI_DEBUG_PROVIDERS:-${attached}}" PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true`,
    `exec "${command}" "$@"`,
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  chmodSync(file, 0o755);
  return file;
}
