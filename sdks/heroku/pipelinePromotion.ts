import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

export interface PipelinePromotionArgs {
  /** UUID of the pipeline. */
  pipeline: pulumi.Input<string>;
  sourceAppId: pulumi.Input<string>;
  /** UUID of the release of the source app. */
  releaseId: pulumi.Input<string>;
  /** UUIDs of the apps that get it. */
  targets: pulumi.Input<pulumi.Input<string>[]>;
}

/** A release of one app of a pipeline, given to others. */
export class PipelinePromotion extends HerokuResource {
  declare readonly pipeline: pulumi.Output<string>;
  declare readonly sourceAppId: pulumi.Output<string>;
  declare readonly releaseId: pulumi.Output<string>;
  declare readonly targets: pulumi.Output<string[]>;
  declare readonly status: pulumi.Output<string>;
  declare readonly createdAt: pulumi.Output<string>;
  declare readonly promotedReleaseIds: pulumi.Output<{ appId: string; releaseId: string }[]>;

  constructor(name: string, args: PipelinePromotionArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      {
        type: "heroku:index/pipelinePromotion:PipelinePromotion",
        required: ["pipeline", "releaseId", "sourceAppId", "targets"],
        computed: ["createdAt", "promotedReleaseId", "promotedReleaseIds", "status"],
      },
      name,
      args,
      opts,
    );
  }
}
