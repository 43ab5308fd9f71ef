import type { Model, Rule, Site, Thing } from "../model";
import { rule } from "../rules";
import { appOf, stateOf } from "./app-state";
import { uuid } from "./ids";
import { PROVIDER, notFound, ofApp, uuidRule } from "./rules";
import { FEATURES, SIZES } from "./tables";

const FILE = "resource_heroku_app_feature.go";

const call: Rule[] = [
  rule(
    { id: "feature-known", source: "devcenter.heroku.com/articles/heroku-labs, heroku features", code: "not_found" },
    ["name"],
    ({ inputs }) => (FEATURES.some((name) => name === inputs["name"]) ? undefined : notFound("app feature")),
  ),
  rule(
    {
      id: "feature-preboot",
      source: "devcenter.heroku.com/articles/preboot: not for eco and basic dynos",
      code: "invalid_params",
    },
    ["name", "enabled", "appId"],
    ({ inputs, site }) => {
      const app = appOf(site, inputs["appId"]);
      const web = app && stateOf(app).processes.find(({ type }) => type === "web");
      const tier = SIZES[web?.size ?? ""];
      return inputs["name"] !== "preboot" ||
        inputs["enabled"] === false ||
        tier === "standard" ||
        tier === "performance"
        ? undefined
        : "Preboot is only available to apps whose web dynos are of the Standard or Performance tier.";
    },
  ),
];

/** Turns the feature on or off at the app. */
function turn({ inputs }: Pick<Thing, "inputs">, site: Site, isOn: boolean): void {
  const app = appOf(site, inputs["appId"]);
  if (app === undefined) return;
  const others = stateOf(app).features.filter((name) => name !== inputs["name"]);
  site.change(app, { features: isOn ? [...others, inputs["name"]] : others });
}

/** A feature of an app, on or off. */
export const appFeature: Model = {
  type: "heroku:index/appFeature:AppFeature",
  source: `${PROVIDER}/${FILE}: delete turns it off; names by pulumi-terraform-bridge dynamic/info.go, SetAutonaming`,
  required: ["appId"],
  replaces: ["appId", "name"],
  defaults: { enabled: true },
  name: { property: "name", longest: 255 },
  references: [ofApp],
  plan: [uuidRule("feature-app", FILE, "appId")],
  call,
  computed: (inputs, site) => ({ id: `${String(inputs["appId"])}:${uuid(site)}` }),
  settled: (thing, site) => {
    turn(thing, site, thing.outputs["enabled"] === true);
  },
  removed: (thing, site) => {
    turn(thing, site, false);
  },
  seconds: { create: 1, update: 1, delete: 1 },
};
