import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

export interface PipelineCouplingArgs {
  appId: pulumi.Input<string>;
  /** UUID of the pipeline. */
  pipeline: pulumi.Input<string>;
  /** `review`, `development`, `staging` or `production`. */
  stage: pulumi.Input<string>;
}

/** An app's place in a pipeline. */
export class PipelineCoupling extends HerokuResource {
  declare readonly appId: pulumi.Output<string>;
  declare readonly pipeline: pulumi.Output<string>;
  declare readonly stage: pulumi.Output<string>;

  constructor(name: string, args: PipelineCouplingArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      { type: "heroku:index/pipelineCoupling:PipelineCoupling", required: ["appId", "pipeline", "stage"] },
      name,
      args,
      opts,
    );
  }
}
