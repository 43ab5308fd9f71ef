import * as pulumi from "@pulumi/pulumi";
import { packageReference, VERSION } from "./package-reference";

export interface ProviderCustomizationArgs {
  /** Whether the values of add-ons' config vars are written to the state. @default true */
  setAddonConfigVarsInState?: pulumi.Input<boolean>;
  /** Whether all config vars of apps are written to the state, add-ons' too. @default true */
  setAppAllConfigVarsInState?: pulumi.Input<boolean>;
}

export interface ProviderDelaysArgs {
  /** Seconds after an app is made. @default 10 */
  postAppCreateDelay?: pulumi.Input<number>;
  /** Seconds after a domain is made. @default 5 */
  postDomainCreateDelay?: pulumi.Input<number>;
  /** Seconds after a space is made. @default 5 */
  postSpaceCreateDelay?: pulumi.Input<number>;
}

export interface ProviderTimeoutsArgs {
  /** Minutes that an add-on may take until it is there. @default 20 */
  addonCreateTimeout?: pulumi.Input<number>;
}

export interface ProviderArgs {
  /** @default HEROKU_API_KEY, else the entry for api.heroku.com in ~/.netrc */
  apiKey?: pulumi.Input<string>;
  email?: pulumi.Input<string>;
  /** JSON: headers of every request. */
  headers?: pulumi.Input<string>;
  /** @default HEROKU_API_URL, else https://api.heroku.com */
  url?: pulumi.Input<string>;
  customizations?: pulumi.Input<pulumi.Input<ProviderCustomizationArgs>[]>;
  delays?: pulumi.Input<ProviderDelaysArgs>;
  timeouts?: pulumi.Input<ProviderTimeoutsArgs>;
}

/** Texts of the provider's config; everything else is passed to it as JSON. */
const TEXTS = ["apiKey", "email", "headers", "url"] as const;
const STRUCTURED = ["customizations", "delays", "timeouts"] as const;

/** The account that resources are made in. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const texts = TEXTS.map((property) => [property, args[property]] as const);
    const structured = STRUCTURED.map((property) => [property, asJson(args[property])] as const);
    super(
      "heroku",
      name,
      Object.fromEntries([...texts, ...structured]),
      pulumi.mergeOptions({ version: VERSION }, opts),
      false,
      packageReference(),
    );
  }
}

function asJson(value: unknown): pulumi.Output<string> | undefined {
  return value === undefined ? undefined : pulumi.output(value).apply((plain) => JSON.stringify(plain));
}
