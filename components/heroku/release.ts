import * as path from "node:path";
import { AppRelease, Build, PipelinePromotion } from "@pulumi/heroku";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import type { ReleaseArgs, ReleaseChildren } from "./args";
import { writeBundle } from "./bundle";
import type { SourceBuild } from "./render";

/**
 * A release of an app: built by Heroku from a bundle of the source, or of something that Heroku has built before. It is
 * there once Heroku has prepared it: the release phase of a bundle proves that the application loads, and migrates.
 */
export class Release extends Component<ReleaseChildren> {
  /** UUID of the release. */
  readonly releaseId: pulumi.Output<string>;
  /** UUID of the slug; empty where a release has none, or the provider does not tell it. */
  readonly slugId: pulumi.Output<string>;
  /** What must be there before the release's processes can be counted. */
  readonly ready: pulumi.Resource;

  constructor(
    name: string,
    private readonly args: ReleaseArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("heroku:Release", name, args.transform, opts);
    const { appId, build, ready: dependsOn = [] } = args;
    if (build.kind === "slug") {
      const released = new AppRelease(...this.child("slug", { appId, slugId: build.id }, { dependsOn }));
      this.releaseId = released.id;
      this.slugId = pulumi.output(build.id);
      this.ready = released;
    } else if (build.kind === "promotion") {
      const promoted = this.promote(build.app, build.release);
      this.releaseId = promoted.promotedReleaseIds.apply((all) => all[0]?.releaseId ?? "");
      this.slugId = pulumi.output("");
      this.ready = promoted;
    } else {
      const built = this.build(build);
      this.releaseId = built.releaseId;
      this.slugId = built.slugId.apply((id: string | undefined) => id ?? "");
      this.ready = built;
    }
    this.registerOutputs({ releaseId: this.releaseId });
  }

  private build(build: SourceBuild): Build {
    const { appId, workload, folder, ready: dependsOn = [] } = this.args;
    const bundle = pulumi.output(writeBundle(workload, build, path.join(folder, "heroku")));
    const source = { path: bundle.path, version: workload.release.version };
    return new Build(...this.child("build", { appId, source }, { dependsOn }));
  }

  /** @throws Error without a pipeline, which the config refuses */
  private promote(sourceAppId: string, releaseId: string): PipelinePromotion {
    const { appId, pipelineId, ready: dependsOn = [] } = this.args;
    if (pipelineId === undefined) throw new Error("A release is promoted along a pipeline: pipelineId is missing.");
    return new PipelinePromotion(
      ...this.child("promotion", { pipeline: pipelineId, sourceAppId, releaseId, targets: [appId] }, { dependsOn }),
    );
  }
}
