import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

export interface AddonArgs {
  appId: pulumi.Input<string>;
  /** Service and plan, such as `heroku-postgresql:essential-0`. */
  plan: pulumi.Input<string>;
  /** @default the resource's name and seven hexadecimal digits */
  name?: pulumi.Input<string>;
  config?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** An add-on. */
export class Addon extends HerokuResource {
  declare readonly appId: pulumi.Output<string>;
  declare readonly plan: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  declare readonly config: pulumi.Output<Readonly<Record<string, string>> | undefined>;
  declare readonly providerId: pulumi.Output<string>;
  declare readonly configVars: pulumi.Output<string[]>;
  declare readonly configVarValues: pulumi.Output<Readonly<Record<string, string>>>;

  constructor(name: string, args: AddonArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      {
        type: "heroku:index/addon:Addon",
        required: ["appId", "plan"],
        optional: ["config", "name"],
        computed: ["configVarValues", "configVars", "providerId"],
        sensitive: ["configVarValues"],
      },
      name,
      args,
      opts,
    );
  }
}
