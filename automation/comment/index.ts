/** One comment on a pull request, about everything that it would change. */
import { SlipwayError } from "../errors";
import { commentMarkdown, markerOf, PREVIEW, type CommentFormat } from "./pages";
import { commitOf, pullRequestComments, type PullRequestOptions } from "./place";
import type { StackReport } from "./report";
import { stick, stoppable, type PostedComment } from "./sticky";

export { commitOf, type PullRequestOptions } from "./place";
export { stackReports, type ReportOptions } from "./gather";
export { commentHtml, commentMarkdown, type CommentFormat } from "./pages";
export { readReports, type ReportedChange, type ReportedProperty, type StackReport } from "./report";
export type { PostedComment } from "./sticky";

/**
 * Writes the comment on the pull request, or brings the one that is there up to date.
 *
 * @throws SlipwayError (usage) when the place is not known, (failed) when the host does not take it
 */
export async function postComment(
  reports: readonly StackReport[],
  place: PullRequestOptions = {},
  format: Pick<CommentFormat, "commit"> = {},
): Promise<PostedComment> {
  const host = await pullRequestComments(place);
  const commit = format.commit ?? commitOf();
  const bodies = commentMarkdown(reports, { limit: host.limit, ...(commit !== undefined && { commit }) });
  return stick(stoppable(host, place), bodies);
}

/**
 * Writes a comment of your own on the pull request, or brings the one of that name up to date.
 *
 * @param name tells it from your other ones: lower-case letters and hyphens
 * @throws as {@link postComment}
 * @example
 * ```ts
 * await postNote("review-app", "Look at it: http://127.0.0.1:8101", { repository: "acme/shop", number: 7 });
 * ```
 */
export async function postNote(name: string, markdown: string, place: PullRequestOptions = {}): Promise<PostedComment> {
  if (!/^[a-z-]+$/.test(name) || name === PREVIEW) {
    const said = `${JSON.stringify(name)} is not the name of a comment of your own`;
    throw new SlipwayError("usage", `${said}: allowed are lower-case letters and hyphens, but not ${PREVIEW}.`);
  }
  const host = await pullRequestComments(place);
  return stick(stoppable(host, place), [`${markerOf(1, name)}\n${markdown}\n`], name);
}
