import type { Cloud } from "../model";
import { IMAGE, imageModel, prepared } from "./image";

/**
 * The Docker provider, as far as it builds and pushes images.
 *
 * @param folder where the provider would be started, in which relative paths begin: that of Pulumi.yaml
 */
export function dockerCloud(folder: string): Cloud {
  return {
    name: "docker",
    version: "5.2.0",
    models: [imageModel(folder)],
    lookups: [],
    prepare: (type, inputs) => (type === IMAGE ? prepared(inputs, folder) : inputs),
  };
}
