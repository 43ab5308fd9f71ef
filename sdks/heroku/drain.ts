import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

export interface DrainArgs {
  appId: pulumi.Input<string>;
  /** This or `sensitiveUrl`. */
  url?: pulumi.Input<string>;
  sensitiveUrl?: pulumi.Input<string>;
}

/** Where an app's logs are sent to. */
export class Drain extends HerokuResource {
  declare readonly appId: pulumi.Output<string>;
  declare readonly url: pulumi.Output<string | undefined>;
  declare readonly sensitiveUrl: pulumi.Output<string | undefined>;
  declare readonly token: pulumi.Output<string>;

  constructor(name: string, args: DrainArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      {
        type: "heroku:index/drain:Drain",
        required: ["appId"],
        optional: ["sensitiveUrl", "url"],
        computed: ["token"],
        sensitive: ["sensitiveUrl"],
      },
      name,
      args,
      opts,
    );
  }
}
