import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

export interface AppReleaseArgs {
  appId: pulumi.Input<string>;
  /** Slug to release; this or `ociImage`. */
  slugId?: pulumi.Input<string>;
  /** Image to release, for apps that have images instead of slugs. */
  ociImage?: pulumi.Input<string>;
  description?: pulumi.Input<string>;
}

/** A release of a slug or image that Heroku has already. */
export class AppRelease extends HerokuResource {
  declare readonly appId: pulumi.Output<string>;
  declare readonly slugId: pulumi.Output<string | undefined>;
  declare readonly ociImage: pulumi.Output<string | undefined>;
  declare readonly description: pulumi.Output<string>;

  constructor(name: string, args: AppReleaseArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      {
        type: "heroku:index/appRelease:AppRelease",
        required: ["appId"],
        optional: ["description", "ociImage", "slugId"],
      },
      name,
      args,
      opts,
    );
  }
}
