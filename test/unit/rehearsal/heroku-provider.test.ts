/** What the Heroku provider reads and tells, and what has to be there. */
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { expect } from "chai";
import { herokuCloud } from "../../../providers/rehearsal/heroku";
import { readSource } from "../../../providers/rehearsal/heroku/source";
import type { Values } from "../../../providers/rehearsal/model";
import { simulated, worldFolder } from "../support/simulated-cloud";
import { HEROKU, ID, SOURCE, heroku, sourceFolder, uuidOf } from "../support/simulated-heroku";

const cloudOf = herokuCloud(process.cwd());

describe("a source of the simulated Heroku", () => {
  for (const [name, flags] of [
    ["an archive", ["-czf"]],
    ["an archive that is not compressed", ["-cf"]],
    ["an archive of the old GNU form", ["--format=gnu", "-czf"]],
    ["an archive with pax headers", ["--format=pax", "-czf"]],
  ] as const) {
    it(`may be ${name}`, () => {
      const long = `${"folder/".repeat(20)}file.txt`;
      const folder = sourceFolder({ [long]: "far away" });
      const file = path.join(worldFolder(), "source.tar");
      execFileSync("tar", [...flags, file, "-C", folder, "."]);
      const source = readSource(file);
      expect(source?.read("Procfile")).to.equal(SOURCE.Procfile);
      expect(source?.read(long)).to.equal("far away");
      expect(source?.names).to.include.members(Object.keys(SOURCE));
      expect(source?.read("missing")).to.equal(undefined);
    });
  }

  it("is unwrapped when all of it is in one folder", () => {
    const folder = sourceFolder();
    const file = path.join(worldFolder(), "source.tgz");
    execFileSync("tar", ["-czf", file, "-C", path.dirname(folder), path.basename(folder)]);
    expect(readSource(file)?.read("Procfile")).to.equal(SOURCE.Procfile);
  });
});

describe("what the Heroku provider tells", () => {
  it("is the id twice, and nothing that only Heroku knows", () => {
    const outputs = { id: ID.shop, name: "shop", allConfigVars: { A: "1" }, releases: [], set: ["A"] };
    expect(cloudOf.shown?.(HEROKU.app, outputs, {})).to.deep.equal({
      ...{ id: ID.shop, appId: ID.shop, name: "shop", allConfigVars: { A: "1" } },
    });
    const emptied = { emptied: ["allConfigVars", "configVarValues"] };
    expect(cloudOf.shown?.(HEROKU.app, outputs, emptied)["allConfigVars"]).to.deep.equal({});
    const addon = { id: uuidOf(1), configVarValues: { DATABASE_URL: "postgres://" } };
    expect(cloudOf.shown?.(HEROKU.addon, addon, emptied)).to.deep.equal({
      ...{ id: uuidOf(1), addonId: uuidOf(1), configVarValues: {} },
    });
  });

  const configured: [Values, object][] = [
    [{}, { emptied: [] }],
    [{ customizations: '[{"setAppAllConfigVarsInState":false}]' }, { emptied: ["allConfigVars"] }],
    [{ customizations: [{ setAddonConfigVarsInState: false }] }, { emptied: ["configVarValues"] }],
  ];
  for (const [config, expected] of configured) {
    it(`follows its config ${JSON.stringify(config)}`, () => {
      expect(cloudOf.configure?.(config, {})).to.deep.equal(expected);
    });
  }

  const refused: [Values, string][] = [
    [{ customizations: "[{},{}]" }, "only one customizations block"],
    [{ delays: '{"postAppCreateDelay":-1}' }, "at least (0)"],
    [{ timeouts: '{"addonCreateTimeout":5}' }, "at least (10), got 5"],
    [{ headers: "X: 1" }, "JSON"],
  ];
  for (const [config, words] of refused) {
    it(`refuses the config ${JSON.stringify(config)}`, () => {
      expect(() => cloudOf.configure?.(config, {})).to.throw(words);
    });
  }
});

describe("references of the simulated Heroku", () => {
  it("are refused by name when nothing is there", async () => {
    const cloud = heroku();
    for (const [type, inputs, property] of [
      [HEROKU.addon, { appId: ID.gone, plan: "cloudamqp" }, "appId"],
      [HEROKU.attachment, { appId: ID.shop, addonId: ID.gone, name: "X" }, "addonId"],
      [HEROKU.release, { appId: ID.shop, slugId: ID.gone }, "slugId"],
      [HEROKU.coupling, { appId: ID.shop, pipeline: ID.gone, stage: "staging" }, "pipeline"],
      [HEROKU.domain, { appId: ID.shop, hostname: "a.example.com", sniEndpointId: ID.gone }, "sniEndpointId"],
      [HEROKU.app, { name: "blog", region: "us", space: "gone" }, "space"],
    ] as const) {
      const refusal = await cloud.refusal(() => cloud.create(type, inputs));
      expect(refusal, type).to.include({ code: "not_found", rule: `ref:${type}.${property}` });
    }
  });

  it("are of types that are known, and another type is refused by name", () => {
    const cloud = simulated({ clouds: [cloudOf] });
    expect(() => cloud.check("heroku:index/slug:Slug", {})).to.throw("no model of heroku:index/slug:Slug");
  });
});
