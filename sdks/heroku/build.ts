import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

export interface BuildSourceArgs {
  /** Archive or folder on the machine that runs the provider; this or `url`. */
  path?: pulumi.Input<string>;
  url?: pulumi.Input<string>;
  checksum?: pulumi.Input<string>;
  version?: pulumi.Input<string>;
}

export interface BuildArgs {
  appId: pulumi.Input<string>;
  source: pulumi.Input<BuildSourceArgs>;
  buildpacks?: pulumi.Input<pulumi.Input<string>[]>;
}

/** A build of an app's source, and the release of what was built. */
export class Build extends HerokuResource {
  declare readonly appId: pulumi.Output<string>;
  declare readonly buildpacks: pulumi.Output<string[]>;
  declare readonly localChecksum: pulumi.Output<string>;
  declare readonly outputStreamUrl: pulumi.Output<string>;
  declare readonly releaseId: pulumi.Output<string>;
  declare readonly slugId: pulumi.Output<string>;
  declare readonly stack: pulumi.Output<string>;
  declare readonly status: pulumi.Output<string>;
  declare readonly uuid: pulumi.Output<string>;

  constructor(name: string, args: BuildArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      {
        type: "heroku:index/build:Build",
        required: ["appId", "source"],
        optional: ["buildpacks"],
        computed: ["localChecksum", "outputStreamUrl", "releaseId", "slugId", "stack", "status", "users", "uuid"],
      },
      name,
      args,
      opts,
    );
  }
}
