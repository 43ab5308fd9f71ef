import { text } from "node:stream/consumers";
import { expect } from "chai";
import { SlipwayError } from "../../automation/errors";
import type { ResourceChange } from "../../automation/engine/changes";
import { AppApi } from "../../automation/heroku/api";
import { logsOf } from "../../automation/heroku/logs";
import { failureOf } from "../support/failure";
import { promotedSlug } from "../../automation/heroku/promote";
import { keptSlug, releasesOf, schemaHeads } from "../../automation/heroku/releases";
import { statusOf } from "../../automation/heroku/status";
import { changesTier, changeTier } from "../../automation/heroku/tiers";
import { stopAll } from "../../automation/heroku/stop";
import { KEY, SimulatedPlatform } from "../support/simulated-platform";

const APP = "01234567-89ab-cdef-0123-456789abcdef";
describe("what runs at Heroku", () => {
  let platform: SimulatedPlatform;
  let url: string;
  let api: AppApi;

  beforeEach(async () => {
    platform = new SimulatedPlatform();
    url = await platform.start();
    api = new AppApi({ url, key: KEY }, APP);
  });
  afterEach(() => platform.stop());

  const answer = (what: string, value: unknown): void => {
    const [method = "", below = ""] = what.split(" ");
    platform.answers[`${method} /apps/${APP}${below}`] = value;
  };
  const dyno = (name: string, state = "up", version = 42): object => ({
    id: APP,
    name,
    type: name.split(".")[0],
    state,
    updated_at: new Date(Date.now() - 90_000).toISOString(),
    release: { id: APP, version },
  });
  const formation = (type: string, quantity: number): object => ({ id: APP, type, quantity, size: "Standard-1X" });

  describe("its status", () => {
    beforeEach(() => {
      platform.answers["GET /ready"] = "ready";
      answer("GET /formation", [formation("web", 2), formation("worker", 0)]);
    });

    it("is well when every process runs and the application is ready; commands do not count", async () => {
      answer("GET /dynos", [dyno("web.1"), dyno("web.2"), dyno("run.1234", "starting")]);
      const status = await statusOf({ api, url }, "prod", "/ready");
      expect(status).to.deep.include({ stack: "prod", target: "heroku", url, health: "200", healthy: true });
      expect(status.processes.map(({ name, role, state, release }) => [name, role, state, release])).to.deep.equal([
        ["web.1", "web", "up", "v42"],
        ["web.2", "web", "up", "v42"],
      ]);
      expect(status.processes[0]?.uptime).to.be.within(89, 95);
    });

    const UNWELL: [what: string, dynos: () => object[]][] = [
      ["a process is missing", () => [dyno("web.1")]],
      ["a process has crashed", () => [dyno("web.1"), dyno("web.2", "crashed")]],
      ["a process starts", () => [dyno("web.1"), dyno("web.2"), dyno("worker.1", "starting")]],
    ];
    for (const [what, dynos] of UNWELL) {
      it(`is not well when ${what}`, async () => {
        answer("GET /dynos", dynos());
        expect((await statusOf({ api, url }, "prod", "/ready")).healthy).to.equal(false);
      });
    }

    it("is not well when the application does not answer, or nothing is to run", async () => {
      answer("GET /dynos", [dyno("web.1"), dyno("web.2")]);
      const gone = await statusOf({ api, url: "http://127.0.0.1:9999" }, "prod", "/ready");
      expect(gone).to.include({ healthy: false }).and.to.have.property("health").that.contains("127.0.0.1:9999");
      answer("GET /formation", [formation("web", 0)]);
      answer("GET /dynos", []);
      expect((await statusOf({ api, url }, "prod", "/ready")).healthy).to.equal(false);
    });
  });

  describe("its log", () => {
    const LINES = [
      "2026-11-25T07:00:00.1+00:00 app[web.1]: hello",
      "2026-11-25T07:00:00.2+00:00 app[worker.1]: a task",
      "2026-11-25T07:00:00.3+00:00 app[web.2]: größer",
      "2026-11-25T07:00:00.4+00:00 app[beat.1]: tick",
      "",
    ].join("\n");

    beforeEach(() => {
      platform.answers["GET /log"] = LINES;
      answer("POST /log-sessions", { logplex_url: `${url}/log` });
    });

    it("is asked for as it is wanted", async () => {
      expect(await text(logsOf(Promise.resolve({ api }), { lines: 7, processes: ["web.1"] }))).to.equal(LINES);
      expect(platform.asked[0]?.body).to.deep.equal({ source: "app", lines: 7, tail: false, dyno: "web.1" });
      await text(logsOf(Promise.resolve({ api }), { follow: true }));
      expect(platform.asked.at(-2)?.body).to.deep.equal({ source: "app", lines: 20, tail: true });
    });

    it("is of a time on, and of lines that hold a text", async () => {
      const since = new Date("2026-11-25T07:00:00.200Z");
      const found = await text(logsOf(Promise.resolve({ api }), { since, filter: "t" }));
      expect(found.split("\n").map((line) => line.split(": ")[1])).to.deep.equal(["a task", "tick", undefined]);
      await text(logsOf(Promise.resolve({ api }), { filter: "t" }));
      for (const at of [0, 2])
        expect(platform.asked[at]?.body).to.deep.equal({ source: "app", lines: 1500, tail: false });
    });

    it("is of several processes, by name or type", async () => {
      const found = await text(logsOf(Promise.resolve({ api }), { processes: ["web", "beat.1"] }));
      expect(found.split("\n").map((line) => line.split(": ")[1])).to.deep.equal([
        "hello",
        "größer",
        "tick",
        undefined,
      ]);
    });

    it("is no log where Heroku does not give it; whoever follows it may stop", async () => {
      answer("POST /log-sessions", { logplex_url: `${url}/gone?token=canary` });
      const gone = await failureOf(text(logsOf(Promise.resolve({ api }), {})));
      expect(gone).to.include({ kind: "failed", message: "Heroku does not give the text that it has: 401." });
      answer("POST /log-sessions", { logplex_url: "http://127.0.0.1:1/?token=canary" });
      const away = await failureOf(text(logsOf(Promise.resolve({ api }), {})));
      expect(away.message)
        .to.match(/^Heroku cannot be reached: /)
        .and.not.to.contain("canary");
      const signal = AbortSignal.abort();
      expect(await text(logsOf(Promise.resolve({ api }), { follow: true, signal }))).to.equal("");
    });

    it("says what is wrong when the app is not there", async () => {
      const failure = await text(logsOf(Promise.resolve({ api: new AppApi({ url, key: KEY }, "other") }), {})).catch(
        (error: unknown) => error,
      );
      expect(failure).to.be.instanceOf(SlipwayError).with.property("message").that.contains("Couldn't find that app");
    });
  });

  it("has releases by their slugs, each once, the failed ones left out", async () => {
    const release = (version: number, slug: string | null, more: object = {}): object => ({
      version,
      slug: slug === null ? null : { id: slug },
      created_at: `2026-11-${10 + version}T00:00:00Z`,
      current: false,
      status: "succeeded",
      ...more,
    });
    answer("GET /releases", [
      release(9, "slug-c", { status: "failed" }),
      release(8, "slug-b", { current: true }),
      release(7, "slug-b"),
      release(6, "slug-a"),
      release(5, null),
    ]);
    answer("GET /slugs/slug-a", { id: "slug-a", commit: "0123456789ab" });
    answer("GET /slugs/slug-b", { id: "slug-b", commit: "ba9876543210" });
    expect(await releasesOf(api)).to.deep.equal([
      { version: "ba9876543210", createdAt: "2026-11-17T00:00:00Z", current: true },
      { version: "0123456789ab", createdAt: "2026-11-16T00:00:00Z", current: false },
    ]);
    expect(platform.asked[0]?.headers["range"]).to.equal("version ..; order=desc,max=50");
    expect(await keptSlug(api, "prod", "0123456789ab")).to.deep.equal({
      kind: "slug",
      release: "0123456789ab",
      id: "slug-a",
    });
    const failure = await keptSlug(api, "prod", "ffffffffffff").catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(SlipwayError).and.to.include({ kind: "usage" });
  });

  describe("its slugs", () => {
    const RELEASE = "89abcdef-0123-4567-89ab-cdef01234567";
    const OTHERS = "76543210-0123-4567-89ab-cdef01234567";
    beforeEach(() => {
      const newest = { id: RELEASE, version: 8, slug: { id: "slug-b" }, created_at: "2026-11-18T00:00:00Z" };
      const older = { ...newest, id: OTHERS, version: 7, created_at: "2026-11-17T00:00:00Z" };
      const first = { ...older, version: 6, slug: { id: "slug-a" } };
      const [current, before] = [
        { status: "succeeded", current: true },
        { status: "succeeded", current: false },
      ];
      answer("GET /releases", [
        { ...newest, ...current },
        { ...older, ...before },
        { ...first, ...before },
      ]);
      const processes = { web: "web", release: "SLIPWAY_SCHEMA=0002,0003 sh .slipway/release.sh" };
      answer("GET /slugs/slug-b", { id: "slug-b", commit: "ba9876543210", process_types: processes });
      answer("GET /slugs/slug-a", { id: "slug-a", commit: "0123456789ab", process_types: { web: "web" } });
    });

    it("tell which revisions of the database they know, by the line of the release phase", async () => {
      expect(await schemaHeads(api, "ba9876543210")).to.deep.equal(["0002", "0003"]);
      answer("GET /slugs/slug-b", { commit: "ba9876543210", process_types: { release: "sh .slipway/release.sh" } });
      expect(await schemaHeads(api, "ba9876543210")).to.deep.equal([]);
      // Whatever made this one, it had no release phase of Slipway's.
      expect(await schemaHeads(api, "0123456789ab")).to.equal(undefined);
    });

    it("are given along a pipeline that both apps are in, else as they are, with the migration", async () => {
      const deployed = {
        api,
        access: { key: KEY, url },
        app: "shop",
        appId: APP,
        url,
        releaseId: RELEASE,
        pipelineId: OTHERS,
      };
      expect(await promotedSlug(deployed, "ba9876543210", OTHERS)).to.deep.equal({
        config: {
          "heroku.build": `{kind: promotion, app: ${APP}, release: ${RELEASE}, version: "ba9876543210"}`,
        },
      });
      for (const other of [undefined, RELEASE]) {
        expect(await promotedSlug(deployed, "ba9876543210", other)).to.deep.equal({
          config: { "heroku.build": `{kind: slug, id: slug-b, version: "ba9876543210", migrate: true}` },
        });
      }
      const none = await promotedSlug(deployed, "ffffffffffff", OTHERS).catch((error: unknown) => error);
      expect(none).to.be.instanceOf(SlipwayError).with.property("message").that.contains("has no slug");
    });
  });

  it("is stopped by taking every dyno away", async () => {
    answer("GET /formation", [formation("web", 2), formation("worker", 1), formation("beat", 0)]);
    answer("PATCH /formation", []);
    expect(await stopAll(api)).to.equal(3);
    expect(platform.asked.at(-1)?.body).to.deep.equal({
      updates: [
        { type: "web", quantity: 0 },
        { type: "worker", quantity: 0 },
      ],
    });
  });

  describe("its dynos", () => {
    const resized = (process: string, from: string, to: string, quantity?: string): ResourceChange => ({
      operation: "update",
      urn: process,
      type: "heroku:index/formation:Formation",
      name: `shop-formation-${process}`,
      properties: [
        { path: "size", kind: "update", replaces: false, old: from, new: to },
        ...(quantity === undefined
          ? []
          : [{ path: "quantity", kind: "update", replaces: false, old: "1", new: quantity } as const]),
      ],
    });

    it("get another tier all at once, and numbers with it; what the engine can change is left to it", async () => {
      answer("GET /formation", [formation("web", 1), formation("worker", 1), formation("release", 0)]);
      answer("PATCH /formation", []);
      const changes = [resized("web", "Basic", "standard-1x", "2"), resized("worker", "Basic", "standard-1x")];
      expect(changesTier(changes)).to.equal(true);
      await changeTier(api, changes);
      expect(platform.asked.at(-1)?.body).to.deep.equal({
        updates: [
          { type: "web", size: "standard-1x", quantity: 2 },
          { type: "worker", size: "standard-1x" },
        ],
      });
      expect(changesTier(changes.slice(1))).to.equal(false);
      expect(changesTier(["web", "worker"].map((each) => resized(each, "Standard-1X", "standard-2x")))).to.equal(false);
      expect(changesTier(["web", "worker"].map((each) => resized(each, "Standard-1X", "eco")))).to.equal(true);
    });
  });

  it("is told nothing with a key that Heroku does not take, and says so without it", async () => {
    const failure = await new AppApi({ url, key: "wrong-canary" }, APP).dynos().catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(SlipwayError).and.to.include({ kind: "config" });
    expect(String(failure)).to.contain("Invalid credentials").and.not.to.contain("canary");
  });

  it("says when Heroku cannot be reached", async () => {
    const failure = await new AppApi({ url: "http://127.0.0.1:1", key: KEY }, APP)
      .dynos()
      .catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(SlipwayError).with.property("message").that.contains("cannot be reached");
  });
});
