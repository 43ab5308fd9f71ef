import type { KeptSlug } from "../../components";
import { SlipwayError } from "../errors";
import type { ReleaseInfo } from "../target";
import { SCHEMA_VARIABLE } from "../../components/heroku/names";
import type { AppApi } from "./api";

/** Releases of Heroku that are looked through. */
const LOOKED_THROUGH = 50;
/** Of those, slugs that are told of: more than anybody goes back. */
const TOLD = 10;

/** What was built, and is kept. */
export interface Slug extends ReleaseInfo {
  id: string;
  /** The newest of Heroku's releases that run it. */
  releaseId: string;
  /** Process type -> command line. */
  processes: Readonly<Record<string, string>>;
}

/** What was built for an app, newest first; other releases of a slug, such as for a config var, are the same release. */
export async function releasesOf(api: AppApi): Promise<ReleaseInfo[]> {
  return (await slugsOf(api)).map(({ version, createdAt, current }) => ({ version, createdAt, current }));
}

/** The slugs of an app, newest first. */
export async function slugsOf(api: AppApi): Promise<Slug[]> {
  const found = new Map<string, Omit<Slug, "version" | "processes">>();
  const released = (await api.releases(LOOKED_THROUGH)).filter(({ status }) => status === "succeeded");
  const serving = released.find(({ current }) => current)?.slug?.id;
  for (const { id, slug, created_at: createdAt } of released) {
    if (slug === null) continue;
    const { releaseId } = found.get(slug.id) ?? { releaseId: id };
    // The oldest release of a slug, which comes last, says when it was built.
    found.set(slug.id, { id: slug.id, releaseId, createdAt, current: slug.id === serving });
  }
  const newest = [...found.values()].slice(0, TOLD);
  // The version of the source that a build was given is what Heroku calls the slug's commit.
  return Promise.all(
    newest.map(async (slug) => {
      const { commit, process_types: processes } = await api.slug(slug.id);
      return { ...slug, version: commit ?? slug.id, processes: processes ?? {} };
    }),
  );
}

/** Newest revisions of the database that a release knows, as the line of its release phase says; undefined without one. */
export async function schemaHeads(api: AppApi, version: string): Promise<string[] | undefined> {
  const line = (await slugsOf(api)).find((slug) => slug.version === version)?.processes["release"];
  if (line === undefined) return undefined;
  return (new RegExp(`^${SCHEMA_VARIABLE}=(\\S*) `).exec(line)?.[1] ?? "").split(",").filter((id) => id !== "");
}

/** The slug of a release that is kept. @throws SlipwayError (usage) when it is not */
export async function keptSlug(api: AppApi, stack: string, version: string): Promise<KeptSlug> {
  const found = (await slugsOf(api)).find((slug) => slug.version === version);
  if (found !== undefined) return { kind: "slug", release: version, id: found.id };
  throw new SlipwayError("usage", `The release ${version} is not kept.`, `slipway releases --stack ${stack}`);
}
