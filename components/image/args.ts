import type { ImageArgs } from "@pulumi/docker/image";
import type { LifecyclePolicyArgs } from "@pulumi/aws/ecr/lifecyclePolicy";
import type { RepositoryArgs } from "@pulumi/aws/ecr/repository";
import type { Workload } from "../app";
import type { Transforms } from "../component";
import type { Settings } from "../config";

/** Children of an {@link AppImage}, by role. */
export interface AppImageChildren {
  repository: RepositoryArgs;
  lifecycle: LifecyclePolicyArgs;
  image: ImageArgs;
}

/** What an image is for: `web` answers HTTP; `worker` runs Celery, beat, migrations and other commands. */
export type ImageRole = "web" | "worker";

/**
 * Puts an image into a repository, with the digest that it has.
 *
 * @param image `host/name@sha256:…`
 * @param repositoryUrl `host/name`
 */
export type BringImage = (image: string, repositoryUrl: string) => Promise<void>;

/** Arguments of an {@link AppImage}. */
export interface AppImageArgs {
  role: ImageRole;
  /** The application, as `describeWorkload` returns it. */
  workload: Workload;
  /** What the stack's config says of images. */
  image: Settings["ecs"]["image"];
  /** Processor that it runs on. */
  architecture: "amd64" | "arm64";
  /** Folder of the stack's files; build contexts are written below it. Absolute. */
  folder: string;
  /**
   * An image by digest that is deployed instead of a new build, as in a rollback; the repository stays as it is.
   * @default none
   */
  reuse?: string;
  /** Brings that image into the repository, before it is deployed from there. @default it is deployed from where it lies */
  bring?: BringImage;
  /** Changes a child before it is made. */
  transform?: Transforms<AppImageChildren>;
}
