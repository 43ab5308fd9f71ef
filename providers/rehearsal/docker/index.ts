import type { Cloud } from "../model";
import { IMAGE, image, prepared } from "./image";

/** The Docker provider, as far as it builds and pushes images. */
export const cloud: Cloud = {
  name: "docker",
  version: "5.2.0",
  models: [image],
  lookups: [],
  prepare: (type, inputs) => (type === IMAGE ? prepared(inputs) : inputs),
};
