/** The release that serves in one stack, given to another one as it is. */
import { readFileSync, writeFileSync } from "node:fs";
import type { PromotedRelease } from "../../components";
import { headsOf, revisionsBeyond } from "../../components/app";
import type { TargetName } from "../../components/config";
import { readSettings, setConfig } from "../configuration";
import { outputs, up, type ChangeOptions, type Deployment } from "../deployments";
import type { OperationOptions, OperationResult } from "../engine/operations";
import { configFile, placeOf } from "../engine/project";
import { SlipwayError } from "../errors";
import { operationOn, type StackRef } from "../operations";
import type { Given, ReleaseInfo } from "../target";
import { byCommit } from "./by-commit";
import { refuseMixed } from "./one-release";
import { databaseRevisions, headsOfRelease, type KeptRelease } from "./schema";

/** Options of {@link promote}. */
export interface PromoteOptions extends Omit<ChangeOptions, "stack" | "project"> {
  /** Stack whose release is promoted. */
  from: string;
  /** Stack that gets it. */
  to: string;
  /** Folder of Pulumi.yaml. @default SLIPWAY_PROJECT, else Slipway's own */
  project?: string;
  /** Asked with the plan and the release before anything is changed. @default nobody is asked */
  confirm?: (plan: OperationResult, version: string) => Promise<boolean>;
}

/** What {@link promote} came to. */
export interface Promotion extends Deployment {
  /** Version of the release, as it is called where it comes from. */
  version: string;
  /** Keys of the config that name the release from now on; none where the next `up` deploys what the source holds. */
  config: Readonly<Record<string, string>>;
}

/**
 * Gives the release that serves in one stack to another: the same images, the same slug, or, where neither is kept, the same
 * files. Nothing is built that was built before, and the database is migrated.
 *
 * @throws SlipwayError (usage) when the release cannot be given as it is, with the reason; (incompatible) when the other
 * stack's database is ahead of it; as `up`
 */
export async function promote({ from, to, project, confirm, ...options }: PromoteOptions): Promise<Promotion> {
  const ref = (stack: string): StackRef => ({ stack, ...(project !== undefined && { project }) });
  refuseOthers(ref(from), ref(to));
  const releases = await releasesFor(ref(from), ref(to));
  const { config = {}, ...given } = await givenBy(releases, ref(to), options);
  const [first] = releases;
  const promoted = await described(first.kept);
  for (const { target, kept } of releases) await refuseDatabaseAhead(kept, ref(to), target);
  const deployed = await withConfig(ref(to), config, (agreed) =>
    up({
      ...options,
      ...ref(to),
      ...given,
      promoted,
      confirm: async (plan) => agreed(confirm === undefined || (await confirm(plan, promoted.version))),
    }),
  );
  return { ...deployed, version: promoted.version, config };
}

function refuseOthers(from: StackRef, to: StackRef): void {
  if (from.stack === to.stack) throw new SlipwayError("usage", `${from.stack} has its own release already.`);
  const [one, other] = [from, to].map(({ stack, project }) => readSettings(stack, project).app.name);
  if (one === other) return;
  throw new SlipwayError("usage", `${from.stack} runs the application ${one}, and ${to.stack} runs ${other}.`);
}

/** A target of the stack that gets a release, and the release that it gets. */
interface Match {
  target: TargetName;
  kept: KeptRelease;
}

/**
 * For each target the release that serves on the same one, else one whose files are kept.
 *
 * @throws SlipwayError (usage) when a target can be given none, or what they would be given is not one release
 */
async function releasesFor(from: StackRef, to: StackRef): Promise<[Match, ...Match[]]> {
  const sources = readSettings(from.stack, from.project).targets;
  const served = new Map<TargetName, KeptRelease>();
  const matches: Match[] = [];
  for (const target of readSettings(to.stack, to.project).targets) {
    const same = sources.filter((each) => each === target && (givesAsBuilt(each) || keepsFiles(each)));
    const able = same.length > 0 ? same : sources.filter(keepsFiles);
    for (const each of able) if (!served.has(each)) served.set(each, await serving(from, each));
    const kept = able[0] && served.get(able[0]);
    if (kept === undefined) throw notGiven(from, sources, to, target);
    matches.push({ target, kept });
  }
  if (served.size > 1) {
    const versions = new Map([...served].map(([target, { version }]) => [target, version]));
    refuseMixed(from.stack, versions, await outputs(from));
  }
  return matches as [Match, ...Match[]];
}

/** What a target gives away as it was built is no files. */
function keepsFiles(target: TargetName): boolean {
  return operationOn(target, "releaseSource") !== undefined && !givesAsBuilt(target);
}

function givesAsBuilt(target: TargetName): boolean {
  return operationOn(target, "promote") !== undefined;
}

async function serving(ref: StackRef, target: TargetName): Promise<KeptRelease> {
  const kept: ReleaseInfo[] = (await operationOn(target, "releases")?.(placeOf(ref.stack, ref.project))) ?? [];
  const current = kept.find((release) => release.current);
  if (current !== undefined) return { ...ref, target, version: current.version };
  throw new SlipwayError("state", `No release serves in ${ref.stack} on ${target}.`, `slipway up --stack ${ref.stack}`);
}

function notGiven(from: StackRef, sources: readonly TargetName[], to: StackRef, target: TargetName): SlipwayError {
  return new SlipwayError(
    "usage",
    `${to.stack} runs on ${target}, and of what ${from.stack} runs on ${sources.join(", ")}, neither what was built for that nor ` +
      "the files are kept in a form that could be given away: something else would have to be built.",
    byCommit(from.stack, `slipway up --stack ${to.stack}`),
  );
}

async function givenBy(matches: readonly Match[], to: StackRef, options: OperationOptions): Promise<Given> {
  const all: Given[] = [];
  for (const { target, kept } of matches) {
    const [here, there] = [kept, to].map(({ stack, project }) => placeOf(stack, project)) as [Place, Place];
    const asBuilt = target === kept.target ? operationOn(target, "promote") : undefined;
    if (asBuilt !== undefined) all.push(await asBuilt(here, there, kept.version, options));
    else all.push({ rollbackTo: (await operationOn(kept.target, "releaseSource")?.(here, kept.version)) ?? "" });
  }
  return Object.assign({}, ...all) as Given;
}

type Place = ReturnType<typeof placeOf>;

/** The release with what its migrations make of the database, as far as its own stack knows. */
async function described(kept: KeptRelease): Promise<PromotedRelease> {
  const { stack, target, version } = kept;
  const heads = await headsOfRelease(kept);
  if (heads === undefined) return { stack, version };
  const known = await databaseRevisions(kept, target);
  const unknown = new Set(revisionsBeyond(known, heads).map(({ id }) => id));
  return { stack, version, revisions: known.filter(({ id }) => !unknown.has(id)) };
}

/** @throws SlipwayError (incompatible) where the release does not know what the database has been brought to */
async function refuseDatabaseAhead(kept: KeptRelease, to: StackRef, target: TargetName): Promise<void> {
  const heads = await headsOfRelease(kept);
  const database = await databaseRevisions(to, target).catch((error: unknown) => {
    if (error instanceof SlipwayError && error.kind === "state") return [];
    throw error;
  });
  const unknown = heads === undefined ? [] : revisionsBeyond(database, heads);
  if (unknown.length === 0) return;
  throw new SlipwayError(
    "incompatible",
    `The database of ${to.stack} is at ${headsOf(database).join(", ")}, and the release ${kept.version} of ${kept.stack} does not ` +
      `know ${unknown.map(({ id }) => id).join(", ")}: it cannot migrate from there.`,
    `deploy what ${to.stack} has to ${kept.stack} first`,
  );
}

/** Writes keys of the config for a deployment; where that ends before anything is changed, they are taken back. */
async function withConfig<T>(
  { stack, project }: StackRef,
  config: Readonly<Record<string, string>>,
  run: (agreed: (answer: boolean) => boolean) => Promise<T>,
): Promise<T> {
  const place = placeOf(stack, project);
  const before = readFileSync(configFile(place), "utf8");
  const answers: boolean[] = [];
  try {
    for (const [key, value] of Object.entries(config)) setConfig({ ...place, key }, value);
    return await run((answer) => {
      answers.push(answer);
      return answer;
    });
  } catch (error) {
    if (!answers.includes(true) && Object.keys(config).length > 0) writeFileSync(configFile(place), before);
    throw error;
  }
}
