import type { Model, Question, Rule, Site, Thing, Values } from "../model";
import { entriesBetween, rule } from "../rules";
import { APP, appOf, release, stateOf, type Release, type Slug } from "./app-state";
import { uuid } from "./ids";
import { COUPLING, PIPELINE, STAGES } from "./pipeline";
import { PROVIDER, ofApp, uuidRule } from "./rules";

const FILE = "resource_heroku_pipeline_promotion.go";
const DOCS = "terraform-provider-heroku docs/resources/pipeline_promotion.md";
const MOST_TARGETS = 100;

function targetsOf(inputs: Values): string[] {
  return (inputs["targets"] ?? []) as string[];
}

/** Stage of an app in the pipeline of the promotion; undefined when it is not in it. */
function stageOf({ inputs, site }: Question, app: unknown): string | undefined {
  const coupling = site.find(COUPLING, "appId", app);
  return coupling?.outputs["pipeline"] === inputs["pipeline"] ? String(coupling?.outputs["stage"]) : undefined;
}

function releaseOf({ inputs, site }: Pick<Question, "inputs" | "site">): Release | undefined {
  const app = appOf(site, inputs["sourceAppId"]);
  return app && stateOf(app).releases.find(({ id }) => id === inputs["releaseId"]);
}

const properties = ["pipeline", "sourceAppId", "releaseId", "targets"];

const call: Rule[] = [
  rule({ id: "promotion-coupled", source: DOCS, code: "invalid_params" }, properties, (question) => {
    const apps = [question.inputs["sourceAppId"], ...targetsOf(question.inputs)];
    const outside = apps.find((app) => stageOf(question, app) === undefined);
    if (outside === undefined) return undefined;
    const name = appOf(question.site, outside)?.outputs["name"];
    return `The app ${String(name)} is not part of the pipeline: couple it first.`;
  }),
  rule(
    {
      id: "promotion-downstream",
      source: "devcenter.heroku.com/articles/pipelines: to a later stage",
      code: "invalid_params",
    },
    properties,
    (question) => {
      const order = (app: unknown): number => STAGES.findIndex((stage) => stage === stageOf(question, app));
      const from = order(question.inputs["sourceAppId"]);
      const wrong = targetsOf(question.inputs).find((app) => order(app) <= from);
      return wrong === undefined
        ? undefined
        : `The app ${String(appOf(question.site, wrong)?.outputs["name"])} is at no later stage than the source.`;
    },
  ),
  rule({ id: "promotion-release", source: DOCS, code: "not_found" }, properties, (question) =>
    releaseOf(question) === undefined ? "The release is not one of the source app's." : undefined,
  ),
  rule(
    { id: "promotion-slug", source: "heroku/heroku-pipeline#9: what is promoted is the slug", code: "invalid_params" },
    properties,
    (question) =>
      releaseOf(question)?.slugId === undefined ? "The release has no slug: nothing was built before it." : undefined,
  ),
];

function settled({ inputs, outputs }: Thing, site: Site): void {
  const from = appOf(site, inputs["sourceAppId"]);
  const slugId = releaseOf({ inputs, site })?.slugId;
  const slug: Slug | undefined = from && stateOf(from).slugs.find(({ id }) => id === slugId);
  if (slug === undefined) return;
  for (const { appId, releaseId } of outputs["promotedReleaseIds"] as { appId: string; releaseId: string }[]) {
    const app = appOf(site, appId);
    const description = `Promote ${String(from?.outputs["name"])} v${releaseOf({ inputs, site })?.version ?? 0}`;
    if (app !== undefined) release(app, site, { description, slug, id: releaseId });
  }
}

/** The slug of a release, released to apps at a later stage. */
export const pipelinePromotion: Model = {
  type: "heroku:index/pipelinePromotion:PipelinePromotion",
  source: `${PROVIDER}/${FILE}: delete does nothing`,
  required: ["pipeline", "sourceAppId", "releaseId", "targets"],
  replaces: ["pipeline", "sourceAppId", "releaseId", "targets"],
  sets: ["targets"],
  references: [
    { property: "pipeline", to: [PIPELINE], missing: "not_found" },
    { ...ofApp, property: "sourceAppId" },
    { ...ofApp, property: "targets" },
    { property: "releaseId", to: [APP], by: "releases.id", missing: "not_found" },
  ],
  plan: [
    ...["pipeline", "sourceAppId", "releaseId", "targets"].map((property) =>
      uuidRule(`promotion-uuid-${property}`, FILE, property),
    ),
    entriesBetween({ id: "promotion-targets", source: `${PROVIDER}/${FILE}, Required` }, "targets", 1, MOST_TARGETS),
  ],
  call,
  computed: (inputs, site) => {
    const promoted = targetsOf(inputs).map((appId) => ({ appId, releaseId: uuid(site) }));
    return {
      id: uuid(site),
      status: "completed",
      createdAt: new Date().toISOString(),
      promotedReleaseIds: promoted,
      promotedReleaseId: promoted[0]?.releaseId,
    };
  },
  settled,
  seconds: { create: 10, delete: 0 },
};
