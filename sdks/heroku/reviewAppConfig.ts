import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

export interface ReviewAppConfigDeployTargetArgs {
  /** Name of a region, or UUID of a space. */
  id: pulumi.Input<string>;
  /** `region` or `space`. */
  type: pulumi.Input<string>;
}

export interface ReviewAppConfigArgs {
  pipelineId: pulumi.Input<string>;
  /** Repository at GitHub, `owner/name`, that the pipeline is connected to. */
  orgRepo: pulumi.Input<string>;
  deployTarget: pulumi.Input<ReviewAppConfigDeployTargetArgs>;
  /** @default false */
  automaticReviewApps?: pulumi.Input<boolean>;
  baseName?: pulumi.Input<string>;
  /** @default false */
  destroyStaleApps?: pulumi.Input<boolean>;
  /** Days, 1 to 30. */
  staleDays?: pulumi.Input<number>;
  /** @default false */
  waitForCi?: pulumi.Input<boolean>;
}

/** Apps that Heroku makes of pull requests. */
export class ReviewAppConfig extends HerokuResource {
  declare readonly pipelineId: pulumi.Output<string>;
  declare readonly orgRepo: pulumi.Output<string>;
  declare readonly baseName: pulumi.Output<string>;
  declare readonly repoId: pulumi.Output<number>;

  constructor(name: string, args: ReviewAppConfigArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      {
        type: "heroku:index/reviewAppConfig:ReviewAppConfig",
        required: ["deployTarget", "orgRepo", "pipelineId"],
        optional: ["automaticReviewApps", "baseName", "destroyStaleApps", "staleDays", "waitForCi"],
        computed: ["repoId"],
      },
      name,
      args,
      opts,
    );
  }
}
