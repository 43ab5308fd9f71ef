import { expect } from "chai";
import type { SettingsInput } from "../../components";
import { herokuProviderArgs } from "../../components/heroku-provider";
import { CANARY } from "./support/ecs";
import { HELLO, registerHeroku, SHOP, type HerokuInput } from "./support/heroku";
import type { Registered } from "./support/resource-graph";

const UUID = "01234567-89ab-cdef-0123-456789abcdef";
const VERSION = "0123456789ab";
const on = (heroku: HerokuInput): SettingsInput => ({ ...SHOP, heroku });

describe("a stack at Heroku", () => {
  it("says where it answers, and what it can be promoted or put back by", async () => {
    const { outputs } = await registerHeroku(SHOP);
    expect(outputs).to.deep.include({
      url: "https://shop-app-1a2b3c4-0123456789ab.herokuapp.com",
      app: "shop-app-1a2b3c4",
      appId: "shop-app-id",
      releaseId: "shop-release-build-release",
      slugId: "shop-release-build-slug",
      domains: "{}",
      pipelineId: undefined,
    });
    expect(outputs["release"]).to.match(/^[0-9a-f]{12}$/);
  });

  it("answers to its first domain, and says what the names have to point to", async () => {
    const { outputs } = await registerHeroku(on({ domains: ["shop.example.com", "example.com"] }));
    expect(outputs["url"]).to.equal("https://shop.example.com");
    expect(JSON.parse(String(outputs["domains"]))).to.deep.equal({
      "shop.example.com": "shop-domain-shop.example.com.herokudns.com",
      "example.com": "shop-domain-example.com.herokudns.com",
    });
  });

  it("names the release that was put back or promoted", async () => {
    const pipeline = { kind: "existing", id: UUID, stage: "production" } as const;
    const promoted = await registerHeroku(on({ build: { kind: "promotion", app: UUID, release: UUID }, pipeline }));
    expect(promoted.outputs).to.include({
      release: UUID,
      releaseId: "shop-release-promotion-release",
      pipelineId: UUID,
    });
    const slug = await registerHeroku(on({ build: { kind: "slug", id: UUID, version: VERSION } }));
    expect(slug.outputs).to.include({ release: VERSION, slugId: UUID, releaseId: "shop-release-slug-id" });
    const known = { kind: "promotion", app: UUID, release: UUID, version: VERSION } as const;
    expect((await registerHeroku(on({ build: known, pipeline }))).outputs).to.include({ release: VERSION });
  });

  it("releases the slug of an older release again, whatever the config builds, and leaves the database to it", async () => {
    const reuse = { kind: "slug", release: VERSION, id: UUID } as const;
    const { registered, outputs } = await registerHeroku(SHOP, { reuse, keepDatabase: true });
    expect(outputs).to.include({ release: VERSION, slugId: UUID });
    const ofType = (type: string): object[] =>
      registered.filter((one) => one.type.endsWith(type)).map(({ inputs }) => inputs);
    expect(ofType(":Build")).to.deep.equal([]);
    expect(ofType("/app:App")[0]).to.have.property("buildpacks");
    const kept = ofType(":AppConfigAssociation").find((inputs) => "vars" in inputs);
    expect(kept).to.deep.include({ vars: { SLIPWAY_KEEP_DATABASE: VERSION } });
  });

  it("migrates for a slug of another app, and leaves the database to an older one of its own", async () => {
    const kept = async (migrate: boolean): Promise<unknown> => {
      const { registered } = await registerHeroku(on({ build: { kind: "slug", id: UUID, version: VERSION, migrate } }));
      return registered.find(({ name }) => name === "shop-keptDatabase")?.inputs["vars"];
    };
    expect(await kept(false)).to.deep.equal({ SLIPWAY_KEEP_DATABASE: VERSION });
    expect(await kept(true)).to.equal(undefined);
  });

  it("has no secret in plain text, and none of an add-on's variables", async () => {
    const { registered } = await registerHeroku(
      on({
        database: { kind: "url", url: `postgresql://shop:${CANARY}@db/shop` },
        drain: { url: `https://${CANARY}` },
      }),
    );
    const plain = JSON.stringify(registered, (_, value: unknown) => (isSecret(value) ? undefined : value));
    expect(plain).not.to.contain(CANARY);
    const { configVars, sensitiveConfigVars } = registered.find(({ name }) => name === "shop-app")?.inputs ?? {};
    const secret = (sensitiveConfigVars as { value: object }).value;
    expect(Object.keys(secret).sort()).to.deep.equal(["API_TOKEN", "DATABASE_URL", "MAIL_PASSWORD"]);
    expect(configVars).not.to.have.any.keys("CLOUDAMQP_URL", "PORT", "SECRET_KEY", "PYTHONPATH");
  });

  it("generates the signing key once", async () => {
    const key = ({ registered }: { registered: Registered[] }): Registered | undefined =>
      registered.find(({ name }) => name === "shop-secretKey");
    const [first, second] = [key(await registerHeroku(SHOP)), key(await registerHeroku(SHOP))];
    expect(first?.inputs["sensitiveVars"]).not.to.deep.equal(second?.inputs["sensitiveVars"]);
    expect(first?.ignoreChanges).to.deep.equal(["sensitiveVars"]);
  });

  it("hands tasks back before the kill, with a Celery that can", async () => {
    const vars = async (input: SettingsInput): Promise<unknown> =>
      (await registerHeroku(input)).registered.find(({ name }) => name === "shop-app")?.inputs["configVars"];
    expect(await vars(SHOP)).to.include({ REMAP_SIGTERM: "SIGQUIT", SLIPWAY_SOFT_SHUTDOWN: "20" });
    const quick = { ...SHOP, processes: { ...SHOP.processes, worker: { stopTimeout: 10 } } };
    expect(await vars(quick)).to.include({ SLIPWAY_SOFT_SHUTDOWN: "9" });
    const own = { ...SHOP, processes: { ...SHOP.processes, worker: { softShutdown: 5 } } };
    expect(await vars(own)).to.include({ SLIPWAY_SOFT_SHUTDOWN: "5" });
    expect(await vars(HELLO)).not.to.have.any.keys("REMAP_SIGTERM", "SLIPWAY_SOFT_SHUTDOWN");
  });

  it("lets a transform change one child and no other", async () => {
    const before = await registerHeroku(SHOP);
    const after = await registerHeroku(SHOP, {
      transform: {
        formation: (args) => {
          if (args.type === "web") args.size = "standard-2x";
        },
        addons: (args) => {
          args.transform = { broker: (addon) => (addon.name = "shop-rabbit") };
        },
      },
    });
    const changed = after.registered.filter(
      (resource) =>
        !/secretKey|release-build/.test(resource.name) &&
        !before.registered.some((old) => JSON.stringify(old) === JSON.stringify(resource)),
    );
    expect(changed.map(({ name }) => name).sort()).to.deep.equal(["shop-addons-broker", "shop-formation-web"]);
  });

  it("keeps add-ons' secrets out of the state, whatever the config says of the provider", () => {
    const args = herokuProviderArgs({
      "heroku:email": "ops@example.com",
      "heroku:delays": '{"postAppCreateDelay":0}',
      "aws:region": "x",
    });
    expect(args).to.deep.equal({
      email: "ops@example.com",
      delays: { postAppCreateDelay: 0 },
      customizations: [{ setAddonConfigVarsInState: false, setAppAllConfigVarsInState: false }],
    });
  });
});

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && "value" in value && Object.keys(value).length === 2;
}
