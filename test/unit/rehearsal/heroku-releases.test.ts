/** Rules of the simulated Heroku for builds, releases and dynos, and for pipelines. */
import type { Values } from "../../../providers/rehearsal/model";
import { expect } from "chai";
import { testRules } from "../support/rule-table";
import type { SimulatedCloud } from "../support/simulated-cloud";
import { HEROKU, ID, SOURCE, heroku, herokuTable, sourceFolder, uuidOf } from "../support/simulated-heroku";

const FOLDER = sourceFolder();
const build = (files: Parameters<typeof sourceFolder>[0]): Values => ({ source: { path: sourceFolder(files) } });
const DOCKER = "build:\n  docker:\n    web: docker/Dockerfile\n";

/** A pipeline with `shop` in staging and `pro` in production. */
async function coupled(cloud: SimulatedCloud): Promise<Values> {
  const { id } = await cloud.create(HEROKU.pipeline, { name: "shop" });
  await cloud.create(HEROKU.coupling, { appId: ID.shop, pipeline: id, stage: "staging" });
  await cloud.create(HEROKU.coupling, { appId: ID.pro, pipeline: id, stage: "production" });
  return { pipeline: id };
}

const inPipeline =
  (more: Values = {}) =>
  async (cloud: SimulatedCloud): Promise<Values> => ({ ...(await coupled(cloud)), ...more });

/** A pipeline alone. */
const pipelineOf =
  (property: string, more: Values = {}) =>
  async (cloud: SimulatedCloud): Promise<Values> => {
    const { id } = await cloud.create(HEROKU.pipeline, { name: "other" });
    return { [property]: id, ...more };
  };

testRules(
  {
    [HEROKU.build]: {
      base: { appId: ID.shop, source: { path: FOLDER } },
      rules: {
        "build-app": { accepted: {}, refused: { appId: "shop" } },
        "build-url-https": { accepted: {}, refused: { source: { url: "http://example.com/shop.tgz" } } },
        "build-one-source": {
          accepted: {},
          refused: { source: { path: FOLDER, url: "https://example.com/shop.tgz" } },
        },
        "build-path": { accepted: {}, refused: { source: { path: `${FOLDER}/missing` } } },
        "build-source": { accepted: {}, refused: { source: { version: "1" } } },
        "build-checksum": {
          accepted: { source: { path: FOLDER, version: "1" } },
          refused: { source: { path: FOLDER, checksum: "SHA256:0" } },
        },
        "build-source-here": { accepted: {}, refused: { source: { url: "https://example.com/shop.tgz" } } },
        "build-buildpack": {
          accepted: { buildpacks: ["urn:buildpack:heroku/python"] },
          refused: { buildpacks: ["Python"] },
        },
        "build-stack-retired": { accepted: {}, refused: { appId: ID.old } },
        "build-container-manifest": {
          accepted: { appId: ID.boxed, ...build({ "heroku.yml": DOCKER, "docker/Dockerfile": "FROM scratch\n" }) },
          refused: { appId: ID.boxed },
        },
        "build-container-dockerfile": {
          accepted: { appId: ID.boxed, ...build({ "heroku.yml": DOCKER, "docker/Dockerfile": "FROM scratch\n" }) },
          refused: { appId: ID.boxed, ...build({ "heroku.yml": DOCKER }) },
        },
        "build-language": {
          accepted: {},
          refused: build({ "requirements.txt": undefined, ".python-version": undefined, "index.html": "" }),
        },
        "build-python-packages": {
          accepted: build({ "requirements.txt": undefined, "uv.lock": "" }),
          refused: build({ "uv.lock": "" }),
        },
        "build-python-version": {
          accepted: build({ ".python-version": "3.14\n" }),
          refused: build({ ".python-version": "3.9\n" }),
        },
      },
    },
    [HEROKU.release]: {
      base: { appId: ID.shop, slugId: ID.slug },
      rules: {
        "release-app": { accepted: {}, refused: { appId: "shop" } },
        "release-one": { accepted: {}, refused: { ociImage: uuidOf(7) } },
        "release-something": { accepted: {}, refused: { slugId: undefined } },
        "release-image-form": { accepted: {}, refused: { slugId: undefined, ociImage: "shop:latest" } },
        "release-image": { accepted: {}, refused: { slugId: undefined, ociImage: `sha256:${"0".repeat(64)}` } },
        "release-description": {
          from: { description: "First" },
          accepted: { description: "First" },
          refused: { description: "Second" },
        },
        "release-stack": { accepted: { appId: ID.boxed, slugId: ID.image }, refused: { appId: ID.boxed } },
      },
    },
    [HEROKU.formation]: {
      base: { appId: ID.shop, type: "web", quantity: 1, size: "basic" },
      rules: {
        "formation-app": { accepted: {}, refused: { appId: "shop" } },
        "formation-process-type": { accepted: { type: "worker" }, refused: { type: "clock" } },
        "formation-size": { accepted: { size: "BASIC" }, refused: { size: "1x" } },
        "formation-one-dyno": { accepted: { size: "standard-1x", quantity: 2 }, refused: { quantity: 2 } },
        "formation-mixed-sizes": {
          accepted: { appId: ID.pro, type: "worker", size: "performance-m" },
          refused: { type: "worker", size: "standard-1x" },
        },
        "formation-eco-dynos": {
          given: async (cloud) => {
            await cloud.create(HEROKU.formation, { appId: ID.shop, type: "web", quantity: 1, size: "eco" });
            await cloud.create(HEROKU.formation, { appId: ID.shop, type: "worker", quantity: 1, size: "eco" });
          },
          accepted: { type: "worker", size: "eco" },
          refused: { type: "beat", size: "eco" },
        },
        "formation-large-dynos": {
          accepted: { size: "performance-l", quantity: 10 },
          refused: { size: "performance-l", quantity: 11 },
        },
        "formation-dynos": {
          accepted: { appId: ID.pro, type: "worker", size: "standard-2x", quantity: 99 },
          refused: { appId: ID.pro, type: "worker", size: "standard-2x", quantity: 100 },
        },
      },
    },
    [HEROKU.feature]: {
      base: { appId: ID.pro, name: "preboot" },
      rules: {
        "feature-app": { accepted: {}, refused: { appId: "pro" } },
        "feature-known": { accepted: { name: "log-runtime-metrics" }, refused: { name: "pre-boot" } },
        "feature-preboot": { accepted: { appId: ID.shop, enabled: false }, refused: { appId: ID.shop } },
      },
    },
    [HEROKU.pipeline]: {
      base: { name: "shop" },
      rules: {
        "pipeline-name": { accepted: { name: "shop-2" }, refused: { name: "Shop" } },
        "pipeline-owner": {
          accepted: { owner: { id: uuidOf(9), type: "team" } },
          refused: { owner: { id: "acme", type: "team" } },
        },
        "pipeline-owner-type": {
          accepted: { owner: { id: uuidOf(9), type: "user" } },
          refused: { owner: { id: uuidOf(9), type: "organization" } },
        },
        "pipeline-name-taken": {
          given: (cloud) => cloud.create(HEROKU.pipeline, { name: "taken" }),
          accepted: {},
          refused: { name: "taken" },
        },
      },
    },
    [HEROKU.coupling]: {
      base: { appId: ID.bare, stage: "staging" },
      rules: {
        "coupling-app": { accepted: pipelineOf("pipeline"), refused: pipelineOf("pipeline", { appId: "bare" }) },
        "coupling-pipeline": { accepted: pipelineOf("pipeline"), refused: { pipeline: "other" } },
        "coupling-stage": {
          accepted: pipelineOf("pipeline", { stage: "review" }),
          refused: pipelineOf("pipeline", { stage: "test" }),
        },
        "coupling-once": {
          given: coupled,
          accepted: pipelineOf("pipeline"),
          refused: pipelineOf("pipeline", { appId: ID.shop }),
        },
      },
    },
    [HEROKU.promotion]: {
      base: { sourceAppId: ID.shop, releaseId: ID.release, targets: [ID.pro] },
      rules: {
        "promotion-uuid-pipeline": { accepted: inPipeline(), refused: inPipeline({ pipeline: "shop" }) },
        "promotion-uuid-sourceAppId": { accepted: inPipeline(), refused: inPipeline({ sourceAppId: "shop" }) },
        "promotion-uuid-releaseId": { accepted: inPipeline(), refused: inPipeline({ releaseId: "v2" }) },
        "promotion-uuid-targets": { accepted: inPipeline(), refused: inPipeline({ targets: ["pro"] }) },
        "promotion-targets": { accepted: inPipeline(), refused: inPipeline({ targets: [] }) },
        "promotion-coupled": { accepted: inPipeline(), refused: inPipeline({ targets: [ID.bare] }) },
        "promotion-downstream": {
          accepted: inPipeline(),
          refused: inPipeline({ sourceAppId: ID.pro, targets: [ID.shop] }),
        },
        "promotion-release": {
          accepted: inPipeline(),
          refused: async (cloud) => {
            const { pipeline } = await coupled(cloud);
            const built = await cloud.create(HEROKU.build, { appId: ID.bare, source: { path: FOLDER } });
            return { pipeline, releaseId: built["releaseId"] };
          },
        },
        "promotion-slug": { accepted: inPipeline(), refused: inPipeline({ releaseId: ID.empty }) },
      },
    },
    [HEROKU.review]: {
      base: { orgRepo: "acme/shop", deployTarget: { type: "region", id: "eu" } },
      rules: {
        "review-pipeline": { accepted: pipelineOf("pipelineId"), refused: { pipelineId: "shop" } },
        "review-stale-days": {
          accepted: pipelineOf("pipelineId", { destroyStaleApps: true, staleDays: 30 }),
          refused: pipelineOf("pipelineId", { destroyStaleApps: true, staleDays: 31 }),
        },
        "review-target": {
          accepted: pipelineOf("pipelineId"),
          refused: pipelineOf("pipelineId", { deployTarget: { type: "app", id: "eu" } }),
        },
        "review-target-id": {
          accepted: pipelineOf("pipelineId", { deployTarget: { type: "space", id: uuidOf(50) } }),
          refused: pipelineOf("pipelineId", { deployTarget: { type: "space", id: "vault" } }),
        },
        "review-repository": {
          accepted: pipelineOf("pipelineId"),
          refused: pipelineOf("pipelineId", { orgRepo: "shop" }),
        },
        "review-connected": {
          accepted: pipelineOf("pipelineId"),
          refused: pipelineOf("pipelineId", { orgRepo: "acme/blog" }),
        },
        "review-region": {
          accepted: pipelineOf("pipelineId", { deployTarget: { type: "region", id: "us" } }),
          refused: pipelineOf("pipelineId", { deployTarget: { type: "region", id: "ap" } }),
        },
      },
    },
  },
  herokuTable,
);

describe("a Python version of a build at the simulated Heroku", () => {
  for (const [text, words] of [
    ["python-3.13\n", "Invalid Python version"],
    ["3.13\n3.12\n", "Multiple Python versions"],
    ["# none\n", "No Python version found"],
    ["3.99\n", "isn't recognised"],
    ["2.7\n", "reached end-of-life"],
  ] as const) {
    it(`is refused as ${JSON.stringify(text)}`, async () => {
      const cloud = heroku();
      const source = { path: sourceFolder({ ...SOURCE, ".python-version": text }) };
      const refusal = await cloud.refusal(() => cloud.create(HEROKU.build, { appId: ID.shop, source }));
      expect(refusal.message).to.include(words);
    });
  }
});
