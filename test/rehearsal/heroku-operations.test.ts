/** The command line on a stack at Heroku: real engine, simulated clouds below it, a simulated API beside them. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { EXIT } from "../../automation/errors";
import { stateOf } from "../../providers/rehearsal/heroku/app-state";
import { Operator } from "./support/operator";

describe("slipway at Heroku (simulated Platform API)", function () {
  this.timeout(200_000);
  let operator: Operator;
  let first: string;

  before(async () => {
    const processes = { web: { count: 1 }, worker: { count: 1 }, beat: {} };
    operator = await Operator.open({ targets: ["heroku"], environment: "dev", processes });
  });
  after(() => operator.stack.close());

  it("deploys, and looks whether that is what serves", async () => {
    await operator.well("up", "--yes");
    [{ version: first } = { version: "" }] = await operator.releases();
    expect(first).to.match(/^[0-9a-f]{12}$/);
  });

  it("fails when the release phase has, which the engine takes for a success", async () => {
    operator.stack.stack.changeApp("2");
    const { heroku } = operator.stack;
    const honest = heroku.meanwhile;
    heroku.meanwhile = () => {
      honest();
      for (const [what, answer] of Object.entries(heroku.answers)) {
        const [newest, ...others] = Array.isArray(answer) ? (answer as object[]) : [];
        const [before, ...rest] = others;
        if (what.endsWith("/releases") && before !== undefined)
          heroku.answers[what] = [
            { ...newest, status: "failed", current: false },
            { ...before, current: true },
            ...rest,
          ];
      }
    };
    const said = await operator.ended("failed", "up", "--yes");
    heroku.meanwhile = honest;
    expect(said).to.match(/does not serve:\n {2}release: v\d+ failed: its release phase did not end well\n/);
    expect(said).to.contain(`(release ${first})`);
    expect(said).to.contain(`mend: slipway rollback ${first} --stack prod puts every process back`);
  });

  it("puts the old release back, from the slug that Heroku has", async () => {
    const builds = (): number =>
      operator.stack.account.calls.filter(({ type, operation }) => type.includes("Build") && operation === "create")
        .length;
    const before = builds();
    expect(before).to.be.greaterThan(0);
    expect(await operator.well("rollback", first, "--yes")).to.contain(`release ${first} serves again`);
    expect(builds()).to.equal(before);
    expect((await operator.releases()).find(({ current }) => current)?.version).to.equal(first);
    expect(await operator.well("outputs")).to.contain(`release: ${first}\n`);
  });

  it("runs the migration apart from a deployment, on a dyno of its own, and ends as that does", async () => {
    operator.stack.fates = { migrate: { log: ["Running upgrade", "-> 1a2b"], exitCode: 0 } };
    const { code, stdout, stderr } = await operator.stack.slipway("migrate");
    expect(code, stderr).to.equal(0);
    expect(stderr).to.match(/Running upgrade[^]*-> 1a2b/);
    expect(stdout).to.equal("the database of prod is migrated\n");
    const { body } =
      operator.stack.heroku.asked.find(({ url, method }) => method === "POST" && url.endsWith("/dynos")) ?? {};
    expect(body).to.include({ command: "python .slipway/slipway_heroku.py flask db upgrade" });
  });

  it("gives another app the slug that serves, and names it in that one's config", async () => {
    const { account } = operator.stack;
    const processes = { web: { count: 1 } };
    const live = account.stack("live", { targets: ["heroku"], environment: "stg", processes });
    live.changeApp("of no release");
    const file = path.join(account.folder, "Pulumi.live.yaml");
    const before = readFileSync(file, "utf8");
    const builds = account.made("heroku:index/build:Build").length;
    expect((await operator.stack.line("promote", "prod", "live")).code).to.equal(EXIT.declined);
    expect(readFileSync(file, "utf8")).to.equal(before);
    const said = await operator.promoted("live");
    expect(said).to.contain(
      `release ${first} of prod serves in live; heroku.build in Pulumi.live.yaml names it, until`,
    );
    const { releaseId, slugId, ...outputs } = await operator.told<Record<string, string>>("live", "outputs");
    expect(outputs).to.include({ release: first, promotedFrom: `${first} of prod` });
    const apps = account.made("heroku:index/app:App").map((app) => stateOf(app));
    expect(apps.map(({ releases }) => releases.at(-1)?.slugId)).to.deep.equal([slugId, slugId]);
    expect(apps.map(({ releases }) => releases.at(-1)?.id)).to.include(releaseId);
    expect(account.made("heroku:index/build:Build")).to.have.length(builds);
    expect(readFileSync(file, "utf8"))
      .to.contain(String(slugId))
      .and.to.match(/migrate: true/);
    expect(await operator.promoted("live")).to.contain("serves in live already");
  });
});
