/** A simulated Heroku with apps of several kinds in it. */
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Process, Slug } from "../../../providers/rehearsal/heroku/app-state";
import { herokuCloud } from "../../../providers/rehearsal/heroku";
import type { Cloud, Thing, Values } from "../../../providers/rehearsal/model";
import { simulated, worldFolder, type SimulatedCloud } from "./simulated-cloud";

/** Types. */
export const HEROKU = {
  app: "heroku:index/app:App",
  config: "heroku:index/appConfigAssociation:AppConfigAssociation",
  addon: "heroku:index/addon:Addon",
  attachment: "heroku:index/addonAttachment:AddonAttachment",
  build: "heroku:index/build:Build",
  release: "heroku:index/appRelease:AppRelease",
  formation: "heroku:index/formation:Formation",
  feature: "heroku:index/appFeature:AppFeature",
  domain: "heroku:index/domain:Domain",
  ssl: "heroku:index/ssl:Ssl",
  drain: "heroku:index/drain:Drain",
  pipeline: "heroku:index/pipeline:Pipeline",
  coupling: "heroku:index/pipelineCoupling:PipelineCoupling",
  promotion: "heroku:index/pipelinePromotion:PipelinePromotion",
  review: "heroku:index/reviewAppConfig:ReviewAppConfig",
} as const;

/** A UUID that is easily told apart. */
export function uuidOf(number: number): string {
  return `00000000-0000-4000-a000-${String(number).padStart(12, "0")}`;
}

/** Ids of what is there. */
export const ID = {
  shop: uuidOf(1),
  bare: uuidOf(2),
  pro: uuidOf(3),
  boxed: uuidOf(4),
  old: uuidOf(5),
  secure: uuidOf(6),
  vault: uuidOf(7),
  gone: uuidOf(99),
  slug: uuidOf(101),
  image: uuidOf(102),
  release: uuidOf(111),
  empty: uuidOf(112),
} as const;

/** Files of an application that builds. */
export const SOURCE = {
  Procfile: "web: gunicorn shop:app\nworker: celery -A shop worker\nrelease: flask db upgrade\n",
  "requirements.txt": "flask\n",
  ".python-version": "# the newest\n3.13\n",
};

/** A folder with files; undefined leaves one of {@link SOURCE} out. */
export function sourceFolder(files: Readonly<Record<string, string | undefined>> = {}): string {
  const folder = worldFolder();
  const all: Readonly<Record<string, string | undefined>> = { ...SOURCE, ...files };
  for (const [name, text] of Object.entries(all)) {
    if (text === undefined) continue;
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

const clouds: readonly Cloud[] = [herokuCloud(process.cwd())];

function processes(size: string, web = 1): Process[] {
  return ["web", "worker", "beat"].map((type, at) => ({
    ...{ id: uuidOf(200 + at), type, command: type, size },
    quantity: type === "web" ? web : 0,
  }));
}

function slug(id: string, stack: string): Slug {
  return { id, processTypes: { web: "web", worker: "worker", beat: "beat" }, stack };
}

function app(name: keyof typeof ID, more: Values = {}): Thing {
  const inputs = { name, region: "us" };
  const state = { slugs: [], releases: [], processes: [], features: [], attached: {}, set: [] };
  const outputs = { id: ID[name], name, stack: "heroku-24", acm: false, buildpacks: [], allConfigVars: {} };
  return { type: HEROKU.app, id: ID[name], inputs, outputs: { ...outputs, ...state, ...more } };
}

/** What is there: apps that run, one that was never built, one of containers, one too old, one in a Private Space. */
export const things: readonly Thing[] = [
  app("shop", {
    slugs: [slug(ID.slug, "heroku-24")],
    releases: [
      { id: ID.empty, version: 1, description: "Initial release" },
      { id: ID.release, version: 2, description: "Deploy", slugId: ID.slug },
    ],
    processes: processes("Basic"),
  }),
  app("bare"),
  app("pro", { processes: processes("Standard-1X") }),
  app("boxed", { stack: "container", slugs: [slug(ID.image, "container")] }),
  app("old", { stack: "heroku-20" }),
  app("secure", { acm: true }),
  app("vault", { space: "vault" }),
  { type: "heroku:index/space:Space", id: uuidOf(50), inputs: {}, outputs: { name: "vault" } },
  { type: "heroku:index/repository:Repository", id: "acme/shop", inputs: {}, outputs: {} },
];

/** Makes the account one without a payment method. */
export function unverified(cloud: SimulatedCloud): Promise<void> {
  const account = { type: "heroku:index/account:Account", id: "me", inputs: {}, outputs: { verified: false } };
  cloud.open.world.store.add(account, "given");
  return Promise.resolve();
}

/** A new Heroku with all of it. */
export function heroku(): SimulatedCloud {
  const cloud = simulated({ clouds });
  for (const thing of things) cloud.open.world.store.add(structuredClone(thing), "given");
  return cloud;
}

/** Options of a table of rules. */
export const herokuTable = { models: clouds[0]?.models ?? [], clouds, things };
