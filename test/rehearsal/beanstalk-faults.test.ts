/** Calls of the cloud that go wrong while a stack on Elastic Beanstalk is deployed, and an engine that is killed. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { Account, linesOf, NETWORK, type AccountStack, type Sections } from "./support/account";
import { failFirst, nothingTwice, upThroughFailures, upThroughKills } from "./support/disturbance";
import { failureOf, orphansOf, twice } from "./support/left-over";

const DATABASE = "aws:rds/instance:Instance";
const ENVIRONMENT = "aws:elasticbeanstalk/environment:Environment";
const VERSION = "aws:elasticbeanstalk/applicationVersion:ApplicationVersion";
const SECTIONS: Sections = {
  targets: ["beanstalk"],
  beanstalk: { database: { engine: "mariadb" }, celery: { place: "worker-environment" } },
};
const SMALL: Sections = { ...SECTIONS, beanstalk: { database: { engine: "mariadb" } } };
const MOST_UPS = 25;
const KILLS = 4;
/** Creates that each engine comes to before it is killed. */
const EACH = 7;

describe("a deployment to Elastic Beanstalk whose calls fail", function () {
  this.timeout(600_000);
  let account: Account;
  let stack: AccountStack;

  beforeEach(async () => {
    account = await Account.open(NETWORK, { killed: true });
    stack = account.stack("dev", SECTIONS);
  });

  afterEach(() => {
    delete process.env["PULUMI_CONTINUE_ON_ERROR"];
    account.close();
  });

  it("gets further with each up when every create fails once, and leaves nothing behind", async () => {
    process.env["PULUMI_CONTINUE_ON_ERROR"] = "true";
    stack.configure(SMALL);
    const { ups, creates } = await upThroughFailures(account, stack, MOST_UPS);
    expect(ups).to.be.within(5, MOST_UPS);
    const deployed = await stack.deployed();
    expect([...creates.keys()].sort()).to.deep.equal(deployed.map(({ urn }) => urn).sort());
    expect(orphansOf(account, stack)).to.deep.equal([]);
    await nothingTwice(account, stack);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("goes on with an environment that was not seen to its end, and says what one is that nobody answered for", async () => {
    failFirst(account, "timeout", ({ name }) => name === "shop-environment-worker-environment");
    expect(await failureOf(stack.up())).to.include("timed out while waiting for it to be ready");
    const [begun] = account.made(ENVIRONMENT);
    failFirst(account, "lost", ({ type }) => type === ENVIRONMENT);
    expect(await failureOf(stack.up())).to.include("the connection was reset before the answer came");
    expect(account.made(ENVIRONMENT)[0]?.id).to.equal(begun?.id);
    expect(orphansOf(account, stack).map(({ outputs }) => outputs["name"])).to.deep.equal(["dev-shop-web"]);
    expect(await failureOf(stack.up())).to.include("Environment dev-shop-web already exists.");
  });

  it("goes back to the release before when a bundle cannot be deployed, and on with the next", async () => {
    stack.configure(SMALL);
    await stack.up();
    const running = account.made(ENVIRONMENT)[0]?.outputs["version"];
    const database = account.made(DATABASE).map(({ id }) => id);
    const folder = path.join(stack.app, ".ebextensions");
    mkdirSync(folder);
    writeFileSync(path.join(folder, "own.config"), "files:\n    a: 1\n   b: 2\n");
    const said = await failureOf(stack.up());
    expect(said).to.include("The configuration file .ebextensions/own.config in application version");
    expect(said).to.include("rolled back");
    expect(account.made(ENVIRONMENT)[0]?.outputs["version"]).to.equal(running);
    rmSync(folder, { recursive: true });
    stack.changeApp("2");
    await stack.up();
    expect(account.made(ENVIRONMENT)[0]?.outputs["version"]).not.to.equal(running);
    expect(account.there(VERSION)).to.have.length(3);
    expect(account.made(DATABASE).map(({ id }) => id)).to.deep.equal(database);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it(`recovers from ${KILLS} kills of the engine, and knows one of everything at the end`, async () => {
    expect(await upThroughKills(account, stack, { kills: KILLS, each: EACH, ups: MOST_UPS })).to.equal(KILLS);
    const deployed = await stack.deployed();
    expect(twice(deployed.map(({ type, urn }) => `${type} ${urn}`))).to.deep.equal([]);
    expect(deployed.filter(({ type }) => type === ENVIRONMENT)).to.have.length(2);
    expect(deployed.filter(({ type }) => type === DATABASE)).to.have.length(1);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });
});
