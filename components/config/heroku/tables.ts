/**
 * What Heroku offers, as names: a typing error is told before anything is made. The tables are of the date below; a name
 * that is newer is added here.
 */

/** When the tables were last compared with their sources. */
export const TABLES_DATE = "2026-11-25";

/** Regions of the Common Runtime (https://devcenter.heroku.com/articles/regions). */
export const REGIONS = ["us", "eu"] as const;

/** Stacks of buildpacks that are supported (https://devcenter.heroku.com/articles/stack). */
export const STACKS = ["heroku-22", "heroku-24"] as const;

/**
 * Sizes of dynos in the Common Runtime: memory in MiB, price of each in US dollars a month
 * (https://devcenter.heroku.com/articles/dyno-types, https://devcenter.heroku.com/articles/usage-and-billing).
 */
export const DYNOS = {
  eco: { memory: 512, price: 5, scales: false, mixes: false },
  basic: { memory: 512, price: 7, scales: false, mixes: false },
  "standard-1x": { memory: 512, price: 25, scales: true, mixes: true },
  "standard-2x": { memory: 1024, price: 50, scales: true, mixes: true },
  "performance-m": { memory: 2560, price: 250, scales: true, mixes: true },
  "performance-l": { memory: 14_336, price: 500, scales: true, mixes: true },
  "performance-l-ram": { memory: 30_720, price: 500, scales: true, mixes: true },
  "performance-xl": { memory: 63_488, price: 750, scales: true, mixes: true },
  "performance-2xl": { memory: 129_024, price: 1500, scales: true, mixes: true },
} as const;
export type DynoSize = keyof typeof DYNOS;

/** Plans of Heroku Postgres (https://devcenter.heroku.com/articles/heroku-postgres-plans). */
export const POSTGRES_PLANS = [
  ...["essential-0", "essential-1", "essential-2"],
  ...["standard-0", "standard-2", "standard-3", "standard-4", "standard-5", "standard-6", "standard-7", "standard-8"],
  ...["standard-9", "standard-10"],
  ...["premium-0", "premium-2", "premium-3", "premium-4", "premium-5", "premium-6", "premium-7", "premium-8"],
  ...["premium-9", "premium-10"],
] as const;

/** Plans of Heroku Key-Value Store (https://elements.heroku.com/addons/heroku-redis). */
export const REDIS_PLANS = [
  "mini",
  ...["premium-0", "premium-1", "premium-2", "premium-3", "premium-5", "premium-7", "premium-9", "premium-10"],
  ...["premium-12", "premium-14"],
] as const;

/**
 * Plans of CloudAMQP that run RabbitMQ, by how many nodes they have; lemur and tiger share a server with others
 * (https://registry.terraform.io/providers/cloudamqp/cloudamqp/latest/docs/guides/info_plan).
 */
export const CLOUDAMQP_PLANS = [
  ...["lemur", "tiger", "squirrel-1", "hare-1", "hare-3", "bunny-1", "bunny-3", "rabbit-1", "rabbit-3", "rabbit-5"],
  ...["panda-1", "panda-3", "panda-5", "ape-1", "ape-3", "ape-5", "hippo-1", "hippo-3", "hippo-5"],
  ...["lion-1", "lion-3", "lion-5", "rhino-1"],
] as const;

/** Stages of a pipeline that an app can be given to (https://devcenter.heroku.com/articles/pipelines). */
export const STAGES = ["development", "staging", "production"] as const;
