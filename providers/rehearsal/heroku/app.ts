import type { Model, Question, Rule, Site, Thing, Values } from "../model";
import { entriesBetween, matches, rule } from "../rules";
import { ADDON, APP, ATTACHMENT, applyVariables, firstReleases, type Variables } from "./app-state";
import { uuid } from "./ids";
import { PROVIDER, notFound } from "./rules";
import { DEFAULT_STACK, REGIONS, RETIRED_STACKS, SPACE_REGIONS, STACKS } from "./tables";
import { variableRules } from "./variables";

const FILE = "resource_heroku_app.go";
const SPACE = "heroku:index/space:Space";
const DOMAIN = "heroku:index/domain:Domain";
const MOST_APPS = 100;

const nameForm: Rule = rule(
  { id: "app-name", source: "heroku-go v6 schema.json: app, name; Heroku's own message", code: "invalid_params" },
  ["name"],
  ({ inputs }) => {
    const name = String(inputs["name"]);
    if (name.length < 3) return "Name is too short (minimum is 3 characters)";
    if (name.length > 30) return "Name is too long (maximum is 30 characters)";
    return /^[a-z][a-z0-9-]*[a-z0-9]$/.test(name)
      ? undefined
      : "Name must start with a letter, end with a letter or digit and can only contain lowercase letters, digits, and dashes.";
  },
);

const nameTaken: Rule = rule(
  { id: "app-name-taken", source: "iterative/mlem#238, heroku/legacy-cli#1732", code: "invalid_params" },
  ["name"],
  ({ inputs, old, site }) => {
    const there = site.find(APP, "name", inputs["name"]);
    return there === undefined || there.id === old?.id ? undefined : `Name ${String(inputs["name"])} is already taken`;
  },
);

const region: Rule = rule(
  { id: "app-region", source: "devcenter.heroku.com/articles/regions", code: "not_found" },
  ["region", "space"],
  ({ inputs }) => {
    const known: readonly unknown[] = inputs["space"] === undefined ? REGIONS : [...REGIONS, ...SPACE_REGIONS];
    return known.includes(inputs["region"]) ? undefined : notFound("region");
  },
);

const stackKnown: Rule = rule(
  { id: "app-stack", source: "devcenter.heroku.com/articles/stack", code: "not_found" },
  ["stack"],
  ({ inputs: { stack } }) =>
    stack === undefined || [...STACKS, ...RETIRED_STACKS].some((name) => name === stack)
      ? undefined
      : notFound("stack"),
);

const stackRetired: Rule = rule(
  {
    id: "app-stack-retired",
    source: "help.heroku.com/X5OE6BCA: no new apps on a stack at its end of life; devcenter.heroku.com/articles/stack",
    code: "invalid_params",
  },
  ["stack"],
  ({ inputs: { stack }, old }) =>
    stack !== old?.outputs["stack"] && RETIRED_STACKS.some((name) => name === stack)
      ? `The stack ${String(stack)} has reached its end of life; supported are ${STACKS.join(", ")}.`
      : undefined,
);

const wildcard: Rule = rule(
  {
    id: "app-acm-wildcard",
    source: "devcenter.heroku.com/articles/automated-certificate-management",
    code: "invalid_params",
  },
  ["acm"],
  ({ inputs, old, site }) => {
    const domains = site.all(DOMAIN).filter(({ outputs }) => old !== undefined && outputs["appId"] === old.id);
    const names = domains.map(({ outputs }) => String(outputs["hostname"]));
    const wrong = names.find((name) => name.startsWith("*."));
    return inputs["acm"] === true && wrong !== undefined
      ? `Automated Certificate Management does not support wildcard domains: ${wrong}.`
      : undefined;
  },
);

const buildpackForm = matches(
  {
    id: "app-buildpack",
    source:
      "devcenter.heroku.com/articles/managing-buildpacks; heroku/cli src/lib/buildpacks: registry name, URL or urn",
    code: "invalid_params",
  },
  "buildpacks",
  /^([a-z0-9_-]+\/[a-z0-9_-]+|(https?|git|urn:buildpack):\S+)$/,
  "a name of the registry such as heroku/python, or a URL",
);

const quota: Rule = {
  id: "app-quota",
  source: "devcenter.heroku.com/articles/limits: 100 apps of an account",
  code: "invalid_params",
  refuses: ({ old, site }) =>
    old === undefined && site.all(APP).length >= MOST_APPS
      ? `You've reached the limit of ${MOST_APPS} apps for your account.`
      : undefined,
};

/** Where the app is told of by Heroku. */
function addresses(name: string, hex: string): Values {
  const host = `${name}-${hex}.herokuapp.com`;
  return { gitUrl: `https://git.heroku.com/${name}.git`, webUrl: `https://${host}/`, herokuHostname: host };
}

function hexOf(outputs: Values): string {
  return /-([0-9a-f]{12})\.herokuapp\.com$/.exec(String(outputs["herokuHostname"]))?.[1] ?? "";
}

function computed(inputs: Values, site: Site): { id: string } & Values {
  const id = uuid(site);
  return {
    id,
    uuid: id,
    ...addresses(String(inputs["name"]), site.fresh(12)),
    stack: inputs["stack"] ?? DEFAULT_STACK,
    generation: "cedar",
    acm: inputs["acm"] ?? false,
    internalRouting: inputs["internalRouting"] ?? false,
    buildpacks: inputs["buildpacks"] ?? [],
    configVars: inputs["configVars"] ?? {},
    sensitiveConfigVars: inputs["sensitiveConfigVars"] ?? {},
    allConfigVars: {},
    ...{ slugs: [], releases: firstReleases(site), processes: [], features: [], attached: {}, set: [] },
  };
}

function settled(app: Thing, site: Site): void {
  const { configVars, sensitiveConfigVars } = app.inputs;
  applyVariables(app, site, app, { ...(configVars as Variables), ...(sensitiveConfigVars as Variables) });
}

/** Everything of the app goes with it, and attachments of its add-ons at other apps. */
function removed({ id }: Thing, site: Site): void {
  const own = site.all().filter(({ outputs }) => outputs["appId"] === id);
  const addons = own.filter(({ type }) => type === ADDON).map((addon) => addon.id);
  const attachments = site.all(ATTACHMENT).filter(({ outputs }) => addons.includes(String(outputs["addonId"])));
  for (const thing of new Set([...own, ...attachments])) site.remove(thing);
}

/** An app. */
export const app: Model = {
  type: APP,
  source: `${PROVIDER}/${FILE}; names by pulumi-terraform-bridge dynamic/info.go, SetAutonaming`,
  required: ["region"],
  replaces: ["region", "space", "internalRouting", "organization.name", "organization.personal"],
  staying: ["stack", "buildpacks", "acm", "configVars", "sensitiveConfigVars", "internalRouting"],
  name: { property: "name", longest: 255 },
  secrets: ["sensitiveConfigVars", "allConfigVars"],
  references: [{ property: "space", to: [SPACE], by: "name", missing: "not_found" }],
  plan: [
    entriesBetween({ id: "app-one-organization", source: `${PROVIDER}/${FILE}, MaxItems` }, "organization", 0, 1),
    matches({ id: "app-organization-name", source: `${PROVIDER}/${FILE}` }, "organization.name", /./, "not empty"),
  ],
  call: [
    nameForm,
    nameTaken,
    quota,
    region,
    stackKnown,
    stackRetired,
    buildpackForm,
    wildcard,
    ...variableRules({
      prefix: "app",
      file: FILE,
      plain: "configVars",
      sensitive: "sensitiveConfigVars",
      appOf: ({ old }: Question) => old,
    }),
  ],
  computed,
  updated: (inputs, old) =>
    inputs["name"] === old.outputs["name"] ? {} : addresses(String(inputs["name"]), hexOf(old.outputs)),
  settled,
  removed,
  // The provider waits for 10 seconds after it has made an app (config.go, PostAppCreateDelay), 5 for each release.
  seconds: { create: 15, update: 5, delete: 2 },
};
