import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

export interface AppConfigAssociationArgs {
  appId: pulumi.Input<string>;
  vars?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  sensitiveVars?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Config vars of an app beside those that the app itself names. */
export class AppConfigAssociation extends HerokuResource {
  declare readonly appId: pulumi.Output<string>;

  constructor(name: string, args: AppConfigAssociationArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      {
        type: "heroku:index/appConfigAssociation:AppConfigAssociation",
        required: ["appId"],
        optional: ["sensitiveVars", "vars"],
        sensitive: ["sensitiveVars"],
      },
      name,
      args,
      opts,
    );
  }
}
