/** Names that add-ons are attached by: the app has the variable `<name>_URL` of each. */
export const ATTACHED = {
  database: "SLIPWAY_DATABASE",
  broker: "SLIPWAY_BROKER",
  cache: "SLIPWAY_CACHE",
} as const;
