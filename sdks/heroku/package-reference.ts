/** Which provider the resources are of: Pulumi's bridge to Terraform providers, told to be that of Heroku. */
import { registerPackage } from "@pulumi/pulumi/runtime";

/** Version of the Terraform provider heroku/heroku. */
export const VERSION = "5.3.2";

/** The package as the engine knows it for the current deployment; it starts the provider when it first needs it. */
export async function packageReference(): Promise<string> {
  return registerPackage({
    baseProviderName: "terraform-provider",
    baseProviderVersion: "1.4.0",
    baseProviderDownloadUrl: "",
    packageName: "heroku",
    packageVersion: VERSION,
    base64Parameter:
      "eyJyZW1vdGUiOnsidXJsIjoicmVnaXN0cnkub3BlbnRvZnUub3JnL2hlcm9rdS9oZXJva3UiLCJ2ZXJzaW9uIjoiNS4zLjIifX0=",
  });
}
