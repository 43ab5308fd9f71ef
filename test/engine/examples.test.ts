/** The examples, as their users run them: on stacks of this machine, and a server that answers as GitHub does. */
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../components/package-root";
import { freePort } from "../../providers/host/ports";
import { CommentsServer } from "../unit/support/comments-server";
import { Product } from "./support/product";
import { Running } from "./support/running";
import { until } from "./support/wait";

const TSX = path.join(packageRoot, "node_modules", ".bin", "tsx");
const SAMPLE = path.join(packageRoot, "test", "apps", "fixtures", "own", "module-app");

describe("the examples", function () {
  this.timeout(300_000);
  let product: Product;

  before(async () => {
    product = await Product.make();
    const { app, processes, ...others } = product.sections();
    product.configure({ ...others, app, processes: { ...processes, web: { count: 1 } } });
    await product.up();
  });

  after(() => product.dispose());

  function start(example: string, words: readonly string[], more: NodeJS.ProcessEnv = {}): Running {
    const file = path.join(packageRoot, "examples", `${example}.ts`);
    // The compiler's settings, and so the sources, are those of the checkout.
    const settings = ["--tsconfig", path.join(packageRoot, "tsconfig.json")];
    return new Running([TSX, ...settings, file, ...words], product.folder, { ...product.environment, ...more });
  }

  describe("many stacks side by side", () => {
    interface Row {
      stack: string;
      ended: string;
      changes: number;
      said: string;
    }

    it("are each told of at the end, and none is kept from its end by one that fails", async () => {
      const { processes, ...others } = product.sections();
      product.configure({ ...others, processes, targets: ["moon"] }, "faulty");
      product.configure({ ...others, processes, local: { ...others.local, port: await freePort() } }, "fresh");
      const words = ["preview", "faulty", "fresh", "none", "dev", "--jobs", "2", "--json"];
      const { code, stdout, stderr } = await start("many-stacks", words).ended;
      const rows = JSON.parse(stdout) as Row[];
      const short = rows.map(({ stack, ended, changes }) => [stack, ended, changes > 0]);
      expect(short.sort(), stdout + stderr).to.deep.equal([
        ["dev", "ok", false],
        ["faulty", "config", false],
        ["fresh", "ok", true],
        ["none", "config", false],
      ]);
      expect(rows.find(({ stack }) => stack === "faulty")?.said).to.match(/slipway:targets[^]*moon/);
      expect(code).to.equal(3);
      expect(await product.lastingStrays()).to.deep.equal([]);
    });

    it("go on when a worker is killed, and end with what it was at", async () => {
      product.setVersion("held");
      product.holdAt("migrate", "held");
      const running = start("many-stacks", ["up", "dev", "none", "--jobs", "1", "--json"]);
      await product.held("migrate", "held");
      const worker = product.processes().find(({ command }) => command.includes("--worker"));
      process.kill(worker?.pid ?? 0, "SIGKILL");
      const { code, stdout, stderr } = await running.ended;
      const rows = JSON.parse(stdout) as Row[];
      expect(
        rows.map(({ stack, ended }) => [stack, ended]),
        stderr,
      ).to.deep.equal([
        ["dev", "unexpected"],
        ["none", "config"],
      ]);
      expect(rows[0]?.said).to.contain("SIGKILL");
      expect(code).to.equal(3);
      product.letGo("migrate", "held");
      await product.up();
      expect(await product.serving()).to.equal("held");
    });
  });

  describe("scaling by the clock", () => {
    const timetable = (): string => path.join(product.folder, "times.json");
    const scale = (): Running => start("scheduled-scaling", ["dev", "--timetable", timetable()]);
    const at = (web: number): void =>
      writeFileSync(timetable(), JSON.stringify([{ to: "00:00", counts: { web: 9 } }, { counts: { web, worker: 1 } }]));
    const running = async (): Promise<number> =>
      (await product.status()).processes.filter(({ name }) => name.startsWith("web-")).length;

    it("deploys other numbers of the release that serves, once, and nothing that is new in the source", async () => {
      product.setVersion("unfinished");
      at(2);
      const { code, stdout, stderr } = await scale().ended;
      expect([code, stdout], stderr).to.deep.equal([0, "dev: web 1 -> 2 (changed: product-web)\n"]);
      expect([await running(), await product.serving()]).to.deep.equal([2, "held"]);
      expect((await scale().ended).stdout).to.equal("dev is as it should be\n");
    });

    it("leaves a stack alone while it is deployed, its config as well", async () => {
      product.setVersion("four");
      product.holdAt("web-1", "four");
      const up = product.start(["up", "--yes"]);
      await product.held("web-1", "four");
      at(3);
      const config = readFileSync(product.configFile(), "utf8");
      const { code, stdout, stderr } = await scale().ended;
      expect(code, stderr).to.equal(0);
      expect(stdout).to.match(
        /^dev is left alone: SlipwayError: Another operation on stack dev is under way: process \d+ of /,
      );
      expect(readFileSync(product.configFile(), "utf8")).to.equal(config);
      const waiting = product.start(["up", "--yes", "--wait-for-lock", "60"]);
      await until("it waits", () => waiting.said.includes("Waiting for its end."));
      product.letGo("web-1", "four");
      expect((await up.ended).code).to.equal(0);
      const { code: waited, stdout: text, stderr: said } = await waiting.ended;
      expect([waited, text.split("\n")[0]], said).to.deep.equal([0, "no changes"]);
    });
  });

  describe("a review app for each pull request", () => {
    const SECRET = "the-secret-of-the-webhook";
    let github: CommentsServer;
    let bot: Running;
    let port: number;
    let origin: string;

    const git = (...words: string[]): string => execFileSync("git", words, { cwd: origin, encoding: "utf8" }).trim();
    const commit = (number: number, text: string): string => {
      writeFileSync(path.join(origin, "version.txt"), text);
      git("add", "--all");
      git("-c", "user.name=ana", "-c", "user.email=ana@example.org", "commit", "--quiet", "--message", text);
      git("update-ref", `refs/pull/${number}/head`, "HEAD");
      return git("rev-parse", "HEAD");
    };
    const tell = (number: number, state: string, sha: string, from = "acme/shop"): void => {
      github.pulls.set(number, { number, state, head: { sha, repo: { full_name: from } } });
    };
    const deliver = (number: number, signature?: string): Promise<number> =>
      post(JSON.stringify({ action: "synchronize", number, repository: { full_name: "acme/shop" } }), signature);
    const post = async (body: string, signature?: string): Promise<number> => {
      const signed = `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
      const headers = { "x-github-event": "pull_request", "x-hub-signature-256": signature ?? signed };
      return (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body, headers })).status;
    };
    const notes = (number: number): string[] =>
      github.comments.filter(({ on }) => on === number).map(({ body }) => body.split("\n")[1] ?? "");

    before(async () => {
      github = await CommentsServer.start("github");
      origin = product.subfolder("origin");
      cpSync(SAMPLE, origin, { recursive: true });
      git("init", "--quiet");
      commit(7, "first");
      execFileSync("git", ["clone", "--quiet", origin, path.join(product.folder, "clone")]);
      const app = { name: "shop", source: "clone", entry: "app:app", health: { live: "/ping", ready: "/ping" } };
      const local = { port: (await freePort()) - 7 };
      product.configure({ app, targets: ["local"], local }, "review");
      port = await freePort();
      const words = ["acme/shop", path.join(product.folder, "clone"), "--like", "review", "--port", String(port)];
      const GITHUB = { GITHUB_API_URL: github.url, GITHUB_TOKEN: "the-token", GITHUB_EVENT_PATH: "" };
      bot = start("review-apps", words, { ...GITHUB, WEBHOOK_SECRET: SECRET });
      await until("the bot listens", () => bot.said.includes("listening"));
    });

    after(async () => {
      bot.signal("SIGTERM");
      const { stdout, stderr } = await bot.ended;
      github.stop();
      expect(stdout + stderr)
        .not.to.contain(SECRET)
        .and.not.to.contain("the-token");
    });

    it("does nothing that GitHub has not signed, and runs no code of a fork", async () => {
      tell(7, "open", git("rev-parse", "HEAD"), "mallory/shop");
      expect(await deliver(7, "sha256=00")).to.equal(401);
      expect(await deliver(7, `sha256=${"0".repeat(64)}`)).to.equal(401);
      expect(await post("no JSON")).to.equal(400);
      expect(github.calls).to.deep.equal([]);
      expect(await deliver(7)).to.equal(202);
      await until("it has looked", () => github.calls.length > 0);
      expect(existsSync(product.configFile("pr-7"))).to.equal(false);
    });

    it("is deployed from the newest commit however many events there are, and told in one comment", async () => {
      const first = commit(7, "first of mine");
      tell(7, "open", first);
      await Promise.all([deliver(7), deliver(7), deliver(7)]);
      await until("it is told", () => notes(7).some((note) => note.startsWith(first)));
      const url = /runs at (http\S+)/.exec(notes(7)[0] ?? "")?.[1] ?? "";
      expect((await fetch(`${url}/ping`)).status).to.equal(200);
      const second = commit(7, "second");
      tell(7, "open", second);
      await deliver(7);
      await until("the other commit is told", () => notes(7).some((note) => note.startsWith(second)));
      expect(notes(7)).to.deep.equal([`${second} runs at ${url}`]);
    });

    it("is removed with its data when the pull request is closed, and stays so when an event comes late", async () => {
      tell(7, "closed", git("rev-parse", "HEAD"));
      await deliver(7);
      await until("it is removed", () => bot.said.includes("pr-7: removed"));
      expect(existsSync(product.configFile("pr-7"))).to.equal(false);
      expect(existsSync(product.rootOf("pr-7"))).to.equal(false);
      const looks = github.calls.length;
      await deliver(7);
      await until("it has looked", () => github.calls.length > looks);
      expect(existsSync(product.configFile("pr-7"))).to.equal(false);
    });

    it("is one of several that are opened, updated and closed side by side, each in its own stack", async () => {
      const served = async (number: number, sha: string): Promise<string> => {
        await until(`#${number} is told`, () => notes(number).some((note) => note.startsWith(sha)));
        expect(notes(number)).to.deep.equal([notes(number)[0]]);
        const url = /runs at (http\S+)/.exec(notes(number)[0] ?? "")?.[1] ?? "";
        expect((await fetch(`${url}/ping`)).status).to.equal(200);
        const source = path.join(product.folder, `clone-pr-${number}`, "version.txt");
        expect(readFileSync(source, "utf8")).to.equal(git("show", `${sha}:version.txt`));
        return url;
      };
      const open = (number: number, text: string): string => {
        const sha = commit(number, text);
        tell(number, "open", sha);
        return sha;
      };
      const [eight, nine] = [open(8, "eight"), open(9, "nine")];
      await Promise.all([deliver(8), deliver(9), deliver(8)]);
      const urls = await Promise.all([served(8, eight), served(9, nine)]);
      expect(new Set(urls).size).to.equal(2);
      const [seven, newer] = [open(7, "seven once more"), open(8, "eight, newer")];
      tell(9, "closed", nine);
      await Promise.all([deliver(7), deliver(8), deliver(9)]);
      const [, again] = await Promise.all([served(7, seven), served(8, newer)]);
      expect(again).to.equal(urls[0]);
      await until("9 is removed", () => bot.said.includes("pr-9: removed"));
      const there = [7, 8, 9].map((number) => existsSync(product.configFile(`pr-${number}`)));
      expect(there).to.deep.equal([true, true, false]);
      expect(existsSync(product.rootOf("pr-9"))).to.equal(false);
      expect(bot.said).not.to.match(/^#\d+: \w*Error/m);
    });
  });
});
