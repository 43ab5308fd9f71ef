/** A stack on Heroku: made, released anew, changed, drifted, and removed. */
import { expect } from "chai";
import type { OperationResult } from "../../automation/engine/operations";
import type { AppApi } from "../../automation/heroku/api";
import { changesTier, changeTier } from "../../automation/heroku/tiers";
import { scale, setVariables, stateOf } from "../../providers/rehearsal/heroku/app-state";
import type { Site, Thing, Values } from "../../providers/rehearsal/model";
import { siteOf } from "../../providers/rehearsal/site";
import { Account, linesOf, type AccountStack, type Sections } from "./support/account";
import { failureOf } from "./support/left-over";

const APP = "heroku:index/app:App";
const ADDON = "heroku:index/addon:Addon";
const DEV: Sections = { processes: { web: {}, worker: {}, beat: {} }, targets: ["heroku"] };
/** Another database than the profile has. */
const PLAN = { database: { kind: "postgres", plan: "essential-1" } };
const PROD: Sections = { ...DEV, environment: "prod", heroku: { name: "shop-prod" } };

/** The one app of a name that begins so. */
function appOf(account: Account, name: string): Thing {
  const all = account.world.store.all(APP);
  const [app, ...more] = all.filter(({ outputs }) => String(outputs["name"]).startsWith(name));
  if (app === undefined || more.length > 0) throw new Error(`There is not one app ${name}.`);
  return app;
}

function dynosOf(account: Account, name: string): string[] {
  return stateOf(appOf(account, name))
    .processes.map(({ type, quantity, size }) => `${type} ${quantity} ${size}`)
    .sort();
}

function variablesOf(account: Account, name: string): Values {
  return appOf(account, name).outputs["allConfigVars"] as Values;
}

/** Heroku's API on the app, as far as it changes dynos. */
function platform(account: Account, site: Site): Pick<AppApi, "formation" | "scale"> {
  return {
    formation: () => Promise.resolve([...stateOf(appOf(account, "shop")).processes]),
    scale: (updates) => {
      for (const { type, size = "", quantity = 1 } of updates) {
        const written = size.replace(/^[a-z]|x$/g, (letter) => letter.toUpperCase());
        scale(appOf(account, "shop"), site, type, { size: written, quantity });
      }
      return Promise.resolve([]);
    },
  };
}

function planned(stack: AccountStack, sections: Sections): Promise<OperationResult> {
  stack.configure(sections);
  return stack.preview();
}

describe("a stack on Heroku", function () {
  this.timeout(300_000);
  let account: Account;
  let stack: AccountStack;
  /** Heroku, for somebody who changes it by hand. */
  let site: Site;

  before(async () => {
    account = await Account.open([]);
    stack = account.stack("dev", DEV);
    site = siteOf(account.world.store, { region: "us", account: account.world.account });
  });

  after(() => {
    account.close();
  });

  it("is made, and a second deployment changes nothing", async () => {
    const { outputs } = await stack.up();
    expect(outputs["url"]).to.match(/^https:\/\/shop-app-[0-9a-f]{7}-[0-9a-f]{12}\.herokuapp\.com$/);
    expect(dynosOf(account, "shop")).to.deep.equal(["beat 1 Basic", "web 1 Basic", "worker 1 Basic"]);
    expect(variablesOf(account, "shop")).to.include.keys([
      ...["API_TOKEN", "CLOUDAMQP_URL", "DATABASE_URL", "SLIPWAY_DATABASE_URL"],
    ]);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("is built before its processes are counted, and after its add-ons are there", () => {
    const order = account.calls.filter(({ operation }) => operation === "create").map(({ name }) => name);
    const at = (name: string): number => order.findIndex((each) => each.startsWith(name));
    expect(at("shop-release-build")).to.be.greaterThan(at("shop-addons-database"));
    expect(at("shop-release-build")).to.be.greaterThan(at("shop-addons-broker"));
    for (const role of ["web", "worker", "beat"]) {
      expect(at(`shop-formation-${role}`), role).to.be.greaterThan(at("shop-release-build"));
    }
  });

  it("makes a build for a new release, and changes nothing else", async () => {
    stack.changeApp("2");
    expect(linesOf(await stack.preview())).to.deep.equal(["replace shop-release-build"]);
    const before = stateOf(appOf(account, "shop"));
    await stack.up();
    const after = stateOf(appOf(account, "shop"));
    expect(after.releases.length).to.equal(before.releases.length + 1);
    expect(after.slugs.length).to.equal(before.slugs.length + 1);
    expect(after.processes).to.deep.equal(before.processes);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("loses its worker, and gets it back", async () => {
    const without = { ...DEV, processes: { web: {}, beat: {} } };
    expect(linesOf(await planned(stack, without))).to.include("delete shop-formation-worker");
    await stack.up();
    expect(dynosOf(account, "shop")).to.deep.equal(["beat 1 Basic", "web 1 Basic"]);
    stack.configure(DEV);
    await stack.up();
    expect(dynosOf(account, "shop")).to.deep.equal(["beat 1 Basic", "web 1 Basic", "worker 1 Basic"]);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("gets another database for another plan, under the same name", async () => {
    expect(linesOf(await planned(stack, { ...DEV, heroku: PLAN }))).to.include.members([
      "create shop-addons-database-essential-1",
      "delete shop-addons-database-essential-0",
      "replace shop-addons-attachment-database",
    ]);
    await stack.up();
    const plans = account.made(ADDON).map(({ outputs }) => outputs["plan"]);
    expect(plans.sort()).to.deep.equal(["cloudamqp:lemur", "heroku-postgresql:essential-1"]);
    expect(variablesOf(account, "shop")).to.include.keys("SLIPWAY_DATABASE_URL");
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("shows what somebody has changed, and brings it back", async () => {
    scale(appOf(account, "shop"), site, "web", { quantity: 0 });
    setVariables(appOf(account, "shop"), site, { WEBAPP_ENV: "changed", OTHER: "not ours" });
    expect(linesOf(await stack.preview())).to.deep.equal(["update shop-app", "update shop-formation-web"]);
    await stack.up();
    expect(dynosOf(account, "shop")).to.include("web 1 Basic");
    expect(variablesOf(account, "shop")).to.include({ WEBAPP_ENV: "dev", OTHER: "not ours" });
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("changes the tier of its dynos in one call, which the engine does not make", async () => {
    const dynos = { web: "standard-1x", worker: "standard-1x", beat: "standard-1x" };
    stack.configure({ ...DEV, heroku: { ...PLAN, dynos } });
    expect(await failureOf(stack.up())).to.include("Cannot use the following dyno types in the same app");
    const { changes } = await stack.preview();
    expect(changesTier(changes)).to.equal(true);
    await changeTier(platform(account, site), changes);
    await stack.up();
    expect(dynosOf(account, "shop")).to.deep.equal(["beat 1 Standard-1X", "web 1 Standard-1X", "worker 1 Standard-1X"]);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("is planned beside ECS in one stack", async () => {
    const both = account.stack("both", { ...DEV, targets: ["heroku", "ecs"], ecs: { network: { kind: "new" } } });
    const { changes } = await both.preview();
    const made = new Set(changes.map(({ type }) => type.split(":")[0]));
    expect([...made]).to.include.members(["heroku", "aws", "docker"]);
  });

  it("goes, with all that is in it", async () => {
    await stack.destroy();
    expect(account.made()).to.deep.equal([]);
    expect(await stack.deployed()).to.deep.equal([]);
  });
});

describe("a production stack on Heroku", function () {
  this.timeout(300_000);
  let account: Account;
  let stack: AccountStack;

  before(async () => {
    account = await Account.open([]);
    stack = account.stack("prod", PROD);
  });

  after(() => {
    account.close();
  });

  it("is made, and a second deployment changes nothing", async () => {
    await stack.up();
    expect(dynosOf(account, "shop-prod")).to.deep.equal([
      "beat 1 Standard-1X",
      "web 2 Standard-1X",
      "worker 2 Standard-1X",
    ]);
    expect(stateOf(appOf(account, "shop-prod")).features).to.deep.equal(["preboot"]);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("changes sizes and numbers of its dynos in place", async () => {
    const larger = {
      ...PROD,
      processes: { web: { count: 3 }, worker: {}, beat: {} },
      heroku: { name: "shop-prod", dynos: { worker: "standard-2x" } },
    };
    expect(linesOf(await planned(stack, larger))).to.deep.equal([
      "update shop-formation-web",
      "update shop-formation-worker",
    ]);
    await stack.up();
    expect(dynosOf(account, "shop-prod")).to.include.members(["web 3 Standard-1X", "worker 2 Standard-2X"]);
  });

  it("cannot be planned without its database, which another plan would be in place of", async () => {
    const other = { ...PROD, heroku: { name: "shop-prod", database: { kind: "postgres", plan: "standard-2" } } };
    expect(await failureOf(planned(stack, other))).to.match(
      /unable to replace resource .*shop-addons-protectedPlan.*marked for protection/s,
    );
    // Nor without a plan, as by a plain `pulumi up --skip-preview`: nothing is made, and the app has the database it had.
    const before = variablesOf(account, "shop-prod")["SLIPWAY_DATABASE_URL"];
    const addons = account.made(ADDON).length;
    expect(await failureOf(stack.up())).to.match(/protect/);
    expect(variablesOf(account, "shop-prod")["SLIPWAY_DATABASE_URL"]).to.equal(before);
    expect(account.made(ADDON)).to.have.length(addons);
    stack.configure(PROD);
    await stack.up();
  });

  it("keeps its database, and the app that it is of, when it is removed", async () => {
    await stack.destroyUnprotected();
    const left = (await stack.deployed()).map(({ urn, protect }) => [urn.split("::").at(-1), protect === true]);
    expect(left.sort()).to.deep.equal([
      ["shop-addons-database-standard-0", true],
      ["shop-app", false],
    ]);
    expect(account.made().map(({ type }) => type)).to.have.members([ADDON, APP]);
    await stack.up();
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });
});
