/** Stacks on Heroku that hand a release on, go back to one, and providers with a config of their own. */
import { AppConfigAssociation, App, Provider } from "@pulumi/heroku";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { stateOf, type AppState } from "../../providers/rehearsal/heroku/app-state";
import type { Given } from "../../providers/rehearsal/given";
import { Account, linesOf, type AccountStack, type Sections } from "./support/account";
import { failed } from "./support/left-over";
import { RehearsalProject } from "./support/rehearsal-project";

const APP = "heroku:index/app:App";
const REPOSITORY: Given = { type: "heroku:index/repository:Repository", id: "acme/shop" };
const REVIEWS = { repository: "acme/shop", baseName: "shop-pr" };
const BASE: Sections = { processes: { web: {} }, targets: ["heroku"] };

describe("a pipeline at Heroku", function () {
  this.timeout(300_000);
  let account: Account;
  let staging: AccountStack;
  let outputs: Record<string, unknown>;

  before(async () => {
    account = await Account.open([REPOSITORY]);
    staging = account.stack("staging", {
      ...BASE,
      heroku: {
        name: "shop-staging",
        pipeline: { kind: "new", name: "shop", stage: "staging", reviewApps: REVIEWS },
      },
    });
    ({ outputs } = await staging.up());
  });

  after(() => {
    account.close();
  });

  const stateOfApp = (name: string): AppState => {
    const app = account.made(APP).find((each) => each.outputs["name"] === name);
    if (app === undefined) throw new Error(`There is no app ${name}.`);
    return stateOf(app);
  };

  it("promotes what has run at one stage to the next, as it was built", async () => {
    const { pipelineId: id, appId: app, releaseId: release } = outputs;
    const production = account.stack("production", {
      ...BASE,
      heroku: {
        name: "shop-production",
        pipeline: { kind: "existing", id, stage: "production" },
        build: { kind: "promotion", app, release },
      },
    });
    await production.up();
    const [from, to] = [stateOfApp("shop-staging"), stateOfApp("shop-production")];
    expect(to.releases.at(-1)?.slugId).to.equal(from.releases.at(-1)?.slugId);
    expect(to.processes.map(({ type, quantity }) => `${type} ${quantity}`)).to.deep.equal(["web 1"]);
    expect(account.calls.filter(({ name }) => name === "shop-release-build")).to.have.length(1);
    expect(linesOf(await production.preview())).to.deep.equal([]);
    await production.destroy();
    expect(linesOf(await staging.preview())).to.deep.equal([]);
  });

  it("gives a slug to an app that is in no pipeline, which migrates for it", async () => {
    const [slug] = stateOfApp("shop-staging").slugs;
    const build = { kind: "slug", id: slug?.id, version: outputs["release"], migrate: true };
    const other = account.stack("other", { ...BASE, heroku: { name: "shop-other", build } });
    await other.up();
    const { releases, processes } = stateOfApp("shop-other");
    expect(releases.at(-1)?.slugId).to.equal(slug?.id);
    expect(processes.map(({ type }) => type)).to.deep.equal(["web"]);
    expect(account.made("heroku:index/build:Build")).to.have.length(1);
    expect(linesOf(await other.preview())).to.deep.equal([]);
    await other.destroy();
  });

  it("goes back to an older slug", async () => {
    staging.changeApp("2");
    await staging.up();
    const [first] = stateOfApp("shop-staging").slugs;
    const { release: version } = outputs;
    const heroku = staging.section("heroku");
    staging.configure({ ...BASE, heroku: { ...heroku, build: { kind: "slug", id: first?.id, version } } });
    const lines = linesOf(await staging.up());
    expect(lines).to.include.members(["create shop-release-slug", "delete shop-release-build"]);
    expect(stateOfApp("shop-staging").releases.at(-1)?.slugId).to.equal(first?.id);
    expect(linesOf(await staging.preview())).to.deep.equal([]);
  });
});

describe("providers of Heroku", function () {
  this.timeout(120_000);
  let delay = 10;
  const project = new RehearsalProject({
    program: () => {
      const open = new Provider("open", { apiKey: pulumi.secret("canary of the key") });
      const closed = new Provider("closed", {
        delays: { postAppCreateDelay: delay },
        customizations: [{ setAppAllConfigVarsInState: false }],
      });
      const apps = [open, closed].map((provider, at) => {
        const args = { name: `app-${at}`, region: "us", configVars: { A: "1" } };
        return new App(`app-${at}`, args, { provider });
      });
      const [first] = apps;
      if (first === undefined) throw new Error("There is no app.");
      const sensitiveVars = { S: pulumi.secret("canary of a variable") };
      new AppConfigAssociation("more", { appId: first.id, sensitiveVars }, { provider: open });
      return Promise.resolve({ all: pulumi.all(apps.map((app) => app.allConfigVars)).apply(JSON.stringify) });
    },
  });

  after(() => {
    project.dispose();
  });

  it("follow each its own config, and mark as secret what they must", async () => {
    await project.up();
    const apps = (await project.state()).filter(({ type }) => type === APP);
    expect(apps).to.have.length(2);
    for (const app of apps) expect(JSON.stringify(app.outputs?.["allConfigVars"])).to.include("ciphertext");
    expect(JSON.stringify(await project.state())).not.to.include("canary of");
    const length = (at: number): number => JSON.stringify(apps[at]?.outputs?.["allConfigVars"]).length;
    expect(Math.abs(length(0) - length(1)), "one of them is empty").to.be.greaterThan(5);
    expect((await project.preview()).changes).to.deep.equal([]);
  });

  it("tell everything of an app as outputs, its id under both names", async () => {
    const app = (await project.state()).find(({ urn }) => urn.endsWith("::app-0"));
    expect(app?.outputs).to.include({ appId: app?.id, uuid: app?.id, gitUrl: "https://git.heroku.com/app-0.git" });
    expect(app?.outputs).not.to.have.any.keys("releases", "slugs", "processes", "attached", "set");
  });

  it("refuse a config that the real one refuses, and make nothing anew for one that it takes", async () => {
    delay = -1;
    expect((await failed(project.up()))?.message).to.include("postAppCreateDelay to be at least (0)");
    delay = 0;
    const { changes } = await project.up();
    expect(changes.filter(({ type }) => type === APP)).to.deep.equal([]);
    expect(await project.things(APP)).to.have.length(2);
    await project.destroy();
    expect(await project.things()).to.deep.equal([]);
  });
});
