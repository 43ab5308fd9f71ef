/** Names that add-ons are attached by: the app has the variable `<name>_URL` of each. */
export const ATTACHED = {
  database: "SLIPWAY_DATABASE",
  broker: "SLIPWAY_BROKER",
  cache: "SLIPWAY_CACHE",
} as const;

/** Variable in the line of the release phase that names the newest revisions of the database that a release knows. */
export const SCHEMA_VARIABLE = "SLIPWAY_SCHEMA";
