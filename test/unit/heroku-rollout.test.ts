import { expect } from "chai";
import { AppApi } from "../../automation/heroku/api";
import { confirmRelease, explainFailure, type Wanted } from "../../automation/heroku/rollout";
import { KEY, SimulatedPlatform } from "../support/simulated-platform";
import { failureOf } from "../support/failure";

const APP = "01234567-89ab-cdef-0123-456789abcdef";
const PATIENCE = { maxWaitTime: 20, minDelay: 0.01, maxDelay: 0.02 };
const OLD = "0a1b2c3d4e5f";

describe("whether a release serves at Heroku (simulated Platform API)", () => {
  let platform: SimulatedPlatform;
  let url: string;
  let wanted: Wanted;

  const answer = (what: string, value: unknown): void => {
    platform.answers[what.replace(" ", ` /apps/${APP}`)] = value;
  };
  const release = (version: number, more: object = {}): object => ({
    id: `release-${version}`,
    version,
    slug: { id: "slug-new" },
    created_at: "2026-11-25T00:00:00Z",
    current: false,
    status: "succeeded",
    output_stream_url: `${url}/log-of-release`,
    ...more,
  });
  const dyno = (name: string, more: object = {}): object => ({
    name,
    type: name.split(".")[0],
    state: "up",
    updated_at: new Date(Date.now() - 600_000).toISOString(),
    release: { version: 7 },
    ...more,
  });

  beforeEach(async () => {
    platform = new SimulatedPlatform();
    url = await platform.start();
    wanted = { stack: "prod", api: new AppApi({ url, key: KEY }, APP), releaseId: "release-7" };
    answer("GET /releases", [release(7, { current: true }), release(6, { slug: { id: "slug-old" } })]);
    answer("GET /formation", [
      { type: "web", quantity: 2 },
      { type: "worker", quantity: 1 },
      { type: "beat", quantity: 0 },
    ]);
    answer("GET /dynos", [dyno("web.1"), dyno("web.2"), dyno("worker.1"), dyno("run.1", { state: "starting" })]);
    answer("GET /slugs/slug-new", { commit: "5f4e3d2c1b0a" });
    answer("GET /slugs/slug-old", { commit: OLD });
    answer("POST /log-sessions", { logplex_url: `${url}/log-of-web` });
    platform.answers["GET /log-of-web"] = "2026-11-25T00:00:00+00:00 app[web.1]: ImportError: no module\n";
    platform.answers["GET /log-of-release"] = "running alembic\nsqlalchemy.exc.OperationalError: locked\n";
  });
  afterEach(() => platform.stop());

  const failure = async (patience = PATIENCE): Promise<string[]> => {
    const error = await failureOf(confirmRelease(wanted, {}, patience));
    expect(error.kind).to.equal("failed");
    return [...error.message.split("\n"), `mend: ${error.mend ?? ""}`];
  };

  it("is so with the release and all of its dynos, of which a later change of a config var is no other one", async () => {
    await confirmRelease(wanted, {}, PATIENCE);
    answer("GET /releases", [release(8, { current: true }), release(7)]);
    answer(
      "GET /dynos",
      ["web.1", "web.2", "worker.1"].map((name) => dyno(name, { release: { version: 8 } })),
    );
    await confirmRelease(wanted, {}, PATIENCE);
    expect(await explainFailure(wanted)).to.equal(undefined);
  });

  it("is waited for while Heroku prepares it, while dynos start, and while old ones are left", async () => {
    let look = 0;
    platform.meanwhile = () => {
      look += 1;
      const status = look < 10 ? "pending" : "succeeded";
      answer("GET /releases", [release(7, { status, current: look >= 10 }), release(6, { current: look < 10 })]);
      const state = look < 20 ? "starting" : "up";
      const old = look < 30 ? [dyno("web.3", { release: { version: 6 } })] : [];
      answer("GET /dynos", [dyno("web.1"), dyno("web.2", { state }), dyno("worker.1", { state: "idle" }), ...old]);
    };
    await confirmRelease(wanted, {}, PATIENCE);
    expect(look).to.be.greaterThan(30);
  });

  it("is not so when the release phase failed: with the end of its output, and what serves", async () => {
    answer("GET /releases", [
      release(7, { status: "failed" }),
      release(6, { current: true, slug: { id: "slug-old" } }),
    ]);
    answer("GET /dynos", [dyno("web.1", { release: { version: 6 } })]);
    const lines = [
      "  release: v7 failed: its release phase did not end well",
      "    | running alembic",
      "    | sqlalchemy.exc.OperationalError: locked",
      "  serves now:",
      `    v6 (release ${OLD}), web.1`,
    ];
    expect(await failure()).to.deep.equal([
      "What was deployed to prod does not serve:",
      ...lines,
      `mend: slipway rollback ${OLD} --stack prod puts every process back to that release; or mend the application and run slipway up --stack prod again`,
    ]);
    const found = await explainFailure({ ...wanted, releaseId: "" });
    expect(found?.lines.map((line) => `  ${line}`)).to.deep.equal(lines);
  });

  it("is not so when another release runs", async () => {
    answer("GET /releases", [release(8, { current: true, slug: { id: "slug-old" } }), release(7)]);
    const [, why] = await failure();
    expect(why).to.equal("  release: v8 runs instead of v7");
  });

  it("is not so when an image of before runs, which has no slug", async () => {
    answer("GET /releases", [release(7, { slug: null }), release(6, { slug: null, current: true })]);
    const [, why] = await failure();
    expect(why).to.equal("  release: v6 runs instead of v7");
  });

  it("is not so when a process has crashed for good: with the end of its log", async () => {
    answer("GET /dynos", [dyno("web.1"), dyno("web.2", { state: "crashed" }), dyno("worker.1")]);
    expect(await failure()).to.deep.equal([
      "What was deployed to prod does not serve:",
      "  web: 1 of 2 dynos are up in v7: crashed",
      "    | 2026-11-25T00:00:00+00:00 app[web.1]: ImportError: no module",
      "  serves now:",
      "    v7 (release 5f4e3d2c1b0a), web.1, worker.1",
      "mend: slipway rollback --stack prod puts an older release back; or mend the application and run slipway up --stack prod again",
    ]);
    const session = platform.asked.find(({ url: asked }) => asked.endsWith("/log-sessions"));
    expect(session?.body).to.deep.equal({ source: "app", lines: 15, tail: false, dyno: "web" });
  });

  it("gives a process that has crashed just now another chance, within a limit of time", async () => {
    const crashed = dyno("web.2", { state: "crashed", updated_at: new Date().toISOString() });
    answer("GET /dynos", [dyno("web.1"), crashed, dyno("worker.1")]);
    const [head] = await failure({ ...PATIENCE, maxWaitTime: 0.2 });
    expect(head).to.equal("What was deployed to prod does not serve, after 0.2 s:");
  });

  it("is not so when no web dyno is wanted, or there is no release", async () => {
    answer("GET /formation", [{ type: "worker", quantity: 1 }]);
    expect((await failure())[1]).to.equal("  web: no dyno is wanted of it: heroku ps:scale web=1");
    answer("GET /releases", []);
    expect((await failure())[1]).to.equal("  release: there is none");
  });

  it("is told as far as it is known where the logs cannot be read", async () => {
    answer("GET /dynos", [dyno("web.1"), dyno("web.2", { state: "crashed" }), dyno("worker.1")]);
    platform.answers[`POST /apps/${APP}/log-sessions`] = undefined;
    expect((await failure())[2]).to.contain("more could not be read: Heroku refused a question about the app");
  });
});
