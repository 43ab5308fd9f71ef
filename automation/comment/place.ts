/** Which pull request is meant, as the build service says it in its variables. */
import { readFileSync } from "node:fs";
import { SlipwayError } from "../errors";
import type { Stoppable } from "../stopping";
import type { CommentHost } from "./sticky";

/** What names a pull request, where the build service does not. */
export interface PullRequestOptions extends Stoppable {
  /** `owner/name` on GitHub, the project's number or path on GitLab. @default what the build service says */
  repository?: string;
  /** Number of the pull or merge request. @default what the build service says */
  number?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables of each host: where it is, who writes, and what is written to. */
const HOSTS = {
  github: { repository: "GITHUB_REPOSITORY", tokens: ["GITHUB_TOKEN", "GH_TOKEN"] },
  gitlab: { repository: "CI_PROJECT_ID", tokens: ["GITLAB_TOKEN"] },
} as const;

/**
 * The comments of the pull request that this build is for: on GitLab in its own jobs, else on GitHub.
 *
 * @throws SlipwayError (usage) naming everything that is missing
 */
export async function pullRequestComments(
  options: PullRequestOptions = {},
  environment: Environment = process.env,
): Promise<CommentHost> {
  const host = environment["GITLAB_CI"] === undefined ? "github" : "gitlab";
  const names = HOSTS[host];
  const repository = options.repository ?? environment[names.repository];
  const number = options.number ?? numberOf(environment);
  const token = names.tokens.map((name) => environment[name]).find((value) => value !== undefined && value !== "");
  if (repository === undefined || number === undefined || token === undefined) {
    const missing = [
      ...(repository === undefined ? ["the repository (--repository)"] : []),
      ...(number === undefined ? ["the pull request (--number)"] : []),
      ...(token === undefined ? [`a token (the variable ${names.tokens[0]})`] : []),
    ];
    throw new SlipwayError(
      "usage",
      `The comment has no place: ${missing.join(", ")} ${missing.length > 1 ? "are" : "is"} missing.`,
      "slipway comment --output comment.md writes it to a file",
    );
  }
  if (host === "gitlab") {
    const { gitlabNotes } = await import("./gitlab");
    return gitlabNotes({ repository, number, token, api: environment["CI_API_V4_URL"] ?? "https://gitlab.com/api/v4" });
  }
  const { githubComments } = await import("./github");
  const api = environment["GITHUB_API_URL"];
  return githubComments({ repository, number, token, ...(api !== undefined && { api }) });
}

/** The commit that the build is for; a pull request's own, not the merge that GitHub makes of it. */
export function commitOf(environment: Environment = process.env): string | undefined {
  const { pull_request: request } = eventOf(environment);
  return (
    request?.head?.sha ?? environment["CI_COMMIT_SHA"] ?? environment["GITHUB_SHA"] ?? environment["TRAVIS_COMMIT"]
  );
}

function numberOf(environment: Environment): number | undefined {
  const { pull_request: request } = eventOf(environment);
  if (request?.number !== undefined) return request.number;
  const named =
    environment["CI_MERGE_REQUEST_IID"] ?? /^refs\/pull\/(\d+)\//.exec(environment["GITHUB_REF"] ?? "")?.[1];
  return named === undefined ? undefined : Number(named);
}

interface GithubEvent {
  pull_request?: { number?: number; head?: { sha?: string } };
}

function eventOf(environment: Environment): GithubEvent {
  const file = environment["GITHUB_EVENT_PATH"];
  return file === undefined || file === "" ? {} : (JSON.parse(readFileSync(file, "utf8")) as GithubEvent);
}
