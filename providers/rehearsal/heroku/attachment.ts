import type { Model, Question, Site, Thing } from "../model";
import { matches, rule } from "../rules";
import { detach } from "./addon";
import { ADDON, ATTACHMENT, appOf, setVariables, stateOf, variablesOf, type Variables } from "./app-state";
import { uuid } from "./ids";
import { PROVIDER, ofApp, uuidRule } from "./rules";

const FILE = "resource_heroku_addon_attachment.go";

const nameTaken = rule(
  { id: "attachment-name-taken", source: "heroku-go v6 schema.json: add-on-attachment, name", code: "invalid_params" },
  ["name", "appId"],
  ({ inputs, site }: Question) => {
    const app = appOf(site, inputs["appId"]);
    const name = String(inputs["name"]);
    return app !== undefined && Object.values(stateOf(app).attached).includes(name)
      ? `Name ${name} is already used by another attachment to this app.`
      : undefined;
  },
);

/** Where the add-on is, as its own app knows it. */
function urlOf(addon: Thing, site: Site): string | undefined {
  const app = appOf(site, addon.outputs["appId"]);
  const [first = ""] = addon.outputs["configVars"] as string[];
  return app === undefined ? undefined : variablesOf(app)[first];
}

/** One more attachment of an add-on, at its own app or another. */
export const addonAttachment: Model = {
  type: ATTACHMENT,
  source: `${PROVIDER}/${FILE}; names by pulumi-terraform-bridge dynamic/info.go, SetAutonaming`,
  required: ["appId", "addonId"],
  replaces: ["appId", "addonId", "name", "namespace"],
  name: { property: "name", longest: 255 },
  references: [ofApp, { property: "addonId", to: [ADDON], missing: "not_found" }],
  plan: [uuidRule("attachment-app", FILE, "appId")],
  call: [
    matches(
      {
        id: "attachment-name",
        source: "devcenter.heroku.com/articles/managing-add-ons: <NAME>_URL is a config var, of word characters",
        code: "invalid_params",
      },
      "name",
      /^[A-Z][A-Z0-9_]*$/,
      "capital letters, digits and underscores, starting with a letter: a config var is named after it",
    ),
    nameTaken,
  ],
  computed: (inputs, site) => ({ id: uuid(site), namespace: inputs["namespace"] ?? "" }),
  settled: (thing, site) => {
    const app = appOf(site, thing.inputs["appId"]);
    const addon = site.find(ADDON, "id", thing.inputs["addonId"]);
    const name = String(thing.outputs["name"]);
    const url = addon && urlOf(addon, site);
    if (app === undefined || url === undefined) return;
    const values: Variables = { [`${name}_URL`]: url };
    site.change(app, { attached: { ...stateOf(app).attached, [`${name}_URL`]: name } });
    setVariables(app, site, values, `Attach ${name} (@ref:${String(addon?.outputs["name"])})`);
  },
  removed: (thing, site) => {
    const app = appOf(site, thing.inputs["appId"]);
    const name = String(thing.outputs["name"]);
    if (app !== undefined) detach(app, site, [`${name}_URL`], `Detach ${name}`);
  },
  seconds: { create: 2, delete: 2 },
};
