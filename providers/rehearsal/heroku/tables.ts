/** What Heroku offers, as of November 2026: a name that is not here is refused. */

/** Regions of the Common Runtime, devcenter.heroku.com/articles/regions. */
export const REGIONS = ["us", "eu"] as const;

/** Regions of Private Spaces besides, by their own names, devcenter.heroku.com/articles/regions. */
export const SPACE_REGIONS = [
  ...["dublin", "frankfurt", "london", "montreal", "mumbai", "oregon", "singapore", "sydney", "tokyo", "virginia"],
] as const;

/** Stacks that apps can be made on, devcenter.heroku.com/articles/stack; `container` takes images in place of slugs. */
export const STACKS = ["heroku-22", "heroku-24", "container"] as const;

/** Stacks that are at their end of life: no app is made on them and nothing is built, devcenter.heroku.com/articles/stack. */
export const RETIRED_STACKS = ["cedar", "cedar-14", "heroku-16", "heroku-18", "heroku-20"] as const;

/** Stack of an app that asks for none, devcenter.heroku.com/articles/stack. */
export const DEFAULT_STACK = "heroku-24";

/** Tier of each dyno size, by the name that Heroku writes, devcenter.heroku.com/articles/dyno-tiers. */
export const SIZES: Readonly<Record<string, "eco" | "basic" | "standard" | "performance">> = {
  Eco: "eco",
  Basic: "basic",
  "Standard-1X": "standard",
  "Standard-2X": "standard",
  "Performance-M": "performance",
  "Performance-L": "performance",
  "Performance-L-RAM": "performance",
  "Performance-XL": "performance",
  "Performance-2XL": "performance",
};

/** Size of dynos that nobody has asked a size for, where the account has no Eco plan. */
export const DEFAULT_SIZE = "Basic";

/** Features of apps, `heroku features`: devcenter.heroku.com/articles/preboot, …/session-affinity, …/dyno-metadata. */
export const FEATURES = [
  "http-session-affinity",
  "log-runtime-metrics",
  "metrics-request-volume",
  "preboot",
  "runtime-dyno-build-metadata",
  "runtime-dyno-metadata",
  "runtime-heroku-metrics",
  "spaces-tls-modern",
] as const;

/** An add-on service. */
export interface Service {
  plans: readonly string[];
  /** Name of the first attachment: Heroku makes `<name>_URL` of it, or what `variables` says. */
  attachment: string;
  /** Config vars besides `<attachment>_URL`. */
  variables?: readonly string[];
  /** Form of its URLs. */
  scheme: string;
  /** True when each further attachment has a name of its own, `HEROKU_POSTGRESQL_<COLOUR>`. */
  coloured?: boolean;
  /** Seconds that a plan takes until it is there. */
  seconds: (plan: string) => number;
}

const tiers = (names: readonly string[], numbers: readonly (number | string)[]): string[] =>
  names.flatMap((name) => numbers.map((number) => `${name}-${number}`));

/** Add-on services: plans from the service's own page of the Dev Center or elements.heroku.com; durations are typical. */
export const SERVICES: Readonly<Record<string, Service>> = {
  // devcenter.heroku.com/articles/heroku-postgres-plans; standard plans and larger ones have an instance of their own.
  "heroku-postgresql": {
    plans: [
      ...tiers(["essential"], [0, 1, 2]),
      ...tiers(["standard", "premium", "private", "shield"], [0, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
      ...tiers(["premium", "private", "shield"], ["l-9", "xl-9"]),
    ],
    attachment: "DATABASE",
    scheme: "postgres",
    coloured: true,
    seconds: (plan) => (plan.startsWith("essential") ? 10 : 300),
  },
  // devcenter.heroku.com/articles/heroku-redis-technical-characterization
  "heroku-redis": {
    plans: [
      "mini",
      ...tiers(["premium"], [0, 1, 2, 3, 4, 5]),
      ...tiers(["premium", "private", "shield"], [7, 9, 10, 12, 14]),
    ],
    attachment: "REDIS",
    scheme: "rediss",
    coloured: true,
    seconds: (plan) => (plan === "mini" ? 60 : 180),
  },
  // registry.terraform.io/providers/cloudamqp/cloudamqp/latest/docs/guides/info_plan; lemur and tiger are virtual hosts of a shared server.
  cloudamqp: {
    plans: [
      ...["lemur", "tiger", "squirrel-1", "rhino-1"],
      ...tiers(["hare", "bunny"], [1, 3]),
      ...tiers(["rabbit", "panda", "ape", "hippo", "lion"], [1, 3, 5]),
    ],
    attachment: "CLOUDAMQP",
    variables: ["CLOUDAMQP_APIKEY"],
    scheme: "amqps",
    seconds: (plan) => (["lemur", "tiger"].includes(plan) ? 10 : 180),
  },
};

/** Plans of Private Spaces are found nowhere else, and shared ones not in them. */
export function isPrivate(plan: string): boolean {
  return /^(private|shield)-/.test(plan);
}
