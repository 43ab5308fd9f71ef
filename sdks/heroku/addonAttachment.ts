import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

export interface AddonAttachmentArgs {
  appId: pulumi.Input<string>;
  addonId: pulumi.Input<string>;
  /** The app gets the variable `<name>_URL`. @default Heroku's own choice */
  name?: pulumi.Input<string>;
  namespace?: pulumi.Input<string>;
}

/** A name by which an app knows an add-on. */
export class AddonAttachment extends HerokuResource {
  declare readonly appId: pulumi.Output<string>;
  declare readonly addonId: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  declare readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: AddonAttachmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      {
        type: "heroku:index/addonAttachment:AddonAttachment",
        required: ["addonId", "appId"],
        optional: ["name", "namespace"],
      },
      name,
      args,
      opts,
    );
  }
}
