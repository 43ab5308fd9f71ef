import * as path from "node:path";
import { getAuthorizationTokenOutput } from "@pulumi/aws/ecr/getAuthorizationToken";
import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy";
import { Repository } from "@pulumi/aws/ecr/repository";
import { Image, type ImageArgs } from "@pulumi/docker/image";
import * as pulumi from "@pulumi/pulumi";
import { releaseTag } from "../app";
import { Component } from "../component";
import type { AppImageArgs, AppImageChildren, BringImage } from "./args";
import { lifecyclePolicy } from "./lifecycle";
import { writeContext } from "./context";
import { buildArguments } from "./dockerfile";

/** Where the web image listens. */
export const PORT = 8000;
/** Folder in the images that a process may write to, beside the rest of /tmp; what `{data}` in a command stands for. */
export const DATA_FOLDER = "/tmp/slipway";
/** Asks, inside a container of an image, whether its process is well. */
export const HEALTH_COMMAND: readonly string[] = ["CMD", "/usr/local/bin/slipway-healthcheck"];

/**
 * A container image of the application, built with Docker on this machine and kept in a repository of its own. An image
 * that the config names is used as it is.
 *
 * Tags are immutable and nothing runs by a tag: what is deployed is `uri`, which names the image's digest. Another
 * commit of the same content, another time, or another machine makes no new image.
 *
 * @example
 * ```ts
 * const web = new AppImage("shop-web", { role: "web", workload, image: settings.ecs.image, architecture: "amd64", folder });
 * new Task("shop", { image: web.uri, … });
 * ```
 */
export class AppImage extends Component<AppImageChildren> {
  /** The image by its digest: `host/name@sha256:…`. */
  readonly uri: pulumi.Output<string>;
  /** `sha256:…`. */
  readonly digest: pulumi.Output<string>;
  /** Repository that it is pulled from; undefined for an image that the config names. */
  readonly repositoryArn: pulumi.Output<string> | undefined;

  constructor(
    name: string,
    private readonly args: AppImageArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("image:AppImage", name, args.transform, opts);
    const named = args.image[args.role];
    const given = args.reuse ?? named;
    const repository = named === undefined ? this.makeRepository() : undefined;
    this.repositoryArn = repository?.arn;
    const { reuse, bring } = args;
    if (reuse !== undefined && bring !== undefined && repository !== undefined) {
      this.uri = repository.repositoryUrl.apply((url) => broughtTo(url, reuse, bring));
    } else if (given !== undefined) this.uri = pulumi.output(given);
    else if (repository !== undefined) this.uri = this.build(repository).repoDigest;
    else throw new Error(`${name}: neither an image nor a repository for one.`);
    this.digest = this.uri.apply((uri) => uri.slice(uri.indexOf("@") + 1));
    this.registerOutputs({ uri: this.uri });
  }

  private makeRepository(): Repository {
    const repository = new Repository(
      ...this.child("repository", {
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "AES256" }],
        // Images are built from the source at any time; a repository that is in the way of `destroy` helps nobody.
        forceDelete: true,
      }),
    );
    const policy = JSON.stringify(lifecyclePolicy(this.args.image.keep));
    new LifecyclePolicy(...this.child("lifecycle", { repository: repository.name, policy }));
    return repository;
  }

  private build(repository: Repository): Image {
    const { role, workload, image, architecture, folder } = this.args;
    const context = pulumi.output(writeContext(role, workload, path.join(folder, "images")));
    const login = getAuthorizationTokenOutput({}, { parent: this });
    const build: ImageArgs["build"] = {
      context: context.folder,
      dockerfile: pulumi.interpolate`${context.folder}/Dockerfile`,
      platform: `linux/${architecture}`,
      args: buildArguments(role, workload, image.base),
    };
    return new Image(
      ...this.child(
        "image",
        {
          imageName: pulumi.interpolate`${repository.repositoryUrl}:${releaseTag(workload.release, new Date())}`,
          build,
          buildOnPreview: image.buildOnPreview,
          registry: {
            server: repository.repositoryUrl,
            username: login.userName,
            password: pulumi.secret(login.password),
          },
        },
        {
          // Another content is another image, with a name of its own; the same content keeps the name that it has.
          replaceOnChanges: ["build", "registry"],
          ignoreChanges: ["imageName", "build.args.REVISION", "buildOnPreview"],
        },
      ),
    );
  }
}

/** The image in the repository; a plan says only where it will be. */
async function broughtTo(repositoryUrl: string, image: string, bring: BringImage): Promise<string> {
  if (!pulumi.runtime.isDryRun()) await bring(image, repositoryUrl);
  return `${repositoryUrl}${image.slice(image.indexOf("@"))}`;
}
