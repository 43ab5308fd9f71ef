import { expect } from "chai";
import fc from "fast-check";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { StackDraft } from "../../automation/init/draft";
import { fitName } from "../../automation/init/requirements";
import { stackFileText, writeStackFile } from "../../automation/init/stack-file";

const draft: StackDraft = {
  app: { name: "shop", source: "/code/shop", entry: "shop:create_app('x')", celery: "shop:celery" },
  processes: { web: { count: 2 }, worker: { count: 1 }, beat: {} },
  env: { MODE: "no", LEVEL: "1_000" },
  secrets: { API_KEY: "canary-f00" },
  reasons: { "app.entry": "shop/__init__.py:4 function create_app returns a Flask app" },
};
const options = { path: "Pulumi.dev.yaml", checkout: "/code/slipway", schema: "./schema/stack.json" };

/** The file as a reader of YAML sees it. */
function read(text: string): { config: Record<string, Record<string, unknown>>; encryptionsalt?: string } {
  return parse(text) as ReturnType<typeof read>;
}

describe("slipway init: the stack file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-init-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("says everything, why, and nothing secret", () => {
    const text = stackFileText(draft, options);
    expect(text.split("\n")[0]).to.equal("# yaml-language-server: $schema=./schema/stack.json");
    expect(text).to.contain(
      "(shop/__init__.py:4 function create_app returns a Flask app)\n    entry: shop:create_app('x')",
    );
    expect(text).not.to.contain("canary-f00");
    expect(parse(text)).to.deep.equal({
      config: {
        "slipway:environment": "dev",
        "slipway:app": { ...draft.app, source: "../shop" },
        "slipway:processes": draft.processes,
        "slipway:env": draft.env,
        "slipway:targets": ["local"],
        "slipway:local": { port: 8080 },
      },
    });
    expect(text).to.contain('MODE: "no"').and.contain('LEVEL: "1_000"');
  });

  it("names the target, and for ecs no port but the region, which stays as it is in a file", () => {
    const ecs = { ...options, target: "ecs", region: "eu-north-1" } as const;
    const { config } = read(stackFileText(draft, ecs, stackFileText(draft, options)));
    expect([config["slipway:targets"], config["aws:region"]]).to.deep.equal([["ecs"], "eu-north-1"]);
    expect(config).not.to.have.property("slipway:local");
    const again = read(stackFileText(draft, { ...ecs, region: "eu-west-1" }, stackFileText(draft, ecs)));
    expect(again.config["aws:region"]).to.equal("eu-north-1");
    expect(read(stackFileText(draft, { ...options, target: "ecs" })).config).not.to.have.property("aws:region");
  });

  it("has, for heroku, as many web processes as the dynos there take by default", () => {
    const { config } = read(stackFileText(draft, { ...options, target: "heroku" }));
    expect(config["slipway:processes"]).to.deep.include({ web: { count: 1 } });
    expect(config).not.to.have.property("slipway:local");
  });

  it("has a comment on every line that a person may change", () => {
    const lines = stackFileText(draft, options).split("\n");
    const keys = lines.flatMap((line, index) =>
      /^ {2,4}(slipway:)?[a-z]+:/i.test(line) ? [[index, line] as const] : [],
    );
    const bare = keys.filter(([index]) => !/^\s+#/.test(lines[index - 1] ?? "")).map(([, line]) => line.trim());
    expect(bare).to.deep.equal(['MODE: "no"', 'LEVEL: "1_000"']);
  });

  it("names the source relative to the checkout inside and beside it, absolutely elsewhere", () => {
    const source = (path: string) =>
      read(stackFileText({ ...draft, app: { ...draft.app, source: path } }, options)).config["slipway:app"]?.["source"];
    expect(["/code/slipway/apps/a", "/code/slipway", "/code/a", "/home/a"].map(source)).to.deep.equal([
      "apps/a",
      ".",
      "../a",
      "/home/a",
    ]);
  });

  it("does not touch a file that exists, and leaves nothing else behind", () => {
    const path = join(folder, "Pulumi.dev.yaml");
    writeStackFile(draft, { ...options, path });
    const before = readFileSync(path, "utf8");
    expect(() => {
      writeStackFile(draft, { ...options, path, port: 9000 });
    }).to.throw("exists already");
    expect(readFileSync(path, "utf8")).to.equal(before);
    expect(readdirSync(folder)).to.deep.equal(["Pulumi.dev.yaml"]);
    expect(() => {
      writeStackFile(draft, { ...options, path: join(folder, "gone", "x.yaml") });
    }).to.throw("ENOENT");
  });

  it("replaces only its own keys when told to overwrite, and the same again changes nothing", () => {
    const path = join(folder, "Pulumi.dev.yaml");
    const secret = { secure: "v1:abc" };
    writeFileSync(
      path,
      "encryptionsalt: v1:xyz\nconfig:\n  aws:region: eu\n  slipway:env: {OLD: x}\n  slipway:secrets: {K: {secure: 'v1:abc'}}\n",
    );
    writeStackFile({ ...draft, env: {} }, { ...options, path, overwrite: true });
    const first = readFileSync(path, "utf8");
    const { encryptionsalt, config } = read(first);
    expect(encryptionsalt).to.equal("v1:xyz");
    expect(config).to.include({ "aws:region": "eu" }).and.not.have.property("slipway:env");
    expect(config["slipway:secrets"]).to.deep.equal({ K: secret });
    writeStackFile({ ...draft, env: {} }, { ...options, path, overwrite: true });
    expect(readFileSync(path, "utf8")).to.equal(first);
    const fresh = stackFileText(draft, options);
    expect(stackFileText(draft, options, fresh)).to.equal(fresh);
    writeFileSync(path, "config: [");
    expect(() => {
      writeStackFile(draft, { ...options, path, overwrite: true });
    }).to.throw("is not valid YAML");
  });

  it("says exactly what the draft says, whatever its texts hold", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.dictionary(fc.stringMatching(/^[A-Z]{1,8}$/), text),
        (migrate, reason, schema, env) => {
          const app = { ...draft.app, migrate };
          const hostile = { ...draft, app, env, reasons: { "app.entry": `x\n\rslipway:evil: ${reason}` } };
          const written = stackFileText(hostile, { ...options, schema });
          const { config, ...rest } = read(written);
          // Some YAML readers end a comment at a lone carriage return.
          expect(written).not.to.contain("\r");
          expect(rest).to.deep.equal({});
          expect(config["slipway:app"]).to.deep.equal({ ...app, source: "../shop" });
          expect(config["slipway:env"] ?? {}).to.deep.equal({ ...env });
          expect(config).not.to.have.property("slipway:evil");
        },
      ),
    );
  });

  it("fits any name", () => {
    const name = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(name, (text) => {
        expect(fitName(text) ?? "app").to.match(/^[a-z][a-z0-9-]{0,30}$/);
      }),
    );
    expect(["My App", "2nd_Site", "Café.Shop", "---"].map(fitName)).to.deep.equal([
      "my-app",
      "nd-site",
      "cafe-shop",
      undefined,
    ]);
  });
});
