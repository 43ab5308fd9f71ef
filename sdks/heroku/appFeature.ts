import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

export interface AppFeatureArgs {
  appId: pulumi.Input<string>;
  /** Such as `preboot`. */
  name: pulumi.Input<string>;
  /** @default true */
  enabled?: pulumi.Input<boolean>;
}

/** A feature of the platform that an app has switched on or off. */
export class AppFeature extends HerokuResource {
  declare readonly appId: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  declare readonly enabled: pulumi.Output<boolean | undefined>;

  constructor(name: string, args: AppFeatureArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      { type: "heroku:index/appFeature:AppFeature", required: ["appId", "name"], optional: ["enabled"] },
      name,
      args,
      opts,
    );
  }
}
