/** Notes of a merge request on GitLab. */
import { setTimeout } from "node:timers/promises";
import { SlipwayError } from "../errors";
import type { CommentHost, HostedComment } from "./sticky";

/** A merge request, and how its host is reached. */
export interface GitlabMergeRequest {
  /** Number of the project, or its path. */
  repository: string;
  /** Number within the project (iid). */
  number: number;
  /** A project's or person's access token with the scope `api`; a job's own token may not write notes. */
  token: string;
  /** Address of the API, such as `https://gitlab.com/api/v4`. */
  api: string;
  /** Milliseconds of a second to wait. @default 1000 */
  second?: number;
}

/** Longest note that GitLab takes. */
const LIMIT = 1_000_000;
const TRIES = 5;

interface Note {
  id: number;
  body: string;
  author: { id: number };
  system: boolean;
}

/** Calls that are refused for a limit, or fail on GitLab's side, are made again. */
export function gitlabNotes({ repository, number, token, api, second = 1000 }: GitlabMergeRequest): CommentHost {
  const base = api.replace(/\/$/, "");
  const notes = `${base}/projects/${encodeURIComponent(repository)}/merge_requests/${number}/notes`;
  const call = async (method: string, url: string, body?: string): Promise<Response> => {
    for (let tries = 1; ; tries += 1) {
      const answer = await fetch(url, {
        method,
        headers: { "PRIVATE-TOKEN": token, "Content-Type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify({ body }) }),
      }).catch((error: unknown) => refused(`${String(error)} (${base})`));
      if (tries === TRIES || !(answer.status === 429 || answer.status >= 500)) return answer;
      await setTimeout(Number(answer.headers.get("retry-after") ?? tries ** 2) * second);
    }
  };
  const own = async (): Promise<HostedComment[]> => {
    const { id: me } = (await read(await call("GET", `${base}/user`))) as { id: number };
    const found: HostedComment[] = [];
    let page: string | undefined = `${notes}?per_page=100&sort=asc&order_by=created_at`;
    while (page !== undefined) {
      const answer = await call("GET", page);
      const listed = (await read(answer)) as Note[];
      found.push(...listed.filter(({ author, system }) => author.id === me && !system).map(hosted));
      page = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
    }
    return found;
  };
  const unlessGone = async (answer: Response): Promise<Response | undefined> => {
    if (answer.status === 404) return undefined;
    return answer.ok ? answer : refusedBy(answer);
  };
  return {
    limit: LIMIT,
    own,
    create: async (body) => hosted((await read(await call("POST", notes, body))) as Note),
    edit: async (id, body) => {
      const answer = await unlessGone(await call("PUT", `${notes}/${id}`, body));
      return answer === undefined ? undefined : hosted((await answer.json()) as Note);
    },
    remove: async (id) => {
      await unlessGone(await call("DELETE", `${notes}/${id}`));
    },
  };
}

/** GitLab names no address of a note. */
function hosted({ id, body }: Note): HostedComment {
  return { id, body, url: `#note_${id}` };
}

async function read(answer: Response): Promise<unknown> {
  return answer.ok ? answer.json() : refusedBy(answer);
}

async function refusedBy(answer: Response): Promise<never> {
  return refused(`${answer.status} ${(await answer.text()).slice(0, 300)}`);
}

function refused(reason: string): never {
  throw new SlipwayError(
    "failed",
    `GitLab did not take the comment: ${reason}`,
    "GITLAB_TOKEN has to be an access token of the project with the scope api",
  );
}
