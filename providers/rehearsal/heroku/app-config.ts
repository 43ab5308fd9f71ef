import type { Model, Question, Thing } from "../model";
import { ASSOCIATION, appOf, applyVariables, setVariables, type Variables } from "./app-state";
import { PROVIDER, ofApp, uuidRule } from "./rules";
import { variableRules } from "./variables";

const FILE = "resource_heroku_app_config_association.go";

const appOfQuestion = ({ inputs, site }: Question): Thing | undefined => appOf(site, inputs["appId"]);

/** Some of an app's config vars; the others are left alone. */
export const appConfigAssociation: Model = {
  type: ASSOCIATION,
  source: `${PROVIDER}/${FILE}`,
  required: ["appId"],
  // The provider marks nothing as replacing: with another app, the variables of the old one stay.
  replaces: [],
  secrets: ["sensitiveVars"],
  references: [ofApp],
  plan: [uuidRule("association-app", FILE, "appId")],
  call: variableRules({
    prefix: "association",
    file: FILE,
    plain: "vars",
    sensitive: "sensitiveVars",
    appOf: appOfQuestion,
  }),
  computed: (inputs) => ({ id: `config:${String(inputs["appId"])}`, set: [] }),
  settled: (thing, site) => {
    const app = appOf(site, thing.inputs["appId"]);
    const { vars, sensitiveVars } = thing.inputs;
    if (app !== undefined)
      applyVariables(app, site, thing, { ...(vars as Variables), ...(sensitiveVars as Variables) });
  },
  removed: (thing, site) => {
    const app = appOf(site, thing.inputs["appId"]);
    const names = (thing.outputs["set"] ?? []) as string[];
    if (app === undefined) return;
    const gone = Object.fromEntries(names.map((name) => [name, undefined]));
    setVariables(app, site, gone);
  },
  seconds: { create: 5, update: 5, delete: 5 },
};
