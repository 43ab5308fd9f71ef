import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../components/package-root";
import { UNKNOWN } from "../../providers/protocol/values";
import { UNTAGGED } from "../../providers/rehearsal/aws/untagged";
import { cloud as aws } from "../../providers/rehearsal/aws";
import { CloudError, type Model } from "../../providers/rehearsal/model";
import { rule } from "../../providers/rehearsal/rules";
import { simulated } from "./support/simulated-cloud";

const NET = "aws:x/net:Net";
const PART = "aws:x/part:Part";

/** Two types that have a bit of everything. */
const net: Model = {
  type: NET,
  source: "test",
  required: ["range"],
  replaces: ["range", "options.kind"],
  defaults: { shared: false, "options.size": 1 },
  name: { property: "name", longest: 16, lowerCase: true },
  json: ["policy"],
  sets: ["zones"],
  quiet: ["force"],
  plan: [
    rule({ id: "range-form", source: "test" }, ["range"], ({ inputs }) =>
      inputs["range"] === "bad" ? "range is bad" : undefined,
    ),
  ],
  call: [
    {
      id: "one-big",
      source: "test",
      code: "TooMany",
      refuses: ({ inputs, site, old }) =>
        inputs["range"] === "big" && old === undefined && site.find(NET, "range", "big") !== undefined
          ? "there is one"
          : undefined,
    },
  ],
  deletion: [
    {
      id: "kept",
      source: "test",
      code: "Kept",
      refuses: ({ inputs }) => (inputs["keep"] === true ? "keep is set" : undefined),
    },
  ],
  wait: [
    {
      id: "starts",
      source: "test",
      code: "Broken",
      refuses: ({ inputs }) => (inputs["broken"] === true ? "it did not start" : undefined),
    },
  ],
  computed: (inputs, site) => {
    if (inputs["range"] === "taken") throw new CloudError("Taken", "somebody has it");
    const id = `net-${site.fresh(17)}`;
    return { id, arn: `arn:${site.partition}:x:${site.region}:${site.account}:net/${id}`, revision: site.next("net") };
  },
  updated: (_, old) => ({ revision: Number(old.outputs["revision"]) + 1 }),
  removed: ({ id }, site) => {
    for (const thing of site.all("aws:x/log:Log").filter((log) => log.outputs["net"] === id)) site.remove(thing);
  },
  settled: ({ id }, site) => {
    if (site.find("aws:x/log:Log", "net", id) === undefined)
      site.add({ type: "aws:x/log:Log", id: `log-${id}`, inputs: {}, outputs: { net: id } });
  },
  seconds: { create: 10, update: ({ shared }) => (shared === true ? 4 : 2), delete: 3 },
};

const part: Model = {
  type: PART,
  source: "test",
  replaces: [],
  references: [
    { property: "nets", to: [NET], missing: "NoNet", holds: "InUse", except: /^default$/ },
    { property: "rules.netArn", to: [NET], by: "arn", missing: "NoRule" },
  ],
  computed: (_, site) => ({ id: `part-${site.fresh(8)}` }),
  seconds: { create: 1 },
};

const models = [net, part];

describe("a simulated cloud", () => {
  it("refuses a type and a function that it has no model of, by name", () => {
    const cloud = simulated({ models });
    expect(() => cloud.check("aws:x/y:Z", {})).to.throw("the rehearsal has no model of aws:x/y:Z");
    expect(() => cloud.lookup("aws:x/get:get")).to.throw("the rehearsal has no model of the function aws:x/get:get");
  });

  it("fills in defaults, nested ones too, and a name that stays", async () => {
    const cloud = simulated({ models });
    const first = cloud.check(NET, { range: "a", options: {} }, "Main").inputs;
    expect(first).to.deep.include({ shared: false, options: { size: 1 }, __defaults: ["name", "shared"] });
    expect(first["name"]).to.match(/^main-[0-9a-f]{7}$/);
    expect(cloud.check(NET, { range: "b" }, "Main", first).inputs["name"]).to.equal(first["name"]);
    expect(cloud.check(NET, { range: "b", name: "mine" }, "Main", first).inputs["name"]).to.equal("mine");
    const [failure] = cloud.check(NET, { range: "a" }, "a-name-too-long").failures;
    expect([failure?.rule, failure?.property]).to.deep.equal([`name:${NET}`, "name"]);
  });

  it("refuses what is required and not given, and what the provider's rules refuse", () => {
    const cloud = simulated({ models });
    expect(cloud.check(NET, {}).failures.map(({ rule: id }) => id)).to.deep.equal([`required:${NET}.range`]);
    expect(cloud.check(NET, { range: "bad" }).failures.map(({ rule: id }) => id)).to.deep.equal(["range-form"]);
    expect(cloud.check(NET, { range: UNKNOWN }).failures).to.deep.equal([]);
  });

  it("refuses by the call, by the model, while waiting, and on deletion, each with its code", async () => {
    const cloud = simulated({ models });
    const { id } = await cloud.create(NET, { range: "big" });
    expect(await cloud.refusal(() => cloud.create(NET, { range: "big" }))).to.include({
      code: "TooMany",
      rule: "one-big",
    });
    expect(await cloud.refusal(() => cloud.create(NET, { range: "taken" }))).to.include({ code: "Taken" });
    await cloud.update(NET, id, { range: "big", keep: true });
    expect(await cloud.refusal(() => cloud.delete(NET, id))).to.include({ code: "Kept", rule: "kept" });
    const before = cloud.all(NET).length;
    expect(await cloud.refusal(() => cloud.create(NET, { range: "z", broken: true }))).to.include({ rule: "starts" });
    expect(cloud.all(NET).length).to.equal(before + 1);
    expect(cloud.open.world.refusals.map(({ operation, code }) => [operation, code])).to.deep.equal([
      ["create", "TooMany"],
      ["create", "Taken"],
      ["delete", "Kept"],
      ["create", "Broken"],
    ]);
  });

  it("looks references up, and holds what is referred to", async () => {
    const cloud = simulated({ models });
    const one = await cloud.create(NET, { range: "a" });
    const other = await cloud.create(NET, { range: "b" });
    const refused = await cloud.refusal(() => cloud.create(PART, { nets: [one.id, "net-gone"] }));
    expect(refused).to.include({ code: "NoNet", rule: `ref:${PART}.nets` });
    expect(refused.message).to.include("net-gone");
    expect(await cloud.refusal(() => cloud.create(PART, { rules: [{ netArn: "arn:no" }] }))).to.include({
      code: "NoRule",
    });
    const { id } = await cloud.create(PART, { nets: [one.id, "default"], rules: [{ netArn: other["arn"] }] });
    expect(await cloud.refusal(() => cloud.delete(NET, one.id))).to.include({
      code: "InUse",
      rule: `ref:${PART}.nets`,
    });
    await cloud.delete(NET, other.id);
    await cloud.update(PART, id, { nets: ["default"] });
    await cloud.delete(NET, one.id);
    expect(cloud.all(NET)).to.deep.equal([]);
  });

  it("adds what comes along, and takes it away again", async () => {
    const cloud = simulated({ models });
    const { id } = await cloud.create(NET, { range: "a" });
    expect(cloud.open.things().map(({ type, origin }) => [type, origin])).to.deep.equal([
      [NET, "call"],
      ["aws:x/log:Log", "cloud"],
    ]);
    await cloud.delete(NET, id);
    expect(cloud.all()).to.deep.equal([]);
    await cloud.delete(NET, id);
  });

  it("keeps what an update changes, and drops what is no longer asked for", async () => {
    const cloud = simulated({ models });
    const { id, arn } = await cloud.create(NET, { range: "a", keep: true, force: true });
    const after = await cloud.update(NET, id, { range: "a" });
    expect(after).to.deep.include({ arn, revision: 2 });
    expect([after["keep"], after["force"]]).to.deep.equal([undefined, undefined]);
  });

  it("reads by id alone, as an import does", async () => {
    const cloud = simulated({ models });
    const { id } = await cloud.create(NET, { range: "a" });
    expect(await cloud.read(NET, id)).to.deep.include({ range: "a", id });
    expect(await cloud.read(NET, "net-none")).to.equal(undefined);
  });

  it("has what was there before", () => {
    const cloud = simulated({
      models,
      given: [{ type: NET, id: "net-1", inputs: { range: "a" }, outputs: { arn: "arn:own" } }],
    });
    expect(cloud.thing(NET, "net-1").outputs).to.deep.include({ range: "a", arn: "arn:own", shared: false });
    expect(() => simulated({ models, given: [{ type: "aws:x/y:Z" }] })).to.throw("needs an id");
  });

  it("gives every type that takes tags the provider's own, under those of the resource", () => {
    const cloud = simulated({ models, settings: { region: "eu-west-1", defaultTags: { team: "a", tier: "b" } } });
    expect(cloud.check(NET, { range: "a", tags: { tier: "c" } }).inputs["tags"]).to.deep.equal({
      team: "a",
      tier: "c",
    });
    const types = aws.models.map(({ type }) => type);
    const wrong = types.filter((type) => takesTags(type) === UNTAGGED.has(type));
    expect(wrong).to.deep.equal([]);
    expect(types.length).to.be.greaterThan(60);
  });
});

/** What the SDK says of a type, which is generated from the provider's schema. */
function takesTags(type: string): boolean {
  const [, module = ""] = type.split(":");
  const text = readFileSync(path.join(packageRoot, "node_modules", "@pulumi", "aws", `${module}.js`), "utf8");
  return text.includes('resourceInputs["tagsAll"]') && text.includes('resourceInputs["tags"] = args');
}

describe("what differs, to a simulated provider", () => {
  const cloud = simulated({ models });
  const found = (olds: object, news: object): [string, string, boolean][] =>
    cloud.diff(NET, { ...olds }, { ...news }).changes.map(({ path: at, kind, replaces }) => [at, kind, replaces]);

  const cases: [string, object, object, [string, string, boolean][]][] = [
    ["nothing", { range: "a" }, { range: "a" }, []],
    ["a property that replaces", { range: "a" }, { range: "b" }, [["range", "update", true]]],
    [
      "a nested one",
      { options: { kind: "x", size: 1 } },
      { options: { kind: "y", size: 2 } },
      [
        ["options.kind", "update", true],
        ["options.size", "update", false],
      ],
    ],
    [
      "a section with one that replaces",
      { range: "a" },
      { range: "a", options: { kind: "x" } },
      [["options", "add", true]],
    ],
    ["a section without one", {}, { options: { size: 2 } }, [["options", "add", false]]],
    ["another order in a set", { zones: ["a", "b"] }, { zones: ["b", "a"] }, []],
    [
      "another order in a list",
      { items: ["a", "b"] },
      { items: ["b", "a"] },
      [
        ["items[0]", "update", false],
        ["items[1]", "update", false],
      ],
    ],
    ["a longer list", { items: ["a"] }, { items: ["a", "b"] }, [["items", "update", false]]],
    ["JSON of the same meaning", { policy: '{"a":1,"b":[2]}' }, { policy: '{ "b": [2], "a": 1 }' }, []],
    ["JSON of another", { policy: '{"a":1}' }, { policy: '{"a":2}' }, [["policy", "update", false]]],
    ["nothing, and an empty list", {}, { zones: [], options: {} }, []],
    ["quiet ones", { force: true }, { force: false }, []],
    ["what is not known yet", { items: ["a"] }, { items: [UNKNOWN] }, [["items[0]", "update", false]]],
    ["the region", { region: "a" }, { region: "b" }, [["region", "update", true]]],
    ["keys that are no words", { tags: { "a:b": "1" } }, { tags: { "a:b": "2" } }, [['tags["a:b"]', "update", false]]],
    [
      "files by their content",
      { code: { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", hash: "1", path: "x" } },
      { code: { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", hash: "1", path: "y" } },
      [],
    ],
  ];
  for (const [what, olds, news, changes] of cases) {
    it(what, () => {
      expect(found(olds, news)).to.deep.equal(changes);
    });
  }

  it("has the old one go first only where the program gave the name", () => {
    const first = (olds: object, news: object): boolean =>
      cloud.diff(NET, { ...olds }, { ...news }).deleteBeforeReplace;
    expect(first({ range: "a", name: "n" }, { range: "b", name: "n" })).to.equal(true);
    expect(first({ range: "a", name: "n" }, { range: "b", name: "m" })).to.equal(false);
    expect(first({ range: "a", name: "n" }, { range: "b", name: "n", __defaults: ["name"] })).to.equal(false);
    expect(first({ range: "a", name: "n" }, { range: "a", name: "n", shared: true })).to.equal(false);
  });
});
