import { textAt } from "../aws/read";
import type { Model, Site, Thing, Values } from "../model";
import { appOf, release, type Slug, type Variables } from "./app-state";
import { FILE, callRules, planRules, sourceOf } from "./build-rules";
import { uuid } from "./ids";
import { manifestOf, procfileTypes } from "./manifest";
import { PROVIDER, ofApp, uuidRule } from "./rules";
import type { Source } from "./source";

export const BUILD = "heroku:index/build:Build";

/** The inputs as the provider compares them: with a checksum of the source, whose change makes another build. */
export function withChecksum(inputs: Values, base: string): Values {
  const source = typeof inputs["source"] === "symbol" ? undefined : sourceOf(inputs, base);
  return source === undefined ? inputs : { ...inputs, localChecksum: source.checksum };
}

function processTypes(source: Source, stack: unknown): Variables {
  return stack === "container" ? (manifestOf(source)?.processTypes ?? {}) : procfileTypes(source);
}

function computed(inputs: Values, site: Site): { id: string } & Values {
  const id = uuid(site);
  const stack = appOf(site, inputs["appId"])?.outputs["stack"];
  return {
    id,
    uuid: id,
    // An image is no slug, and has no id that the provider tells.
    slugId: stack === "container" ? "" : uuid(site),
    releaseId: uuid(site),
    status: "succeeded",
    stack,
    outputStreamUrl: `https://build-output.simulated.invalid/streams/${site.fresh(40)}`,
    buildpacks: inputs["buildpacks"] ?? appOf(site, inputs["appId"])?.outputs["buildpacks"] ?? [],
    users: [{ email: "deploy@simulated.invalid", id: `00000000-0000-4000-a000-${site.account}` }],
  };
}

/** A build of a source; its slug is released at once. */
export const buildModel = (base: string): Model => ({
  type: BUILD,
  source: `${PROVIDER}/${FILE}: every change makes another build, delete does nothing`,
  required: ["appId", "source"],
  replaces: ["appId", "buildpacks", "source", "localChecksum"],
  staying: ["buildpacks"],
  references: [ofApp],
  plan: [uuidRule("build-app", FILE, "appId"), ...planRules(base)],
  call: callRules(base),
  computed,
  settled: ({ inputs, outputs }: Thing, site: Site) => {
    const app = appOf(site, inputs["appId"]);
    const source = sourceOf(inputs, base);
    if (app === undefined || source === undefined) return;
    const stack = String(outputs["stack"]);
    const slug: Slug = {
      id: String(outputs["slugId"] || outputs["id"]),
      processTypes: processTypes(source, stack),
      stack,
    };
    const description = `Deploy ${(textAt(inputs, "source.version") ?? slug.id).slice(0, 8)}`;
    release(app, site, { description, slug, id: String(outputs["releaseId"]) });
  },
  seconds: { create: 90, delete: 0 },
});
