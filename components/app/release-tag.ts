/** How what is made of a release is called where names are given once. */
import type { Release } from "./workload";

/**
 * Tag of a new image or label of a new version: the release's version, its git commit where the source is unchanged
 * since, and when it was built.
 *
 * The time is there because such names are given once: ECR refuses a tag that it knows even for the same image, as
 * Elastic Beanstalk does a label, and a release may be built again, after its change was taken back or when the answer
 * to a push got lost.
 */
export function releaseTag({ version, commit }: Pick<Release, "version" | "commit">, builtAt: Date): string {
  const time = builtAt
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z$/g, "")
    .replace("T", "-");
  return [version, ...(isClean(commit) ? [commit] : []), time].join("-");
}

/** True for a commit that says all of the source: none, or one followed by changes, says nothing. */
function isClean(commit: string | undefined): commit is string {
  return commit !== undefined && /^[0-9a-f]+$/.test(commit);
}
