import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { SlipwayError } from "../../automation/errors";
import { render } from "../../automation/render";
import type { SettingsInput } from "../../components";
import { CANARY } from "./support/ecs";
import { HELLO, SHOP, type HerokuInput } from "./support/heroku";

interface Manifest {
  stack: string;
  addons: object[];
  env: Record<string, object>;
  formation: object;
  scripts?: object;
  buildpacks?: object[];
}

describe("heroku: the files of review apps", () => {
  let project: string;
  let source: string;

  beforeEach(() => {
    project = mkdtempSync(path.join(tmpdir(), "slipway-review-"));
    source = path.join(project, "app");
    writeFileSync(path.join(project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  });
  afterEach(() => {
    rmSync(project, { recursive: true });
  });

  const stack = (input: SettingsInput, heroku: HerokuInput = input.heroku ?? {}): void => {
    cpSync(input.app.source, source, { recursive: true });
    const settings = { ...input, heroku, app: { ...input.app, source: "app" } };
    const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`slipway:${key}`, value]));
    writeFileSync(path.join(project, "Pulumi.shop.yaml"), stringify({ config }));
  };
  const manifest = (): Manifest => JSON.parse(readFileSync(path.join(source, "app.json"), "utf8")) as Manifest;
  const write = (overwrite = true): Promise<string[]> => render({ stack: "shop", project, overwrite });

  it("are those of a bundle, and a manifest with small add-ons, one dyno of each process and no secret", async () => {
    stack(SHOP, {
      dynos: { web: "standard-2x", worker: "standard-2x", beat: "standard-2x" },
      cache: { kind: "redis" },
    });
    const files = await write();
    expect(files).to.include.members([".slipway/heroku.json", "Procfile", "app.json", "requirements.txt"]);
    const { addons, env, formation, scripts, buildpacks, stack: system } = manifest();
    expect(addons).to.deep.equal([
      { plan: "heroku-postgresql:essential-0", as: "SLIPWAY_DATABASE" },
      { plan: "cloudamqp:lemur" },
      { plan: "heroku-redis:mini", as: "SLIPWAY_CACHE" },
    ]);
    expect(env).to.deep.include({
      GREETING: { value: "hello" },
      API_TOKEN: { required: true },
      SECRET_KEY: { generator: "secret" },
    });
    expect(formation).to.deep.equal({
      web: { quantity: 1, size: "basic" },
      worker: { quantity: 1, size: "basic" },
      beat: { quantity: 1, size: "basic" },
    });
    expect(scripts).to.deep.equal({ postdeploy: "python .slipway/slipway_heroku.py flask seed" });
    expect([system, buildpacks]).to.deep.equal(["heroku-24", [{ url: "heroku/python" }]]);
    for (const file of files) expect(readFileSync(path.join(source, file), "utf8"), file).not.to.contain(CANARY);
  });

  it("ask for the URLs of what is there already, and for nothing that an application does not need", async () => {
    const url = `postgresql://u:${CANARY}@db/shop`;
    stack(SHOP, { database: { kind: "url", url }, broker: { kind: "redis" }, build: { kind: "image" } });
    await write();
    expect(manifest()).to.deep.include({
      stack: "container",
      addons: [{ plan: "heroku-redis:mini", as: "SLIPWAY_BROKER" }],
    });
    expect(manifest().env["DATABASE_URL"]).to.deep.equal({ required: true });
    stack(HELLO);
    await write();
    expect(manifest().addons).to.deep.equal([]);
    expect(manifest()).not.to.have.property("scripts");
  });

  it("take the place of nobody's files without being told to", async () => {
    stack(SHOP);
    const before = readdirSync(source).sort();
    const refused = await write(false).catch((error: unknown) => error);
    expect(refused)
      .to.be.instanceOf(SlipwayError)
      .with.property("message")
      .that.contains("Procfile, requirements.txt.");
    expect(readdirSync(source).sort()).to.deep.equal(before);
    await write();
    // What is there now is the same.
    await write(false);
  });

  it("are for Heroku alone", async () => {
    stack({ ...HELLO, targets: ["local"] });
    const refused = await write().catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(SlipwayError).and.to.include({ kind: "config" });
  });
});
