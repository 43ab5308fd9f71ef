import type { Model, Rule } from "../model";
import { matches, oneOf, rule } from "../rules";
import { APP } from "./app-state";
import { uuid } from "./ids";
import { PROVIDER, ofApp, uuidRule } from "./rules";

export const PIPELINE = "heroku:index/pipeline:Pipeline";
export const COUPLING = "heroku:index/pipelineCoupling:PipelineCoupling";
/** Stages, in the order in which releases go through them. */
export const STAGES = ["review", "development", "staging", "production"] as const;

const FILE = "resource_heroku_pipeline.go";
const COUPLING_FILE = "resource_heroku_pipeline_coupling.go";

const nameTaken: Rule = rule(
  {
    id: "pipeline-name-taken",
    source: "devcenter.heroku.com/articles/pipelines: one name for each owner",
    code: "invalid_params",
  },
  ["name"],
  ({ inputs, old, site }) => {
    const there = site.find(PIPELINE, "name", inputs["name"]);
    return there === undefined || there.id === old?.id ? undefined : `Name ${String(inputs["name"])} is already taken`;
  },
);

/** A pipeline; its couplings go with it, and its apps stay. */
export const pipeline: Model = {
  type: PIPELINE,
  source: `${PROVIDER}/${FILE}; names by pulumi-terraform-bridge dynamic/info.go, SetAutonaming`,
  replaces: ["owner"],
  staying: ["owner"],
  name: { property: "name", longest: 255 },
  plan: [
    matches(
      { id: "pipeline-name", source: `${PROVIDER}/${FILE}` },
      "name",
      /^[a-z][a-z0-9-]{2,29}$/,
      "3 to 30 small letters, digits and hyphens, starting with a letter: invalid pipeline name otherwise",
    ),
    uuidRule("pipeline-owner", FILE, "owner.id"),
    oneOf({ id: "pipeline-owner-type", source: `${PROVIDER}/${FILE}` }, "owner.type", ["team", "user"]),
  ],
  call: [nameTaken],
  computed: (inputs, site) => ({
    id: uuid(site),
    owner: inputs["owner"] ?? { id: `00000000-0000-4000-a000-${site.account}`, type: "user" },
  }),
  removed: ({ id }, site) => {
    for (const coupling of site.all(COUPLING)) if (coupling.outputs["pipeline"] === id) site.remove(coupling);
  },
  seconds: { create: 1, update: 1, delete: 1 },
};

const coupledOnce: Rule = rule(
  {
    id: "coupling-once",
    source: "devcenter.heroku.com/articles/pipelines: an app is in one pipeline, at one stage",
    code: "invalid_params",
  },
  ["appId"],
  ({ inputs, site }) => {
    const there = site.find(COUPLING, "appId", inputs["appId"]);
    const app = site.find(APP, "id", inputs["appId"]);
    return there === undefined
      ? undefined
      : `App ${String(app?.outputs["name"])} is already part of a pipeline, at the stage ${String(there.outputs["stage"])}`;
  },
);

/** An app at a stage of a pipeline. */
export const pipelineCoupling: Model = {
  type: COUPLING,
  source: `${PROVIDER}/${COUPLING_FILE}`,
  required: ["appId", "pipeline", "stage"],
  replaces: ["appId", "pipeline", "stage"],
  references: [ofApp, { property: "pipeline", to: [PIPELINE], missing: "not_found" }],
  plan: [
    uuidRule("coupling-app", COUPLING_FILE, "appId"),
    uuidRule("coupling-pipeline", COUPLING_FILE, "pipeline"),
    oneOf({ id: "coupling-stage", source: `${PROVIDER}/${COUPLING_FILE}` }, "stage", [...STAGES]),
  ],
  call: [coupledOnce],
  computed: (_, site) => ({ id: uuid(site) }),
  seconds: { create: 1, delete: 1 },
};
