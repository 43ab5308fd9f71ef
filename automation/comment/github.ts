/** Comments of a pull request on GitHub. */
import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling, type ThrottlingOptions } from "@octokit/plugin-throttling";
import { SlipwayError } from "../errors";
import { GITHUB_LIMIT } from "./pages";
import type { CommentHost, HostedComment } from "./sticky";

/** A pull request, and how its host is reached. */
export interface GithubPullRequest {
  /** As `owner/name`. */
  repository: string;
  number: number;
  token: string;
  /** Address of the API. @default that of github.com */
  api?: string;
  /** What to do otherwise about limits. @default as GitHub asks: a second between writes, and what Retry-After says */
  limits?: Pick<ThrottlingOptions, "retryAfterBaseValue" | "write" | "notifications">;
}

/** How often a call is made again that GitHub refuses for its limits, and how many seconds are waited for at most. */
const TRIES = 4;
const LONGEST_WAIT = 300;

const Client = Octokit.plugin(paginateRest, retry, throttling);

/** What GitHub answers of a comment. */
interface Answer {
  id: number | bigint;
  body?: string | undefined;
  html_url: string;
  user: { login: string } | null;
}

/** Octokit waits as long as GitHub says, and tries again what failed on the way or on GitHub's side. */
export function githubComments({ repository, number, token, api, limits }: GithubPullRequest): CommentHost {
  const [owner = "", repo = ""] = repository.split("/");
  const again = (after: number, _request: object, _octokit: object, tries: number): boolean =>
    tries < TRIES && after <= LONGEST_WAIT;
  const client = new Client({
    auth: token,
    ...(api !== undefined && { baseUrl: api.replace(/\/$/, "") }),
    // What it would log names the request only; failures are thrown.
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    throttle: { ...limits, onRateLimit: again, onSecondaryRateLimit: again },
    ...(limits?.retryAfterBaseValue !== undefined && { retry: { retryAfterBaseValue: limits.retryAfterBaseValue } }),
  });
  const of = { owner, repo };
  // An app's token may not ask for its user by REST.
  let viewer: Promise<{ viewer: { login: string } }> | undefined;
  const own = async (): Promise<HostedComment[]> => {
    viewer ??= client.graphql("query { viewer { login } }");
    const { login } = (await viewer).viewer;
    const all = await client.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...of,
      issue_number: number,
      per_page: 100,
    });
    return all.filter(({ user }) => user?.login === login).map(hosted);
  };
  return {
    limit: GITHUB_LIMIT,
    own: () => told(own()),
    create: (body) =>
      told(
        client
          .request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { ...of, issue_number: number, body })
          .then(({ data }) => hosted(data)),
      ),
    edit: (comment_id, body) =>
      told(
        client
          .request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...of, comment_id, body })
          .then(({ data }) => hosted(data), unlessGone),
      ),
    remove: (comment_id) =>
      told(
        client
          .request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...of, comment_id })
          .then(() => undefined, unlessGone),
      ),
  };
}

function hosted({ id, body = "", html_url: url }: Answer): HostedComment {
  return { id: Number(id), body, url };
}

function nothing(): void {
  return undefined;
}

function unlessGone(error: unknown): undefined {
  if (statusOf(error) !== 404) throw error;
  return undefined;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : undefined;
}

/** What GitHub refuses, with what mends it. */
async function told<T>(call: Promise<T>): Promise<T> {
  return call.catch((error: unknown) => {
    const status = statusOf(error);
    const reason = error instanceof Error ? error.message : String(error);
    const mend = status === undefined ? undefined : MENDS[status];
    throw new SlipwayError("failed", `GitHub did not take the comment: ${reason}`, mend, { cause: error });
  });
}

const MENDS: Readonly<Record<number, string>> = {
  401: "GITHUB_TOKEN is not valid, or not any more",
  403:
    "give the job `permissions: pull-requests: write`; a pull request of a fork never has it: " +
    "let its job write `slipway comment --json`, and post that with --from in a job of your own",
  404: "the token does not reach that pull request: look at --repository and --number",
};
