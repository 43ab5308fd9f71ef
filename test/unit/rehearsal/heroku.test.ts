/** What the simulated Heroku does: releases, config vars, dynos, and what goes along with an app. */
import { expect } from "chai";
import { herokuCloud } from "../../../providers/rehearsal/heroku";
import { stateOf } from "../../../providers/rehearsal/heroku/app-state";
import type { Values } from "../../../providers/rehearsal/model";
import type { SimulatedCloud } from "../support/simulated-cloud";
import { HEROKU, ID, heroku, sourceFolder } from "../support/simulated-heroku";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;
const cloudOf = herokuCloud(process.cwd());

async function newApp(cloud: SimulatedCloud, more: Values = {}): Promise<string> {
  return (await cloud.create(HEROKU.app, { name: "blog", region: "us", ...more })).id;
}

function releasesOf(cloud: SimulatedCloud, app: string): string[] {
  const { releases } = stateOf(cloud.thing(HEROKU.app, app));
  return releases.map(({ version, description }) => `v${version} ${description.replace(/ \(@ref.*/, "")}`);
}

function variablesOf(cloud: SimulatedCloud, app: string): Values {
  return cloud.thing(HEROKU.app, app).outputs["allConfigVars"] as Values;
}

function dynosOf(cloud: SimulatedCloud, app: string): string[] {
  const { processes } = stateOf(cloud.thing(HEROKU.app, app));
  return processes.map(({ type, quantity, size }) => `${type} ${quantity} ${size}`);
}

describe("an app of the simulated Heroku", () => {
  it("has a UUID, addresses with twelve digits, a stack, and a name with a random end where none is given", async () => {
    const cloud = heroku();
    const app = await cloud.create(HEROKU.app, { region: "eu" }, "shop-app");
    expect(app.id).to.match(UUID);
    expect(app["name"]).to.match(/^shop-app-[0-9a-f]{7}$/);
    const name = String(app["name"]);
    expect(app["webUrl"]).to.match(new RegExp(`^https://${name}-[0-9a-f]{12}\\.herokuapp\\.com/$`));
    expect(app).to.include({ stack: "heroku-24", uuid: app.id, acm: false, generation: "cedar" });
    expect(app["gitUrl"]).to.equal(`https://git.heroku.com/${name}.git`);
    expect(`https://${String(app["herokuHostname"])}/`).to.equal(app["webUrl"]);
  });

  it("is renamed in place, and keeps the digits of its address", async () => {
    const cloud = heroku();
    const before = await cloud.create(HEROKU.app, { name: "blog", region: "us" });
    const after = await cloud.update(HEROKU.app, before.id, { name: "news", region: "us" });
    expect(after["webUrl"]).to.equal(String(before["webUrl"]).replace("blog", "news"));
    expect(
      cloud.diff(HEROKU.app, { name: "blog", region: "us" }, { name: "news", region: "us" }).changes,
    ).to.deep.equal([{ path: "name", kind: "update", replaces: false }]);
    const [moved] = cloud.diff(HEROKU.app, { region: "us" }, { region: "eu" }).changes;
    expect(moved).to.include({ path: "region", replaces: true });
  });

  it("makes a release of each change of its variables, and unsets what is no longer named", async () => {
    const cloud = heroku();
    const id = await newApp(cloud, { configVars: { A: "1", B: "2" }, sensitiveConfigVars: { C: "3" } });
    await cloud.update(HEROKU.app, id, { name: "blog", region: "us", configVars: { A: "1" }, sensitiveConfigVars: {} });
    await cloud.update(HEROKU.app, id, { name: "blog", region: "us", configVars: { A: "1" }, sensitiveConfigVars: {} });
    expect(releasesOf(cloud, id)).to.deep.equal([
      "v1 Initial release",
      "v2 Enable Logplex",
      "v3 Set A, B, C config vars",
      "v4 Remove B, C config vars",
    ]);
    expect(variablesOf(cloud, id)).to.deep.equal({ A: "1" });
  });

  it("keeps what its provider keeps when the program no longer gives it", async () => {
    const cloud = heroku();
    const given = { name: "blog", region: "us", acm: true, configVars: { A: "1" } };
    const { inputs: olds } = cloud.check(HEROKU.app, given);
    const { inputs: news } = cloud.check(HEROKU.app, { name: "blog", region: "us" }, "thing", olds);
    expect(cloud.diff(HEROKU.app, olds, news).changes).to.deep.equal([]);
  });

  it("shows a variable that somebody has changed", async () => {
    const cloud = heroku();
    const id = await newApp(cloud, { configVars: { A: "1" } });
    await cloud.create(HEROKU.config, { appId: id, vars: { A: "2" }, sensitiveVars: { S: "secret" } });
    expect((await cloud.read(HEROKU.app, id))?.["configVars"]).to.deep.equal({ A: "2" });
    await cloud.delete(HEROKU.config, `config:${id}`);
    expect(variablesOf(cloud, id)).to.deep.equal({});
    expect((await cloud.read(HEROKU.app, id))?.["configVars"]).to.deep.equal({});
  });

  it("takes along all that belongs to it", async () => {
    const cloud = heroku();
    const id = await newApp(cloud);
    const addon = await cloud.create(HEROKU.addon, { appId: id, name: "blog-data", plan: "heroku-postgresql" });
    await cloud.create(HEROKU.attachment, { appId: ID.bare, addonId: addon.id, name: "OTHER" });
    await cloud.create(HEROKU.domain, { appId: id, hostname: "www.example.com" });
    await cloud.delete(HEROKU.app, id);
    for (const type of [HEROKU.addon, HEROKU.attachment, HEROKU.domain]) expect(cloud.all(type)).to.deep.equal([]);
  });
});

describe("an add-on of the simulated Heroku", () => {
  it("gives its variables to the app, which makes a release, and takes them away again", async () => {
    const cloud = heroku();
    const id = await newApp(cloud, { configVars: { A: "1" } });
    const queue = await cloud.create(HEROKU.addon, { appId: id, name: "blog-queue", plan: "cloudamqp:lemur" });
    expect(queue["configVars"]).to.deep.equal(["CLOUDAMQP_URL", "CLOUDAMQP_APIKEY"]);
    expect(variablesOf(cloud, id)).to.have.keys("A", "CLOUDAMQP_URL", "CLOUDAMQP_APIKEY");
    expect(variablesOf(cloud, id)["CLOUDAMQP_URL"]).to.match(/^amqps:\/\/u\w+:p\w+@/);
    await cloud.delete(HEROKU.addon, queue.id);
    expect(variablesOf(cloud, id)).to.deep.equal({ A: "1" });
    expect(releasesOf(cloud, id).slice(2)).to.deep.equal([
      "v3 Set A config vars",
      "v4 Attach CLOUDAMQP",
      "v5 Detach CLOUDAMQP",
    ]);
  });

  it("of Postgres is DATABASE when it is the first, and a colour when it is not", async () => {
    const cloud = heroku();
    const id = await newApp(cloud);
    const made = [];
    for (const name of ["one", "two", "three"]) {
      const addon = await cloud.create(HEROKU.addon, { appId: id, name, plan: "heroku-postgresql:standard-0" });
      made.push(...(addon["configVars"] as string[]));
    }
    expect(made[0]).to.equal("DATABASE_URL");
    expect(new Set(made).size).to.equal(3);
    for (const name of made.slice(1)) expect(name).to.match(/^HEROKU_POSTGRESQL_[A-Z]+_URL$/);
    expect(variablesOf(cloud, id)["DATABASE_URL"]).to.match(/^postgres:\/\//);
  });

  it("is attached under another name with the same address", async () => {
    const cloud = heroku();
    const id = await newApp(cloud);
    const addon = await cloud.create(HEROKU.addon, { appId: id, name: "blog-data", plan: "heroku-postgresql" });
    const attachment = await cloud.create(HEROKU.attachment, { appId: ID.bare, addonId: addon.id, name: "MAIN" });
    expect(variablesOf(cloud, ID.bare)["MAIN_URL"]).to.equal(variablesOf(cloud, id)["DATABASE_URL"]);
    await cloud.delete(HEROKU.attachment, attachment.id);
    expect(variablesOf(cloud, ID.bare)).to.deep.equal({});
  });

  it("takes minutes where the database has an instance of its own", () => {
    const { seconds } = cloudOf.models.find(({ type }) => type === HEROKU.addon) ?? { seconds: { create: 0 } };
    const take = (plan: string): unknown =>
      typeof seconds.create === "number" ? seconds.create : seconds.create({ plan });
    expect([take("heroku-postgresql:essential-0"), take("heroku-postgresql:standard-0")]).to.deep.equal([10, 300]);
  });
});

describe("releases and dynos of the simulated Heroku", () => {
  it("are those of the Procfile: the first build starts a web dyno, a new process type starts none", async () => {
    const cloud = heroku();
    const first = await cloud.create(HEROKU.build, { appId: ID.bare, source: { path: sourceFolder() } });
    expect(first).to.include({ status: "succeeded", stack: "heroku-24", uuid: first.id });
    expect(dynosOf(cloud, ID.bare)).to.deep.equal(["web 1 Basic", "worker 0 Basic"]);
    const Procfile = "web: gunicorn shop:app\nbeat: celery beat\n";
    await cloud.create(HEROKU.build, { appId: ID.bare, source: { path: sourceFolder({ Procfile }), version: "v2" } });
    expect(dynosOf(cloud, ID.bare)).to.deep.equal(["web 1 Basic", "beat 0 Basic"]);
    expect(releasesOf(cloud, ID.bare)).to.deep.equal([
      `v1 Deploy ${String(first["slugId"]).slice(0, 8)}`,
      "v2 Deploy v2",
    ]);
  });

  it("follow the formation, and stay when the resource goes", async () => {
    const cloud = heroku();
    const web = await cloud.create(HEROKU.formation, { appId: ID.pro, type: "web", quantity: 3, size: "standard-2x" });
    expect(web["size"]).to.equal("Standard-2X");
    await cloud.delete(HEROKU.formation, web.id);
    expect(dynosOf(cloud, ID.pro)[0]).to.equal("web 3 Standard-2X");
    const { changes } = cloud.diff(HEROKU.formation, { size: "standard-1x" }, { size: "Standard-1X" });
    expect(changes).to.deep.equal([]);
  });

  it("have no formation of a process type that a release no longer has", async () => {
    const cloud = heroku();
    await cloud.create(HEROKU.build, { appId: ID.bare, source: { path: sourceFolder() } });
    const made = await cloud.create(HEROKU.formation, { appId: ID.bare, type: "worker", quantity: 1, size: "basic" });
    await cloud.create(HEROKU.build, { appId: ID.bare, source: { path: sourceFolder({ Procfile: "web: run\n" }) } });
    expect(await cloud.read(HEROKU.formation, made.id)).to.equal(undefined);
  });

  it("go back to an older slug", async () => {
    const cloud = heroku();
    const [one, two] = [sourceFolder(), sourceFolder({ Procfile: "web: two\n" })];
    const first = await cloud.create(HEROKU.build, { appId: ID.bare, source: { path: one } });
    await cloud.create(HEROKU.build, { appId: ID.bare, source: { path: two } });
    const back = await cloud.create(HEROKU.release, { appId: ID.bare, slugId: first["slugId"] });
    const { releases } = stateOf(cloud.thing(HEROKU.app, ID.bare));
    expect(releases.at(-1)).to.include({ id: back.id, version: 3, slugId: first["slugId"] });
    expect(dynosOf(cloud, ID.bare).map((line) => line.split(" ")[0])).to.deep.equal(["web", "worker"]);
  });

  it("come of a promotion, too", async () => {
    const cloud = heroku();
    const { id: pipeline } = await cloud.create(HEROKU.pipeline, { name: "shop" });
    await cloud.create(HEROKU.coupling, { appId: ID.shop, pipeline, stage: "staging" });
    await cloud.create(HEROKU.coupling, { appId: ID.bare, pipeline, stage: "production" });
    const inputs = { pipeline, sourceAppId: ID.shop, releaseId: ID.release, targets: [ID.bare] };
    const promotion = await cloud.create(HEROKU.promotion, inputs);
    expect(promotion["status"]).to.equal("completed");
    const { releases } = stateOf(cloud.thing(HEROKU.app, ID.bare));
    expect(releases.at(-1)).to.include({ id: promotion["promotedReleaseId"], slugId: ID.slug });
    await cloud.delete(HEROKU.pipeline, pipeline);
    expect(cloud.all(HEROKU.coupling)).to.deep.equal([]);
    expect(cloud.all(HEROKU.app).length).to.be.greaterThan(1);
  });

  it("are of images on the stack container, by heroku.yml", async () => {
    const cloud = heroku();
    const files = {
      "heroku.yml": "build:\n  docker:\n    web: Dockerfile\nrun:\n  worker:\n    command: [celery]\n    image: web\n",
      Dockerfile: "FROM scratch\n",
    };
    await cloud.create(HEROKU.build, { appId: ID.boxed, source: { path: sourceFolder(files) } });
    expect(dynosOf(cloud, ID.boxed)).to.deep.equal(["web 1 Basic", "worker 0 Basic"]);
  });

  it("are of another build when the source has another content", () => {
    const cloud = heroku();
    const checksum = (folder: string): Values =>
      cloud.check(HEROKU.build, { appId: ID.shop, source: { path: folder } }).inputs;
    const [one, other] = [checksum(sourceFolder()), checksum(sourceFolder({ Procfile: "web: other\n" }))];
    expect(one["localChecksum"]).to.match(/^SHA256:[0-9a-f]{64}$/);
    const moved = { ...other, source: one["source"] };
    const { changes } = cloud.diff(HEROKU.build, one, moved);
    expect(changes).to.deep.equal([{ path: "localChecksum", kind: "update", replaces: true }]);
  });
});
