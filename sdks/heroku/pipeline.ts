import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

export interface PipelineOwnerArgs {
  /** UUID of the team or user. */
  id: pulumi.Input<string>;
  /** `team` or `user`. */
  type: pulumi.Input<string>;
}

export interface PipelineArgs {
  name?: pulumi.Input<string>;
  owner?: pulumi.Input<PipelineOwnerArgs>;
}

/** Apps of the same code, each at a stage. */
export class Pipeline extends HerokuResource {
  declare readonly name: pulumi.Output<string>;

  constructor(name: string, args: PipelineArgs = {}, opts?: pulumi.CustomResourceOptions) {
    super({ type: "heroku:index/pipeline:Pipeline", required: [], optional: ["name", "owner"] }, name, args, opts);
  }
}
