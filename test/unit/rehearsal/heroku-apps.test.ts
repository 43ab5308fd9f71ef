/** Rules of the simulated Heroku for apps, their config vars and add-ons. */
import type { Values } from "../../../providers/rehearsal/model";
import { testRules } from "../support/rule-table";
import type { SimulatedCloud } from "../support/simulated-cloud";
import { HEROKU, ID, herokuTable, unverified } from "../support/simulated-heroku";

const KILOBYTES = 1024;
const LARGE = "x".repeat(64 * KILOBYTES);
const POSTGRES = { plan: "heroku-postgresql:essential-0" };

/** Gives the app `shop` a database, whose variable is its attachment's. */
function database(cloud: SimulatedCloud): Promise<unknown> {
  return cloud.create(HEROKU.addon, { appId: ID.shop, name: "shop-database", ...POSTGRES });
}

/** An add-on that another app has attached. */
async function attachedElsewhere(cloud: SimulatedCloud): Promise<string> {
  const { id } = await cloud.create(HEROKU.addon, { appId: ID.shop, name: "shop-cache", plan: "heroku-redis:mini" });
  await cloud.create(HEROKU.attachment, { appId: ID.bare, addonId: id, name: "CACHE" });
  return id;
}

testRules(
  {
    [HEROKU.app]: {
      base: { name: "blog", region: "us" },
      rules: {
        "app-one-organization": {
          accepted: { organization: { name: "acme" } },
          refused: { organization: [{ name: "acme" }, { name: "other" }] },
        },
        "app-organization-name": {
          accepted: { organization: { name: "acme" } },
          refused: { organization: { name: "" } },
        },
        "app-name": { accepted: { name: `b${"l".repeat(28)}g` }, refused: { name: `b${"l".repeat(29)}g` } },
        "app-name-taken": { accepted: { name: "shops" }, refused: { name: "shop" } },
        "app-quota": {
          given: async (cloud) => {
            for (let number = cloud.all(HEROKU.app).length; number < 99; number += 1) {
              await cloud.create(HEROKU.app, { name: `app-${number}`, region: "us" });
            }
          },
          accepted: {},
          refused: async (cloud) => {
            await cloud.create(HEROKU.app, { name: "the-last", region: "us" });
            return {};
          },
        },
        "app-region": { accepted: { region: "eu" }, refused: { region: "eu-central-1" } },
        "app-stack": { accepted: { stack: "heroku-22" }, refused: { stack: "heroku-23" } },
        "app-stack-retired": { accepted: { stack: "container" }, refused: { stack: "heroku-20" } },
        "app-buildpack": {
          accepted: { buildpacks: ["heroku/python", "https://github.com/heroku/heroku-buildpack-apt"] },
          refused: { buildpacks: ["python"] },
        },
        "app-acm-wildcard": {
          from: {},
          accepted: { acm: true },
          refused: async (cloud) => {
            const app = cloud.all(HEROKU.app).find(({ outputs }) => outputs["name"] === "blog");
            await cloud.create(HEROKU.domain, { appId: app?.id, hostname: "*.example.com" });
            return { acm: true };
          },
        },
        "app-variable-twice": {
          accepted: { configVars: { A: "1" }, sensitiveConfigVars: { B: "2" } },
          refused: { configVars: { A: "1" }, sensitiveConfigVars: { A: "2" } },
        },
        "app-variable-name": { accepted: { configVars: { _A1: "1" } }, refused: { configVars: { "A-1": "1" } } },
        "app-variable-attached": {
          from: {},
          accepted: { configVars: { DATABASE_URL: "sqlite://" } },
          refused: async (cloud) => {
            const app = cloud.all(HEROKU.app).find(({ outputs }) => outputs["name"] === "blog");
            await cloud.create(HEROKU.addon, { appId: app?.id, name: "blog-database", ...POSTGRES });
            return { configVars: { DATABASE_URL: "sqlite://" } };
          },
        },
        "app-variables-size": {
          accepted: { configVars: { A: LARGE.slice(1) } },
          refused: { configVars: { A: LARGE } },
        },
      },
    },
    [HEROKU.config]: {
      base: { appId: ID.shop },
      rules: {
        "association-app": { accepted: {}, refused: { appId: "shop" } },
        "association-variable-twice": {
          accepted: { vars: { A: "1" }, sensitiveVars: { B: "2" } },
          refused: { vars: { A: "1" }, sensitiveVars: { A: "2" } },
        },
        "association-variable-name": { accepted: { vars: { a: "1" } }, refused: { vars: { "a.b": "1" } } },
        "association-variable-attached": {
          given: database,
          accepted: { vars: { DATABASE: "sqlite://" } },
          refused: { vars: { DATABASE_URL: "sqlite://" } },
        },
        "association-variables-size": {
          given: (cloud) => cloud.create(HEROKU.config, { appId: ID.bare, vars: { OTHER: LARGE.slice(10) } }),
          accepted: { appId: ID.shop, vars: { A: LARGE.slice(1) } },
          refused: { appId: ID.bare, vars: { A: LARGE.slice(0, 10) } },
        },
      },
    },
    [HEROKU.addon]: {
      base: { appId: ID.shop, name: "shop-data", ...POSTGRES },
      rules: {
        "addon-app": { accepted: {}, refused: { appId: "shop" } },
        "addon-name-length": { accepted: { name: "n".repeat(256) }, refused: { name: "n".repeat(257) } },
        "addon-name": { accepted: { name: "Shop_1" }, refused: { name: "1-shop" } },
        "addon-plan-retired": { accepted: {}, refused: { plan: "heroku-postgresql:mini" } },
        "addon-plan": { accepted: { plan: "cloudamqp" }, refused: { plan: "cloudamqp:tigger" } },
        "addon-verified": {
          accepted: {},
          refused: async (cloud) => {
            await unverified(cloud);
            return {};
          },
        },
        "addon-private-space": {
          accepted: { appId: ID.vault, plan: "heroku-postgresql:private-0" },
          refused: { plan: "heroku-postgresql:private-0" },
        },
        "addon-postgres-version": { accepted: { config: { version: "17" } }, refused: { config: { version: "14" } } },
        "addon-service": {
          from: { plan: "cloudamqp:lemur" },
          accepted: { plan: "cloudamqp:tiger" },
          refused: { plan: "heroku-redis:mini" },
        },
        "addon-plan-change": {
          from: {},
          accepted: { name: "shop-database" },
          refused: { plan: "heroku-postgresql:standard-0" },
        },
        "addon-name-taken": { given: database, accepted: {}, refused: { name: "shop-database" } },
        "addon-attached-elsewhere": {
          deleted: true,
          accepted: {},
          refused: async (cloud) => {
            await cloud.delete(HEROKU.addon, await attachedElsewhere(cloud));
            return {};
          },
        },
      },
    },
    [HEROKU.attachment]: {
      base: { appId: ID.bare, name: "QUEUE" },
      rules: {
        "attachment-app": { accepted: attachable, refused: { appId: "shop", addonId: ID.gone } },
        "attachment-name": {
          accepted: attachable,
          refused: async (cloud) => ({ ...(await attachable(cloud)), name: "shop-queue" }),
        },
        "attachment-name-taken": {
          accepted: attachable,
          refused: async (cloud) => ({ ...(await attachable(cloud)), appId: ID.shop, name: "CLOUDAMQP" }),
        },
      },
    },
  },
  herokuTable,
);

/** An add-on of another app that can be attached. */
async function attachable(cloud: SimulatedCloud): Promise<Values> {
  const { id } = await cloud.create(HEROKU.addon, { appId: ID.shop, name: "shop-queue", plan: "cloudamqp:lemur" });
  return { addonId: id };
}
