import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

export interface DomainArgs {
  appId: pulumi.Input<string>;
  hostname: pulumi.Input<string>;
  /** Certificate that it is served with, where it is not Heroku's own. */
  sniEndpointId?: pulumi.Input<string>;
}

/** A domain that an app answers to. */
export class Domain extends HerokuResource {
  declare readonly appId: pulumi.Output<string>;
  declare readonly hostname: pulumi.Output<string>;
  declare readonly sniEndpointId: pulumi.Output<string | undefined>;
  /** What the domain's record in the DNS has to point to. */
  declare readonly cname: pulumi.Output<string>;

  constructor(name: string, args: DomainArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      {
        type: "heroku:index/domain:Domain",
        required: ["appId", "hostname"],
        optional: ["sniEndpointId"],
        computed: ["cname"],
      },
      name,
      args,
      opts,
    );
  }
}
