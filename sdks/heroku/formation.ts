import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

export interface FormationArgs {
  appId: pulumi.Input<string>;
  /** Process type, as the Procfile names it. */
  type: pulumi.Input<string>;
  quantity: pulumi.Input<number>;
  /** Such as `standard-1x`. */
  size: pulumi.Input<string>;
}

/** How many dynos of which size a process type has. */
export class Formation extends HerokuResource {
  declare readonly appId: pulumi.Output<string>;
  declare readonly type: pulumi.Output<string>;
  declare readonly quantity: pulumi.Output<number>;
  declare readonly size: pulumi.Output<string>;

  constructor(name: string, args: FormationArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      { type: "heroku:index/formation:Formation", required: ["appId", "quantity", "size", "type"] },
      name,
      args,
      opts,
    );
  }
}
