import { SlipwayError } from "../errors";
import type { ReleaseInfo } from "../target";
import type { AppApi } from "./api";

/** Releases of Heroku that are looked through. */
const LOOKED_THROUGH = 50;
/** Of those, slugs that are told of: more than anybody goes back. */
const TOLD = 10;

interface Slug extends ReleaseInfo {
  id: string;
}

/** What was built for an app, newest first; other releases of a slug, such as for a config var, are the same release. */
export async function releasesOf(api: AppApi): Promise<ReleaseInfo[]> {
  return (await slugsOf(api)).map(({ version, createdAt, current }) => ({ version, createdAt, current }));
}

async function slugsOf(api: AppApi): Promise<Slug[]> {
  const found = new Map<string, Omit<Slug, "version">>();
  const released = (await api.releases(LOOKED_THROUGH)).filter(({ status }) => status === "succeeded");
  const serving = released.find(({ current }) => current)?.slug?.id;
  for (const { slug, created_at: createdAt } of released) {
    // The oldest release of a slug, which comes last, says when it was built.
    if (slug !== null) found.set(slug.id, { id: slug.id, createdAt, current: slug.id === serving });
  }
  const newest = [...found.values()].slice(0, TOLD);
  // The version of the source that a build was given is what Heroku calls the slug's commit.
  return Promise.all(newest.map(async (slug) => ({ ...slug, version: (await api.slug(slug.id)).commit ?? slug.id })));
}

/** @throws SlipwayError (usage) always: a slug is at Heroku, and named in the config */
export async function sourceOfSlug(api: AppApi, stack: string, version: string): Promise<never> {
  const id = (await slugsOf(api)).find((slug) => slug.version === version)?.id ?? "<UUID of the slug>";
  throw new SlipwayError(
    "usage",
    `The release ${version} is a slug at Heroku: it is put back by the config, where everybody sees it.`,
    `slipway config set heroku.build '{kind: slug, id: ${id}, version: "${version}"}' --stack ${stack}, then slipway up --stack ${stack}`,
  );
}
