import type { Model, Rule } from "../model";
import { between, matches, oneOf, rule } from "../rules";
import { PIPELINE } from "./pipeline";
import { PROVIDER, notFound, uuidRule } from "./rules";
import { REGIONS } from "./tables";

const FILE = "resource_heroku_review_app_config.go";
/** A repository that a pipeline has been connected to, by hand: what the account has already. */
const REPOSITORY = "heroku:index/repository:Repository";
const STALE_DAYS = 5;

const connected: Rule = rule(
  { id: "review-connected", source: `${PROVIDER}/${FILE}, Create`, code: "not_found" },
  ["orgRepo"],
  ({ inputs, site, old }) => {
    const repository = String(inputs["orgRepo"]);
    if (old !== undefined || site.find(REPOSITORY, "id", repository) !== undefined) return undefined;
    return (
      "Not found. This error typically occurs when the pipeline is not connected to a GitHub repository: " +
      `heroku pipelines:connect <pipeline> --repo ${repository}`
    );
  },
);

const region: Rule = rule(
  { id: "review-region", source: "devcenter.heroku.com/articles/regions", code: "not_found" },
  ["deployTarget"],
  ({ inputs }) => {
    const target = inputs["deployTarget"] as { type?: string; id?: string } | undefined;
    return target?.type !== "region" || REGIONS.some((name) => name === target.id) ? undefined : notFound("region");
  },
);

/** Apps that Heroku makes of pull requests. */
export const reviewAppConfig: Model = {
  type: "heroku:index/reviewAppConfig:ReviewAppConfig",
  source: `${PROVIDER}/${FILE}`,
  required: ["pipelineId", "orgRepo", "deployTarget"],
  replaces: ["pipelineId", "orgRepo"],
  staying: ["baseName", "staleDays"],
  defaults: { automaticReviewApps: false, destroyStaleApps: false, waitForCi: false },
  references: [{ property: "pipelineId", to: [PIPELINE], missing: "not_found" }],
  plan: [
    uuidRule("review-pipeline", FILE, "pipelineId"),
    between({ id: "review-stale-days", source: `${PROVIDER}/${FILE}` }, "staleDays", 1, 30),
    oneOf({ id: "review-target", source: `${PROVIDER}/${FILE}` }, "deployTarget.type", ["space", "region"]),
    matches(
      { id: "review-target-id", source: `${PROVIDER}/${FILE}, validateDeployTargetID` },
      "deployTarget.id",
      /^([a-fA-F0-9]{8}(-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}|[a-z]{2})$/,
      "a UUID of a space or two letters of a region: invalid deploy target id otherwise",
    ),
  ],
  call: [
    matches(
      { id: "review-repository", source: "heroku-go v6 schema.json: review-app-config, repo", code: "invalid_params" },
      "orgRepo",
      /^[\w.-]+\/[\w.-]+$/,
      "owner/name of a repository at GitHub",
    ),
    connected,
    region,
  ],
  computed: (inputs, site) => ({
    id: String(inputs["pipelineId"]),
    repoId: site.next("repository"),
    staleDays: inputs["staleDays"] ?? STALE_DAYS,
    baseName: inputs["baseName"] ?? String(site.find(PIPELINE, "id", inputs["pipelineId"])?.outputs["name"]),
  }),
  seconds: { create: 2, update: 2, delete: 1 },
};
