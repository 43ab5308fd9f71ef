/**
 * What Heroku knows of an app besides what its provider tells: config vars of all sources, releases, slugs, dynos. It is
 * kept with the app, under names that no output has, and goes with it.
 */
import type { Site, Thing, Values } from "../model";
import { DEFAULT_SIZE } from "./tables";
import { uuid } from "./ids";

export const APP = "heroku:index/app:App";
export const ADDON = "heroku:index/addon:Addon";
export const ATTACHMENT = "heroku:index/addonAttachment:AddonAttachment";
export const ASSOCIATION = "heroku:index/appConfigAssociation:AppConfigAssociation";
export const FORMATION = "heroku:index/formation:Formation";

export type Variables = Readonly<Record<string, string>>;

/** What was built, and can be released. */
export interface Slug {
  id: string;
  /** Command of each process type. */
  processTypes: Variables;
  stack: string;
}

export interface Release {
  id: string;
  version: number;
  description: string;
  /** Absent until something is built. */
  slugId?: string;
}

/** A process type of the current release, and its dynos. */
export interface Process {
  id: string;
  type: string;
  command: string;
  quantity: number;
  size: string;
}

/** What is kept with an app. */
export interface AppState {
  slugs: readonly Slug[];
  releases: readonly Release[];
  processes: readonly Process[];
  /** Names of features that are on. */
  features: readonly string[];
  /** Variables that add-ons have set: variable -> attachment. */
  attached: Variables;
}

/** Names under which an app has its {@link AppState}, and other types what only Heroku knows. */
export const UNTOLD: Readonly<Record<string, readonly string[]>> = {
  [APP]: ["slugs", "releases", "processes", "features", "attached", "set"],
  [ASSOCIATION]: ["set"],
};

/** An app by its id; undefined when there is none. */
export function appOf(site: Site, id: unknown): Thing | undefined {
  return site.find(APP, "id", id);
}

export function stateOf(app: Thing): AppState {
  return app.outputs as unknown as AppState;
}

/** Config vars of an app, add-ons' included. */
export function variablesOf(app: Thing): Variables {
  return (app.outputs["allConfigVars"] ?? {}) as Variables;
}

/** The slug that the app runs; undefined before the first. */
export function currentSlug(app: Thing): Slug | undefined {
  const { releases, slugs } = stateOf(app);
  return slugs.find(({ id }) => id === releases.at(-1)?.slugId);
}

/** The first two releases are Heroku's own. */
export function firstReleases(site: Site): Release[] {
  const descriptions = ["Initial release", "Enable Logplex"];
  return descriptions.map((description, at) => ({ id: uuid(site), version: at + 1, description }));
}

/** Makes a release, of another slug where one is given. @param id id of the release @default a new one */
export function release(
  app: Thing,
  site: Site,
  { description, slug, id = uuid(site) }: { description: string; slug?: Slug; id?: string },
): void {
  const { releases, slugs, processes } = stateOf(app);
  const slugId = slug?.id ?? releases.at(-1)?.slugId;
  const version = (releases.at(-1)?.version ?? 0) + 1;
  const made: Release = { id, version, description, ...(slugId !== undefined && { slugId }) };
  const isNew = slug !== undefined && !slugs.some((each) => each.id === slug.id);
  site.change(app, { releases: [...releases, made], ...(isNew && { slugs: [...slugs, slug] }) });
  if (slug === undefined) return;
  const now = processesOf(slug, processes, site);
  site.change(app, { processes: now });
  // A process type that is no longer there has no formation.
  for (const formation of site.all(FORMATION).filter(({ outputs }) => outputs["appId"] === app.id)) {
    if (!now.some(({ type }) => type === formation.outputs["type"])) site.remove(formation);
  }
}

/** The first release of an app starts a web dyno; a process type that is new later starts none. */
function processesOf({ processTypes }: Slug, before: readonly Process[], site: Site): Process[] {
  const isFirst = before.length === 0;
  const size = before[0]?.size ?? DEFAULT_SIZE;
  const types = Object.entries(processTypes).filter(([type]) => type !== "release");
  return types.map(([type, command]) => {
    const old = before.find((process) => process.type === type);
    if (old !== undefined) return { ...old, command };
    return { id: uuid(site), type, command, quantity: isFirst && type === "web" ? 1 : 0, size };
  });
}

/** Scales a process type, and what shows it. */
export function scale(app: Thing, site: Site, type: unknown, to: Partial<Pick<Process, "quantity" | "size">>): void {
  const processes = stateOf(app).processes.map((each) => (each.type === type ? { ...each, ...to } : each));
  site.change(app, { processes });
  for (const formation of site.all(FORMATION)) {
    const { appId, type: shown } = formation.outputs;
    if (appId === app.id && shown === type) site.change(formation, to);
  }
}

/**
 * Sets and, where the value is undefined, unsets config vars. A change makes a release, whose description says what was
 * done, and shows in everything that shows config vars.
 */
export function setVariables(
  app: Thing,
  site: Site,
  changes: Readonly<Record<string, string | undefined>>,
  description?: string,
): void {
  const before = variablesOf(app);
  const changed = Object.entries(changes).filter(([name, value]) => before[name] !== value);
  if (changed.length === 0) return;
  const all = { ...before, ...Object.fromEntries(changed) };
  const after = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Variables;
  site.change(app, { allConfigVars: after });
  showVariables(app, site);
  release(app, site, { description: description ?? describe(changed) });
}

/** As `heroku releases` has it: `Set A, B config vars`, `Remove C config vars`. */
function describe(changed: readonly (readonly [string, string | undefined])[]): string {
  const [set, unset] = [true, false].map((isSet) =>
    changed.filter(([, value]) => (value !== undefined) === isSet).map(([name]) => name),
  );
  const part = (verb: string, names: readonly string[] = []): string[] =>
    names.length === 0 ? [] : [`${verb} ${names.join(", ")} config vars`];
  return [...part("Set", set), ...part("Remove", unset)].join(", ");
}

/** What each resource shows of the app's variables: its own names, with the values that they have now. */
function showVariables(app: Thing, site: Site): void {
  const all = variablesOf(app);
  const now = (names: readonly string[]): Variables =>
    Object.fromEntries(names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
  const show = (thing: Thing, properties: readonly string[]): void => {
    const given = properties.filter((property) => thing.inputs[property] !== undefined);
    const values = given.map((property) => [property, now(Object.keys(thing.inputs[property] as Values))]);
    site.change(thing, Object.fromEntries(values) as Values);
  };
  show(app, ["configVars", "sensitiveConfigVars"]);
  for (const thing of site.all(ASSOCIATION)) {
    if (thing.outputs["appId"] === app.id) show(thing, ["vars", "sensitiveVars"]);
  }
  for (const addon of site.all(ADDON)) {
    if (addon.outputs["appId"] !== app.id) continue;
    site.change(addon, { configVarValues: now(addon.outputs["configVars"] as string[]) });
  }
}

/** Brings the variables that a resource sets to what it asks for now: what it no longer names is unset. */
export function applyVariables(app: Thing, site: Site, owner: Thing, wanted: Variables): void {
  const before = (owner.outputs["set"] ?? []) as string[];
  const gone = before.filter((name) => !(name in wanted)).map((name) => [name, undefined]);
  site.change(owner, { set: Object.keys(wanted) });
  setVariables(app, site, { ...(Object.fromEntries(gone) as Record<string, undefined>), ...wanted });
}
