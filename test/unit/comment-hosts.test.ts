/** The comment on a pull request, against servers that answer as GitHub and GitLab do. */
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import Bottleneck from "bottleneck";
import { expect } from "chai";
import { githubComments } from "../../automation/comment/github";
import { gitlabNotes } from "../../automation/comment/gitlab";
import { commitOf, pullRequestComments } from "../../automation/comment/place";
import { stick, stoppable, type CommentHost } from "../../automation/comment/sticky";
import { failureOf } from "../support/failure";
import { CommentsServer } from "./support/comments-server";

const body = (part: number, text: string): string => `<!-- slipway:comment:${part} -->\n${text}\n`;

const KINDS = {
  github: (server: CommentsServer, token = "the-token"): CommentHost =>
    githubComments({
      repository: "acme/shop",
      number: 7,
      token,
      api: server.url,
      // A second of waiting is a millisecond here, and there is no pause between writes.
      limits: { retryAfterBaseValue: 1, write: new Bottleneck.Group(), notifications: new Bottleneck.Group() },
    }),
  gitlab: (server: CommentsServer, token = "the-token"): CommentHost =>
    gitlabNotes({ repository: "acme/shop", number: 7, token, api: server.url, second: 1 }),
};

for (const [kind, hostOf] of Object.entries(KINDS) as [keyof typeof KINDS, (typeof KINDS)["github"]][]) {
  describe(`the comment on ${kind}`, () => {
    let server: CommentsServer;
    let host: CommentHost;

    beforeEach(async () => {
      server = await CommentsServer.start(kind);
      host = hostOf(server);
    });

    afterEach(() => {
      server.stop();
    });

    const own = (): string[] => server.comments.filter(({ author }) => author === server.me).map((kept) => kept.body);
    const writes = (): string[] => server.calls.filter((call) => !/^GET|graphql/.test(call));

    it("is added once, then edited in its place, and not written where nothing has changed", async () => {
      const first = await stick(host, [body(1, "one")]);
      expect(first).to.include({ parts: 1, created: 1, edited: 0, removed: 0 });
      expect(first.url).to.match(/1$/);
      server.add("somebody's answer", "somebody");
      expect(await stick(host, [body(1, "two")])).to.include({ created: 0, edited: 1, removed: 0, url: first.url });
      const before = writes().length;
      expect(await stick(host, [body(1, "two")])).to.include({ created: 0, edited: 0, removed: 0 });
      expect(writes().length).to.equal(before);
      expect(server.comments.map((kept) => kept.body)).to.deep.equal([body(1, "two"), "somebody's answer"]);
    });

    it("gets further parts, and loses those that are not needed any more", async () => {
      await stick(host, [body(1, "a"), body(2, "b"), body(3, "c")]);
      expect(own()).to.deep.equal([body(1, "a"), body(2, "b"), body(3, "c")]);
      expect(await stick(host, [body(1, "d")])).to.include({ created: 0, edited: 1, removed: 2 });
      expect(own()).to.deep.equal([body(1, "d")]);
    });

    it("is only what the same author wrote, whatever others copy, quote or mark", async () => {
      server.add(body(1, "a forgery"), "mallory");
      server.add(`Look: ${body(1, "a quotation")}`);
      server.add("another comment of the same author");
      await stick(host, [body(1, "mine")]);
      await stick(host, [body(1, "mine, later")]);
      expect(server.comments.map((kept) => kept.body)).to.deep.equal([
        body(1, "a forgery"),
        `Look: ${body(1, "a quotation")}`,
        "another comment of the same author",
        body(1, "mine, later"),
      ]);
    });

    it("is found behind hundreds of others, page by page", async () => {
      for (let index = 0; index < 250; index += 1) server.add(`comment ${index}`, "somebody");
      server.add(body(1, "old"));
      expect(await stick(host, [body(1, "new")])).to.include({ created: 0, edited: 1 });
      expect(own()).to.deep.equal([body(1, "new")]);
      expect(server.calls.filter((call) => /^GET .*(comments|notes)/.test(call)).length).to.equal(3);
    });

    it("is added anew where somebody removes it in between", async () => {
      server.add(body(1, "old"));
      server.before = (call) => {
        if (/^(PATCH|PUT)/.test(call)) server.comments = [];
      };
      expect(await stick(host, [body(1, "new")])).to.include({ created: 1, edited: 0 });
      expect(own()).to.deep.equal([body(1, "new")]);
    });

    it("is one, the oldest, after two runs that began together", async () => {
      let raced = false;
      server.before = (call) => {
        if (/^POST .*(comments|notes)/.test(call) && !raced) {
          raced = true;
          server.add(body(1, "the other run's"));
        }
      };
      await stick(host, [body(1, "mine")]);
      expect(server.comments).to.deep.equal([{ id: 1, body: body(1, "mine"), author: server.me, on: 7 }]);
      await Promise.all([stick(host, [body(1, "x")]), stick(hostOf(server), [body(1, "y")])]);
      expect(own()).to.have.length(1);
    });

    it("is not there twice where an answer was lost on the way", async () => {
      const path = kind === "github" ? /comments$/ : /notes$/;
      server.once.push({ method: "POST", path, status: 502, body: { message: "Bad Gateway" }, done: true });
      await stick(host, [body(1, "mine")]);
      expect(own()).to.deep.equal([body(1, "mine")]);
    });

    it("waits as long as it is told, and goes on", async () => {
      const path = /(comments|notes)$/;
      const status = kind === "github" ? 403 : 429;
      const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
      const limit = { path, status, headers: { "retry-after": "60" }, body: { message } };
      server.once.push({ method: "POST", ...limit }, { method: "GET", ...limit });
      server.once.push({ method: "POST", path, status: 500, body: { message: "Server Error" } });
      const begun = performance.now();
      expect(await stick(host, [body(1, "mine")])).to.include({ created: 1 });
      expect(performance.now() - begun).to.be.greaterThan(100);
      expect(server.once).to.deep.equal([]);
      expect(own()).to.deep.equal([body(1, "mine")]);
    });

    it("is written no further once it is stopped, and made whole by the next", async () => {
      const limit = new AbortController();
      server.before = (call) => (call.startsWith("POST") && /(comments|notes)$/.test(call) ? limit.abort() : undefined);
      const stopped = await failureOf(stick(stoppable(host, limit), [body(1, "a"), body(2, "b")]));
      expect(stopped.kind).to.equal("cancelled");
      server.before = () => undefined;
      expect(writes()).to.have.length(1);
      await stick(host, [body(1, "a"), body(2, "b")]);
      expect(own()).to.deep.equal([body(1, "a"), body(2, "b")]);
      expect(writes()).to.have.length(2);
    });

    it("says what is refused, and what mends it, without the token", async () => {
      const denied = await failureOf(stick(hostOf(server, "wrong-token"), [body(1, "x")]));
      expect(denied.message).to.match(/401|Bad credentials/);
      expect(denied.message + (denied.mend ?? "") + String(denied.stack)).not.to.contain("wrong-token");
      const path = /(comments|notes)$/;
      const message = "Resource not accessible by integration";
      server.once.push({ method: "POST", path, status: 403, body: { message } });
      const forbidden = await failureOf(stick(host, [body(1, "x")]));
      expect(forbidden.message).to.contain(message);
      expect(forbidden.mend).to.match(kind === "github" ? /pull-requests: write.*--from/ : /scope api/);
      const unreachable = hostOf(server);
      server.stop();
      expect((await failureOf(stick(unreachable, [body(1, "x")]))).kind).to.equal("failed");
    });
  });
}

describe("the comment on github", () => {
  it("is refused by GitHub's own words where it is too long", async () => {
    const server = await CommentsServer.start("github");
    const error: unknown = await stick(KINDS.github(server), [body(1, "x".repeat(70_000))]).catch((thrown) => thrown);
    server.stop();
    expect(String(error)).to.match(/Body is too long \(maximum is 65536 characters\)/);
  });
});

describe("the place of the comment", () => {
  let folder: string;
  let event: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-event-"));
    event = path.join(folder, "event.json");
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7, head: { sha: "0123456789abcdef" } } }));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("is what the build service says", async () => {
    for (const kind of ["github", "gitlab"] as const) {
      const server = await CommentsServer.start(kind);
      const environment =
        kind === "github"
          ? { GITHUB_REPOSITORY: "acme/shop", GITHUB_EVENT_PATH: event, GITHUB_API_URL: server.url }
          : { GITLAB_CI: "true", CI_PROJECT_ID: "acme/shop", CI_MERGE_REQUEST_IID: "7", CI_API_V4_URL: server.url };
      const tokens = { GITHUB_TOKEN: "the-token", GITLAB_TOKEN: "the-token" };
      const host = await pullRequestComments({}, { ...environment, ...tokens });
      await stick(host, [body(1, "hello")]);
      server.stop();
      expect(server.comments.map((kept) => kept.body)).to.deep.equal([body(1, "hello")]);
    }
    expect(commitOf({ GITHUB_EVENT_PATH: event, GITHUB_SHA: "merge" })).to.equal("0123456789abcdef");
    expect(commitOf({ CI_COMMIT_SHA: "fedcba" })).to.equal("fedcba");
    expect(commitOf({})).to.equal(undefined);
  });

  it("is named by what is missing, all of it at once", async () => {
    const said = (environment: Record<string, string>): Promise<unknown> =>
      pullRequestComments({}, environment).catch((error) => String(error));
    expect(await said({})).to.match(/repository.*pull request.*token.*GITHUB_TOKEN\) are missing/);
    expect(await said({ GITHUB_REPOSITORY: "a/b", GITHUB_TOKEN: "x" })).to.match(/the pull request.* is missing/);
    expect(await said({ GITLAB_CI: "true", CI_PROJECT_ID: "1", CI_MERGE_REQUEST_IID: "2" })).to.match(/GITLAB_TOKEN/);
  });
});
