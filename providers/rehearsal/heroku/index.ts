import type { Cloud } from "../model";
import { addon } from "./addon";
import { app } from "./app";
import { appConfigAssociation } from "./app-config";
import { appRelease } from "./app-release";
import { addonAttachment } from "./attachment";
import { BUILD, buildModel, withChecksum } from "./build";
import { domain } from "./domain";
import { drain } from "./drain";
import { appFeature } from "./feature";
import { formation } from "./formation";
import { pipeline, pipelineCoupling } from "./pipeline";
import { pipelinePromotion } from "./promotion";
import { provider } from "./provider";
import { reviewAppConfig } from "./review-apps";
import { ssl } from "./ssl";

/**
 * The simulated Heroku, as far as Slipway uses it: apps of the Cedar generation, in the Common Runtime.
 *
 * @param folder where the provider would be started, in which relative paths begin: that of Pulumi.yaml
 */
export function herokuCloud(folder: string): Cloud {
  return {
    name: "heroku",
    version: "5.3.2",
    plugin: "terraform-provider",
    models: [
      ...[app, appConfigAssociation, addon, addonAttachment],
      ...[buildModel(folder), appRelease, formation, appFeature],
      ...[domain, ssl, drain],
      ...[pipeline, pipelineCoupling, pipelinePromotion, reviewAppConfig],
    ],
    lookups: [],
    prepare: (type, inputs) => (type === BUILD ? withChecksum(inputs, folder) : inputs),
    ...provider,
  };
}
