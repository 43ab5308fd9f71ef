/** A release that serves at Heroku, as it is given to another app: along the pipeline of both, else by its slug. */
import { SlipwayError } from "../errors";
import type { Given } from "../target";
import type { DeployedApp } from "./deployed";
import { slugsOf } from "./releases";

/**
 * The key of the config that names a release of another app, where everybody sees it.
 *
 * @param pipelineOfOther pipeline that the other app is in; undefined without one
 * @throws SlipwayError (usage) for a release that has no slug, as images have none
 */
export async function promotedSlug(
  { api, appId, pipelineId }: DeployedApp,
  version: string,
  pipelineOfOther: string | undefined,
): Promise<Given> {
  const slug = (await slugsOf(api)).find((each) => each.version === version);
  if (slug === undefined) {
    const problem = `The release ${version} has no slug that could be given away, as none has that Heroku built as an image.`;
    throw new SlipwayError("usage", problem, "deploy its source; or build it with buildpacks, by heroku.build");
  }
  const build =
    pipelineId !== undefined && pipelineId === pipelineOfOther
      ? `{kind: promotion, app: ${appId}, release: ${slug.releaseId}, version: "${version}"}`
      : `{kind: slug, id: ${slug.id}, version: "${version}", migrate: true}`;
  return { config: { "heroku.build": build } };
}
