import type { Model, Rule } from "../model";
import { anyOf, excludes, matches, rule } from "../rules";
import { APP, appOf, release, stateOf } from "./app-state";
import { uuid } from "./ids";
import { PROVIDER, ofApp, uuidRule } from "./rules";

const FILE = "resource_heroku_app_release.go";
const HEX = "[0-9a-fA-F]";

const cedar: Rule = rule(
  {
    id: "release-image",
    source: `${PROVIDER}/${FILE}, validateArtifactForGeneration; images are for apps of Fir`,
    code: "invalid_params",
  },
  ["ociImage"],
  ({ inputs }) =>
    inputs["ociImage"] === undefined ? undefined : "cedar generation apps must use slug_id, not oci_image",
);

const description: Rule = rule(
  { id: "release-description", source: `${PROVIDER}/${FILE}, Update` },
  ["description"],
  ({ inputs, old }) =>
    old !== undefined && inputs["description"] !== old.outputs["description"]
      ? "you cannot update an existing release's description. Please create a new release instead"
      : undefined,
);

const stack: Rule = rule(
  {
    id: "release-stack",
    source: "devcenter.heroku.com/articles/stack: container takes images, the others slugs",
    code: "invalid_params",
  },
  ["appId", "slugId"],
  ({ inputs, site }) => {
    const app = appOf(site, inputs["appId"]);
    const builder = site.find(APP, "slugs.id", inputs["slugId"]);
    const slug = builder && stateOf(builder).slugs.find(({ id }) => id === inputs["slugId"]);
    if (app === undefined || slug === undefined) return undefined;
    return (slug.stack === "container") === (app.outputs["stack"] === "container")
      ? undefined
      : `The slug was built for the stack ${slug.stack}, and the app is on ${String(app.outputs["stack"])}.`;
  },
);

/** A release of something that was built before, such as an older slug. */
export const appRelease: Model = {
  type: "heroku:index/appRelease:AppRelease",
  source: `${PROVIDER}/${FILE}: delete does nothing`,
  required: ["appId"],
  replaces: ["appId", "slugId", "ociImage"],
  staying: ["description"],
  references: [ofApp, { property: "slugId", to: [APP], by: "slugs.id", missing: "not_found" }],
  plan: [
    uuidRule("release-app", FILE, "appId"),
    excludes({ id: "release-one", source: `${PROVIDER}/${FILE}, ConflictsWith` }, "slugId", "ociImage"),
    anyOf({ id: "release-something", source: `${PROVIDER}/${FILE}, AtLeastOneOf` }, ["slugId", "ociImage"]),
    matches(
      { id: "release-image-form", source: `${PROVIDER}/validators.go, validateOCIImage` },
      "ociImage",
      new RegExp(`^(${HEX}{8}(-${HEX}{4}){3}-${HEX}{12}|(sha256:)?${HEX}{64})$`),
      "a UUID or a SHA256 digest (sha256:hex or bare hex)",
    ),
  ],
  call: [cedar, description, stack],
  computed: (inputs, site) => ({
    id: uuid(site),
    description: inputs["description"] ?? `Deploy ${String(inputs["slugId"]).slice(0, 8)}`,
  }),
  settled: (thing, site) => {
    const app = appOf(site, thing.inputs["appId"]);
    const builder = site.find(APP, "slugs.id", thing.inputs["slugId"]);
    const slug = builder && stateOf(builder).slugs.find(({ id }) => id === thing.inputs["slugId"]);
    if (app === undefined || slug === undefined || stateOf(app).releases.some(({ id }) => id === thing.id)) return;
    release(app, site, { description: String(thing.outputs["description"]), slug, id: thing.id });
  },
  seconds: { create: 10, delete: 0 },
};
