import { SlipwayError } from "../errors";
import type { ReleaseInfo } from "../target";
import type { AppApi } from "./api";

/** Releases that are asked for: more than anybody goes back. */
const COUNT = 50;

/**
 * The slugs of an app that have been released, newest first. Each is named by its UUID, which is what it can be put back
 * by; other releases of it, such as for a config var, are the same release.
 */
export async function releasesOf(api: AppApi): Promise<ReleaseInfo[]> {
  const found = new Map<string, ReleaseInfo>();
  const released = (await api.releases(COUNT)).filter(({ status }) => status === "succeeded");
  const serving = released.find(({ current }) => current)?.slug?.id;
  for (const { slug, created_at: createdAt } of released) {
    // The oldest release of a slug, which comes last, says when it was built.
    if (slug !== null) found.set(slug.id, { version: slug.id, createdAt, current: slug.id === serving });
  }
  return [...found.values()];
}

/** @throws SlipwayError (usage) always: a slug is at Heroku, and named in the config */
export function sourceOfSlug(stack: string, slug: string): never {
  throw new SlipwayError(
    "usage",
    `The release ${slug} is a slug at Heroku: it is put back by the config, where everybody sees it.`,
    `slipway config set heroku.build '{kind: slug, id: ${slug}}' --stack ${stack}, then slipway up --stack ${stack}`,
  );
}
