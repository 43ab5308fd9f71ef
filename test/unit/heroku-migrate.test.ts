import { expect } from "chai";
import { AppApi } from "../../automation/heroku/api";
import { migrate } from "../../automation/heroku/migrate";
import { SimulatedDynos } from "../support/simulated-dynos";
import { KEY, SimulatedPlatform } from "../support/simulated-platform";
import { failureOf } from "../support/failure";

const APP = "01234567-89ab-cdef-0123-456789abcdef";
const COMMAND = "python .slipway/slipway_heroku.py flask db upgrade -m 'a b'";
const LISTENING = { stream: 1000, pause: 1, looks: 3 };

describe("the migration of an app at Heroku (simulated Platform API)", () => {
  let platform: SimulatedPlatform;
  let dynos: SimulatedDynos;
  let api: AppApi;
  let told: string[];

  beforeEach(async () => {
    platform = new SimulatedPlatform();
    const url = await platform.start();
    dynos = new SimulatedDynos(platform, url);
    dynos.serve(APP, 42);
    const web = { name: "web.1", type: "web", command: "python .slipway/serve_gevent.py", state: "up" };
    platform.answers[`GET /apps/${APP}/dynos`] = () => [web, ...dynos.running];
    api = new AppApi({ url, key: KEY }, APP);
    told = [];
  });
  afterEach(() => platform.stop());

  const run = (signal?: AbortSignal): Promise<void> =>
    migrate(
      { api, app: "shop" },
      "prod",
      ["flask", "db", "upgrade", "-m", "a b"],
      {
        onProgress: (progress) => {
          if (progress.kind === "message") told.push(progress.message);
        },
        ...(signal && { signal }),
      },
      LISTENING,
    );

  it("runs on a dyno of its own, and tells each line that it writes once, late ones too", async () => {
    dynos.fate = { log: ["Running upgrade -> 1a2b", "\u001b[2Jdone"], exitCode: 0 };
    await run();
    expect(dynos.commands).to.deep.equal([COMMAND]);
    expect(told).to.deep.equal(["Running upgrade -> 1a2b", "done"]);
  });

  it("is refused before a dyno is started on Fir, whose log would not tell how it ended", async () => {
    dynos.generation = "fir";
    dynos.serve(APP, 42);
    const { kind, mend } = await failureOf(run());
    expect(kind).to.equal("usage");
    expect(mend).to.equal(`heroku run --app shop --exit-code -- ${COMMAND}`);
    expect(platform.asked.filter(({ method }) => method === "POST")).to.deep.equal([]);
    expect(platform.asked.map(({ headers }) => headers.accept)).to.include(
      "application/vnd.heroku+json; version=3.sdk",
    );
  });

  it("fails with its exit code", async () => {
    dynos.fate = { log: ["sqlalchemy.exc.OperationalError"], exitCode: 3 };
    const { kind, message, mend } = await failureOf(run());
    expect({ kind, message }).to.deep.equal({
      kind: "failed",
      message: "The migration of prod ended with exit code 3.",
    });
    expect(mend).to.equal("slipway logs run.1000 --stack prod shows what it wrote");
    expect(told).to.deep.equal(["sqlalchemy.exc.OperationalError"]);
  });

  it("is no success where Heroku does not tell how it ended, or an application's line says so alone", async () => {
    dynos.fate = { log: ["Process exited with status 0", "bye"] };
    const { kind, message } = await failureOf(run());
    expect({ kind, message }).to.deep.equal({
      kind: "failed",
      message: "The migration of prod ended: Heroku does not tell how.",
    });
    expect(told).to.deep.equal(["Process exited with status 0", "bye"]);
  });

  it("is not run beside another one, which was not seen to end", async () => {
    const other = { name: "run.7", type: "run", command: COMMAND };
    platform.answers[`GET /apps/${APP}/dynos`] = [{ ...other, state: "up" }];
    const { kind, message } = await failureOf(run());
    expect({ kind, message }).to.deep.equal({ kind: "locked", message: "A migration of prod runs already: run.7." });
    expect(dynos.commands).to.deep.equal([]);
    platform.answers[`GET /apps/${APP}/dynos`] = [{ ...other, state: "complete" }];
    await run();
    expect(dynos.commands).to.have.length(1);
  });

  it("goes on when nobody waits for it any more, and says where", async () => {
    const controller = new AbortController();
    platform.meanwhile = () => {
      if (dynos.commands.length > 0) controller.abort();
    };
    const { kind, mend } = await failureOf(run(controller.signal));
    expect(kind).to.equal("cancelled");
    expect(mend).to.equal("the migration goes on as run.1000: slipway logs run.1000 --stack prod --follow");
  });
});
