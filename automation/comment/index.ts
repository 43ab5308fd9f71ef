/** One comment on a pull request, about everything that it would change. */
import { commentMarkdown, type CommentFormat } from "./pages";
import { commitOf, pullRequestComments, type PullRequestOptions } from "./place";
import type { StackReport } from "./report";
import { stick, type PostedComment } from "./sticky";

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
  return stick(host, commentMarkdown(reports, { limit: host.limit, ...(commit !== undefined && { commit }) }));
}
