/** A server that keeps the comments of pull requests as GitHub and GitLab document it, limits and errors included. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A comment that is kept. */
export interface Kept {
  id: number;
  body: string;
  author: string;
  /** Number of the pull request. */
  on: number;
}

/** An answer that is given once, in place of what would be answered. */
export interface Once {
  method: string;
  path: RegExp;
  status: number;
  headers?: Record<string, string>;
  body?: object;
  /** True when the call is carried out all the same, and only its answer is lost. */
  done?: boolean;
}

const PAGE = 100;
export const LONGEST = 65_536;

export class CommentsServer {
  comments: Kept[] = [];
  /** What is told of pull requests, by number. */
  readonly pulls = new Map<number, object>();
  readonly calls: string[] = [];
  /** Answers that come first, each once. */
  readonly once: Once[] = [];
  /** Done before the call that is named is carried out. */
  before: (call: string) => void = () => undefined;
  readonly me = "slipway[bot]";
  private last = 0;
  private readonly server: Server;

  private constructor(private readonly kind: "github" | "gitlab") {
    this.server = createServer((request, response) => void this.take(request, response));
  }

  static async start(kind: "github" | "gitlab"): Promise<CommentsServer> {
    const server = new CommentsServer(kind);
    await new Promise<void>((done) => server.server.listen(0, "127.0.0.1", done));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${this.kind === "gitlab" ? "/api/v4" : ""}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  add(body: string, author = this.me, on = 7): Kept {
    const comment = { id: (this.last += 1), body, author, on };
    this.comments.push(comment);
    return comment;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const answer = (status: number, body?: object, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    const { pathname, searchParams } = new URL(url, this.url);
    const path = pathname.replace(/^\/api\/v4/, "");
    this.calls.push(`${method} ${path}`);
    const token = this.kind === "github" ? request.headers.authorization : request.headers["private-token"];
    if (token !== (this.kind === "github" ? "token the-token" : "the-token")) {
      answer(401, { message: "Bad credentials", documentation_url: "https://docs.github.com/rest", status: "401" });
      return;
    }
    const at = this.once.findIndex((each) => each.method === method && each.path.test(path));
    const [first] = at < 0 ? [] : this.once.splice(at, 1);
    if (first !== undefined && first.done !== true) {
      answer(first.status, first.body, first.headers);
      return;
    }
    this.before(`${method} ${path}`);
    const sent = text === "" ? {} : (JSON.parse(text) as { body?: unknown; query?: string });
    const [status, body, headers] =
      this.kind === "github"
        ? this.github(method, path, searchParams, sent)
        : this.gitlab(method, path, searchParams, sent);
    answer(first?.status ?? status, first === undefined ? body : first.body, headers);
  }

  private github(method: string, path: string, query: URLSearchParams, sent: Sent): Answer {
    if (method === "POST" && path === "/graphql") {
      return /viewer\s*\{\s*login/.test(sent.query ?? "")
        ? [200, { data: { viewer: { login: this.me } } }]
        : [200, { errors: [{ message: "Parse error" }] }];
    }
    const pull = this.pulls.get(Number(/^\/repos\/acme\/shop\/pulls\/(\d+)$/.exec(path)?.[1]));
    if (method === "GET" && pull !== undefined) return [200, pull];
    const on = Number(/^\/repos\/acme\/shop\/issues\/(\d+)\/comments$/.exec(path)?.[1]);
    if (!Number.isNaN(on)) {
      if (method === "GET") return this.page(path, query, on, (kept) => this.githubComment(kept));
      if (method === "POST") {
        const refused = githubRefusal(sent.body);
        return refused ?? [201, this.githubComment(this.add(sent.body as string, this.me, on))];
      }
    }
    const id = Number(/^\/repos\/acme\/shop\/issues\/comments\/(\d+)$/.exec(path)?.[1]);
    return this.one(id, method, "PATCH", sent, (kept) => this.githubComment(kept), githubRefusal);
  }

  private gitlab(method: string, path: string, query: URLSearchParams, sent: Sent): Answer {
    if (method === "GET" && path === "/user") return [200, { id: 1, username: this.me }];
    const notes = "/projects/acme%2Fshop/merge_requests/7/notes";
    if (path === notes) {
      if (method === "GET") return this.page(`/api/v4${path}`, query, 7, (kept) => this.note(kept));
      if (method === "POST") return [201, this.note(this.add(sent.body as string))];
    }
    const id = path.startsWith(`${notes}/`) ? Number(path.slice(notes.length + 1)) : Number.NaN;
    return this.one(
      id,
      method,
      "PUT",
      sent,
      (kept) => this.note(kept),
      () => undefined,
    );
  }

  private page(path: string, query: URLSearchParams, on: number, told: (kept: Kept) => object): Answer {
    const size = Math.min(Number(query.get("per_page") ?? 30), PAGE);
    const page = Number(query.get("page") ?? 1);
    const all = this.comments.filter((kept) => kept.on === on);
    const shown = all.slice((page - 1) * size, page * size).map(told);
    const next = new URLSearchParams(query);
    next.set("page", String(page + 1));
    const origin = new URL(this.url).origin;
    const more = page * size < all.length;
    return [200, shown, more ? { link: `<${origin}${path}?${String(next)}>; rel="next"` } : {}];
  }

  private one(
    id: number,
    method: string,
    edit: string,
    sent: Sent,
    told: (kept: Kept) => object,
    refusal: (body: unknown) => Answer | undefined,
  ): Answer {
    const kept = this.comments.find((comment) => comment.id === id);
    if (kept === undefined) return [404, { message: "Not Found", status: "404" }];
    if (kept.author !== this.me) return [403, { message: "Must have admin rights to Repository.", status: "403" }];
    if (method === "DELETE") {
      this.comments = this.comments.filter((comment) => comment !== kept);
      return [204];
    }
    if (method !== edit) return [404, { message: "Not Found", status: "404" }];
    const refused = refusal(sent.body);
    if (refused !== undefined) return refused;
    kept.body = sent.body as string;
    return [200, told(kept)];
  }

  private githubComment({ id, body, author, on }: Kept): object {
    const at = "2026-11-25T00:00:00Z";
    const html_url = `https://github.com/acme/shop/pull/${on}#issuecomment-${id}`;
    const user = { login: author, id: author === this.me ? 1 : 2, type: "Bot" };
    return { id, node_id: `IC_${id}`, body, html_url, user, created_at: at, updated_at: at };
  }

  private note({ id, body, author }: Kept): object {
    return { id, body, author: { id: author === this.me ? 1 : 2, username: author }, system: false };
  }
}

type Answer = [number, object?, Record<string, string>?];
type Sent = { body?: unknown; query?: string };

function githubRefusal(body: unknown): Answer | undefined {
  const failed = (message: string): Answer => [
    422,
    {
      message: "Validation Failed",
      errors: [{ resource: "IssueComment", code: "unprocessable", field: "data", message }],
      documentation_url: "https://docs.github.com/rest/issues/comments#create-an-issue-comment",
      status: "422",
    },
  ];
  if (typeof body !== "string") return failed("Body is not a string");
  if (body.trim() === "") return failed("Body cannot be blank");
  return Array.from(body).length > LONGEST ? failed(`Body is too long (maximum is ${LONGEST} characters)`) : undefined;
}
