/**
 * A review app for each pull request: a stack of its own, deployed from the newest commit, its address in a comment; removed,
 * data and all, when the pull request is closed.
 *
 *   WEBHOOK_SECRET=… GITHUB_TOKEN=… npx tsx examples/review-apps.ts acme/shop ~/src/shop --like review --port 8787
 *
 * `~/src/shop` is a clone of the repository, and the stack `review` is what each of the new ones begins as. At GitHub, add a
 * webhook for pull requests, with the same secret and `application/json`.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { copyFileSync, existsSync, rmSync } from "node:fs";
import { execFile } from "node:child_process";
import { createServer, type IncomingMessage } from "node:http";
import * as path from "node:path";
import { parseArgs, promisify } from "node:util";
import { destroy, hasOperations, kindOf, postNote, purge, readSettings } from "slipway/automation";
import { setConfig, stackNames, up } from "slipway/automation";

const LARGEST_BODY = 25 * 2 ** 20;
const LIMIT_MS = 1_800_000;

/** A pull request, as GitHub's API has it. */
interface PullRequest {
  state: "open" | "closed";
  head: { sha: string; repo: { full_name: string } | null };
}

interface Options {
  repository: string;
  clone: string;
  like: string;
  project: string;
}

class ReviewApps {
  /** Pull requests that are worked on, and whether something has happened to them meanwhile. */
  private readonly busy = new Map<number, { again: boolean }>();

  private lastCheckout: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: Options,
    private readonly stopping: AbortSignal,
  ) {}

  /**
   * Looks at a pull request, and makes its stack what it should be. What happened is not taken from an event, which may be
   * late, or come twice: one look at a time, and another one after it where there was an event meanwhile.
   */
  async look(number: number): Promise<void> {
    const before = this.busy.get(number);
    if (before !== undefined) {
      before.again = true;
      return;
    }
    const work = { again: true };
    this.busy.set(number, work);
    while (work.again && !this.stopping.aborted) {
      work.again = false;
      await this.follow(number).catch((error: unknown) => console.error(`#${number}: ${String(error)}`));
    }
    this.busy.delete(number);
  }

  private async follow(number: number): Promise<void> {
    const { state, head } = await this.pullRequest(number);
    const stack = `pr-${number}`;
    if (state === "closed") await this.remove(stack);
    // The code of a fork would run with what this machine may do.
    else if (head.repo?.full_name === this.options.repository) await this.deploy(stack, number, head.sha);
  }

  private async pullRequest(number: number): Promise<PullRequest> {
    const { GITHUB_API_URL: api = "https://api.github.com", GITHUB_TOKEN: token = "" } = process.env;
    const headers = { authorization: `token ${token}`, accept: "application/vnd.github+json" };
    const answer = await fetch(`${api}/repos/${this.options.repository}/pulls/${number}`, { headers });
    if (!answer.ok) throw new Error(`GitHub answered ${answer.status}`);
    return (await answer.json()) as PullRequest;
  }

  private async deploy(stack: string, number: number, commit: string): Promise<void> {
    const place = { repository: this.options.repository, number };
    try {
      this.configure(stack, number, await this.checkout(stack, number, commit));
      const signal = AbortSignal.any([this.stopping, AbortSignal.timeout(LIMIT_MS)]);
      const { changed, outputs } = await up({ stack, project: this.options.project, signal, waitForLock: 600 });
      console.log(`#${number}: ${changed ? "deployed" : "nothing new"}`);
      await postNote("review-app", `${commit} runs at ${String(outputs["url"])}`, place);
    } catch (error) {
      if (kindOf(error) === "cancelled") return;
      await postNote("review-app", `${commit} could not be deployed; the log of the bot says why.`, place);
      throw error;
    }
  }

  /** One after another: two commands of git in one clone are in each other's way. */
  private checkout(stack: string, number: number, commit: string): Promise<string> {
    const made = this.lastCheckout.then(() => this.worktree(stack, number, commit));
    this.lastCheckout = made.catch(() => undefined);
    return made;
  }

  /** The commit, in a folder beside the clone. */
  private async worktree(stack: string, number: number, commit: string): Promise<string> {
    const { clone } = this.options;
    const folder = this.folderOf(stack);
    const git = (...words: string[]): Promise<unknown> => promisify(execFile)("git", ["-C", clone, ...words]);
    await git("fetch", "--quiet", "origin", `refs/pull/${number}/head`);
    rmSync(folder, { recursive: true, force: true });
    await git("worktree", "prune");
    await git("worktree", "add", "--quiet", "--detach", folder, commit);
    return folder;
  }

  /** Begins as the stack that it is like; has an application and a port of its own. */
  private configure(stack: string, number: number, source: string): void {
    const { project, like } = this.options;
    const file = (name: string): string => path.join(project, `Pulumi.${name}.yaml`);
    if (!existsSync(file(stack))) copyFileSync(file(like), file(stack));
    const { local } = readSettings(like, project);
    setConfig({ stack, project, key: "app.source" }, source);
    setConfig({ stack, project, key: "local.port" }, String(local.port + number));
  }

  private async remove(stack: string): Promise<void> {
    const { project } = this.options;
    if (!stackNames(project).includes(stack)) return;
    await destroy({ stack, project, signal: this.stopping, waitForLock: 600 });
    if (hasOperations({ stack, project }, "purge")) await purge({ stack, project });
    rmSync(this.folderOf(stack), { recursive: true, force: true });
    rmSync(path.join(project, `Pulumi.${stack}.yaml`));
    console.log(`${stack}: removed`);
  }

  private folderOf(stack: string): string {
    return `${path.resolve(this.options.clone)}-${stack}`;
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new Error("The body is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Whether GitHub has signed the body with the secret; the time that this takes says nothing of the signature. */
function isSigned(body: Buffer, secret: string, signature: string): boolean {
  const wanted = Buffer.from(`sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
  const given = Buffer.from(signature);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

interface PullRequestEvent {
  number: number;
  repository: { full_name: string };
}

function eventOf(body: Buffer): PullRequestEvent | undefined {
  try {
    return JSON.parse(body.toString("utf8")) as PullRequestEvent;
  } catch {
    return undefined;
  }
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { like: { type: "string", default: "review" }, port: { type: "string", default: "8787" } },
  });
  const [repository = "", clone = ""] = positionals;
  const { WEBHOOK_SECRET: secret = "", SLIPWAY_PROJECT: project = process.cwd() } = process.env;
  if (repository === "" || clone === "" || secret === "")
    throw new Error("A repository, its clone and WEBHOOK_SECRET.");
  const stopping = new AbortController();
  const apps = new ReviewApps({ repository, clone, like: values.like, project }, stopping.signal);
  const server = createServer((request, response) => {
    const end = (status: number): unknown => response.writeHead(status).end();
    bodyOf(request).then(
      (body) => {
        if (!isSigned(body, secret, String(request.headers["x-hub-signature-256"]))) return end(401);
        if (request.headers["x-github-event"] !== "pull_request") return end(204);
        const event = eventOf(body);
        if (event === undefined) return end(400);
        if (event.repository.full_name !== repository) return end(204);
        // GitHub waits for ten seconds; a deployment takes longer.
        void apps.look(event.number);
        return end(202);
      },
      () => end(413),
    );
  });
  server.listen(Number(values.port), () => console.log(`listening on ${values.port}`));
  // Those that were closed, or went on, while nobody listened.
  for (const stack of stackNames(project)) if (/^pr-\d+$/.test(stack)) void apps.look(Number(stack.slice(3)));
  process.once("SIGTERM", () => {
    stopping.abort();
    server.close();
  });
}

main();
