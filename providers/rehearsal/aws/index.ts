import type { Cloud } from "../model";
import { dataLookups, dataModels } from "./data";
import { networkLookups, networkModels } from "./net";
import { provider } from "./provider";
import { runLookups, runModels } from "./run";

/** The simulated AWS. */
export const cloud: Cloud = {
  name: "aws",
  version: "7.48.0",
  models: [...networkModels, ...runModels, ...dataModels],
  lookups: [...networkLookups, ...runLookups, ...dataLookups],
  ...provider,
};
