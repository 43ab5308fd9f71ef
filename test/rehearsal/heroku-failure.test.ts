/** Deployments to Heroku that go wrong on the way, and where their secrets are meanwhile. */
import { statSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { Progress } from "../../automation/engine/operations";
import { Account, CANARY, linesOf, WEB_ONLY, type AccountStack, type Sections } from "./support/account";
import { canariesIn, filesIn, filesWith } from "./support/canaries";
import { failFirst, nothingTwice, upThroughFailures, upThroughKills } from "./support/disturbance";
import { failed, failureOf, latestOf, orphansOf, twice } from "./support/left-over";

const ADDON = "heroku:index/addon:Addon";
const APP = "heroku:index/app:App";
const BUILD = "heroku:index/build:Build";
const FORMATION = "heroku:index/formation:Formation";
const DRAIN = "canary-of-the-drain-01";
const SMALL: Sections = { ...WEB_ONLY, processes: { web: {} }, targets: ["heroku"] };
const SECTIONS: Sections = {
  processes: { web: {}, worker: {}, beat: {} },
  targets: ["heroku"],
  heroku: { drain: { url: `https://${DRAIN}@logs.example.com/in` }, domains: ["shop.example.com"] },
};
const MOST_UPS = 20;
const KILLS = 3;
/** Characters that no more than an empty object takes when it is encrypted. */
const EMPTY = 160;

describe("a deployment to Heroku whose calls fail", function () {
  this.timeout(300_000);
  let account: Account;
  let stack: AccountStack;

  beforeEach(async () => {
    account = await Account.open([], { killed: true });
    stack = account.stack("dev", SECTIONS);
  });

  afterEach(() => {
    delete process.env["PULUMI_CONTINUE_ON_ERROR"];
    account.close();
  });

  it("gets one layer further with each up when every create fails once, and leaves nothing behind", async () => {
    process.env["PULUMI_CONTINUE_ON_ERROR"] = "true";
    const { ups, creates } = await upThroughFailures(account, stack, MOST_UPS);
    expect(ups).to.be.within(4, MOST_UPS);
    expect(creates.size).to.equal((await stack.deployed()).length);
    expect(orphansOf(account, stack)).to.deep.equal([]);
    await nothingTwice(account, stack);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it("goes on after an add-on that is not seen to its end, and a build that nobody answers", async () => {
    const seen = new Set<string>();
    account.onCall = ({ operation, type }) => {
      if (operation !== "create" || seen.has(type)) return undefined;
      seen.add(type);
      return type === ADDON ? "timeout" : undefined;
    };
    expect(await failureOf(stack.up())).to.match(/creating heroku Addon \(shop-addons-\S+\): timed out while waiting/);
    failFirst(account, "lost", ({ type }) => type === BUILD);
    expect(await failureOf(stack.up())).to.include("the connection was reset before the answer came");
    expect(orphansOf(account, stack).map(({ type }) => type)).to.deep.equal([BUILD]);
    account.onCall = () => undefined;
    await stack.up();
    expect(account.made(ADDON)).to.have.length(2);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });

  it(`recovers from ${KILLS} kills of the engine`, async () => {
    stack.configure(SMALL);
    expect(await upThroughKills(account, stack, { kills: KILLS, each: 2, ups: MOST_UPS })).to.equal(KILLS);
    const deployed = await stack.deployed();
    expect(twice(deployed.map(({ type, urn }) => `${type} ${urn}`))).to.deep.equal([]);
    expect(deployed.filter(({ type }) => type === APP)).to.have.length(1);
    expect(linesOf(await stack.preview())).to.deep.equal([]);
  });
});

describe("secrets of a stack on Heroku", function () {
  this.timeout(300_000);
  let account: Account;
  let stack: AccountStack;
  const told: object[] = [];
  /** What the program was given, and what Heroku has made. */
  let canaries: string[] = [];

  before(async () => {
    account = await Account.open([]);
    stack = account.stack("dev", SECTIONS);
    const onProgress = (progress: Progress): void => {
      told.push(progress);
    };
    told.push(await stack.preview({ onProgress }));
    account.onCall = ({ operation, type }) => (operation === "create" && type === FORMATION ? "fail" : undefined);
    const refused = await failed(stack.up({ onProgress }));
    told.push({ message: refused?.message, stack: refused?.stack, cause: String(refused?.cause) });
    account.onCall = () => undefined;
    told.push(await stack.up({ onProgress }), await stack.refresh(), await stack.preview({ onProgress }));
    const [app] = account.made(APP);
    const variables = app?.outputs["allConfigVars"] as Record<string, string>;
    const made = Object.entries(variables).filter(([name]) => /_URL$|_APIKEY$|SECRET/.test(name));
    canaries = [CANARY, DRAIN, ...made.map(([, value]) => value)];
  });

  after(() => {
    account.close();
  });

  it("are in the app's config vars, where the application reads them", () => {
    expect(canaries.length).to.be.greaterThan(5);
    const [app] = account.made(APP);
    expect(Object.values(app?.outputs["allConfigVars"] as object)).to.include(CANARY);
  });

  it("are in no plan, no progress, no message and no record of a call", () => {
    expect(told.length).to.be.greaterThan(20);
    expect(canariesIn(JSON.stringify(told), canaries)).to.deep.equal([]);
    expect(canariesIn(JSON.stringify(account.calls), canaries)).to.deep.equal([]);
  });

  it("are in no file but the stack's own config and its copies, and in what stands for the cloud", () => {
    expect(canariesIn(stack.stateText(), canaries)).to.deep.equal([]);
    // Where the cloud keeps what it is, and what it has given out.
    const inCloud = new RegExp(`^clouds\\${path.sep}(things\\${path.sep}|fresh\\.txt$)`);
    const copies = [
      "Pulumi.dev.yaml",
      path.join(".slipway", "rehearsal", "dev", "stack.yaml"),
      path.join(".slipway", "rehearsal", "dev", "keys", "engine.dev.yaml"),
    ];
    const holding = filesWith(account.folder, canaries);
    expect(holding.filter((file) => !inCloud.test(file)).sort()).to.deep.equal(copies.sort());
    expect(holding.some((file) => inCloud.test(file))).to.equal(true);
    const own = holding.filter((file) => file !== "Pulumi.dev.yaml");
    for (const file of own) expect(statSync(path.join(account.folder, file)).mode & 0o077, file).to.equal(0);
    expect(filesIn(stack.folder).some((file) => file.endsWith(".tar.gz"))).to.equal(true);
  });

  it("of add-ons are not even encrypted in the state: they stay at Heroku", () => {
    const outputs = (latestOf(stack).resources ?? []).map((resource) => resource.outputs ?? {});
    const values = outputs.flatMap(({ allConfigVars, configVarValues }) => [allConfigVars, configVarValues]);
    const encrypted = values.filter((value) => value !== undefined).map((value) => JSON.stringify(value));
    expect(encrypted.length).to.equal(3);
    for (const value of encrypted) expect(value.length, value).to.be.below(EMPTY);
  });
});
