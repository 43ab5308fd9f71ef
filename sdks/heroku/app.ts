import type * as pulumi from "@pulumi/pulumi";
import { HerokuResource } from "./resource";

type Texts = Readonly<Record<string, string>>;

export interface AppOrganizationArgs {
  name: pulumi.Input<string>;
  locked?: pulumi.Input<boolean>;
  personal?: pulumi.Input<boolean>;
}

export interface AppArgs {
  /** `us` or `eu`. */
  region: pulumi.Input<string>;
  /** @default the resource's name and a few random digits */
  name?: pulumi.Input<string>;
  stack?: pulumi.Input<string>;
  buildpacks?: pulumi.Input<pulumi.Input<string>[]>;
  configVars?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  sensitiveConfigVars?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Whether Heroku gets certificates for the app's domains. */
  acm?: pulumi.Input<boolean>;
  /** The team that owns the app. */
  organization?: pulumi.Input<AppOrganizationArgs>;
  space?: pulumi.Input<string>;
  internalRouting?: pulumi.Input<boolean>;
}

/** An app: its name, region, stack and the config vars that are not an add-on's. */
export class App extends HerokuResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly region: pulumi.Output<string>;
  declare readonly stack: pulumi.Output<string>;
  declare readonly buildpacks: pulumi.Output<string[]>;
  declare readonly configVars: pulumi.Output<Texts>;
  declare readonly sensitiveConfigVars: pulumi.Output<Texts>;
  declare readonly allConfigVars: pulumi.Output<Texts>;
  declare readonly acm: pulumi.Output<boolean>;
  declare readonly uuid: pulumi.Output<string>;
  declare readonly gitUrl: pulumi.Output<string>;
  declare readonly webUrl: pulumi.Output<string>;
  declare readonly herokuHostname: pulumi.Output<string>;

  constructor(name: string, args: AppArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      {
        type: "heroku:index/app:App",
        required: ["region"],
        optional: [
          "acm",
          "buildpacks",
          "configVars",
          "internalRouting",
          "name",
          "organization",
          "sensitiveConfigVars",
          "space",
          "stack",
        ],
        computed: ["allConfigVars", "generation", "gitUrl", "herokuHostname", "uuid", "webUrl"],
        sensitive: ["allConfigVars", "sensitiveConfigVars"],
      },
      name,
      args,
      opts,
    );
  }
}
