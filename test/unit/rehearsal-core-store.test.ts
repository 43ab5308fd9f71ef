import { readdirSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { placeOf, readStackFile } from "../../automation/engine/project";
import { rehearsedConfig } from "../../automation/rehearsal/place";
import { withStandIns } from "../../automation/stand-ins";
import { packageRoot } from "../../components/package-root";
import type { Thing } from "../../providers/rehearsal/model";
import { Store } from "../../providers/rehearsal/store";
import { worldFolder } from "./support/simulated-cloud";

const NET = "aws:x/net:Net";

describe("what exists in simulated clouds", () => {
  const open = (folder: string): Store => new Store(folder, () => []);
  const thing = (id: string): Thing => ({ type: NET, id, inputs: {}, outputs: { id, range: "a" } });

  it("is there for the next process, and readable by nobody else", () => {
    const folder = worldFolder();
    const store = open(folder);
    store.add(thing("one"), "call", "urn::one");
    store.add(thing("two"), "given");
    store.change(store.find(NET, "id", "one") ?? thing(""), { outputs: { range: "b" } });
    const again = open(folder);
    expect(again.all(NET).map(({ id, outputs }) => [id, outputs["range"]])).to.deep.equal([
      ["one", "b"],
      ["two", "a"],
    ]);
    expect(again.madeFor("urn::one")?.id).to.equal("one");
    const files = readdirSync(path.join(folder, "things")).map((name) => path.join(folder, "things", name));
    expect(files.map((file) => statSync(file).mode & 0o777)).to.deep.equal([0o600, 0o600]);
  });

  it("is whole after an end between writing and renaming", () => {
    const folder = worldFolder();
    open(folder).add(thing("one"), "call");
    writeFileSync(path.join(folder, "things", "1.json.tmp"), '{"thing":{"type":"aws');
    writeFileSync(path.join(folder, "things", "2.json.tmp"), "");
    const again = open(folder);
    expect(again.all().map(({ id }) => id)).to.deep.equal(["one"]);
    expect(readdirSync(path.join(folder, "things"))).to.deep.equal(["1.json"]);
    again.add(thing("two"), "call");
    expect(
      open(folder)
        .all()
        .map(({ id }) => id),
    ).to.deep.equal(["one", "two"]);
  });

  it("is found by what it says now", () => {
    const store = open(worldFolder());
    const one = thing("one");
    store.add(one, "call");
    expect(store.find(NET, "range", "a")).to.equal(one);
    store.change(one, { outputs: { range: ["b", "c"] } });
    expect([store.find(NET, "range", "a"), store.find(NET, "range", "c")]).to.deep.equal([undefined, one]);
    store.remove(one);
    expect([store.find(NET, "range", "c"), store.find(NET, "id", "one")]).to.deep.equal([undefined, undefined]);
  });

  it("counts on, and gives nothing out twice", () => {
    const folder = worldFolder();
    const store = open(folder);
    expect([store.next("a/b"), store.next("a/b"), store.next("c")]).to.deep.equal([1, 2, 1]);
    const first = Array.from({ length: 8 }, () => store.fresh(1, "01234567"));
    const again = open(folder);
    expect(again.next("a/b")).to.equal(3);
    expect(new Set(first).size).to.equal(8);
    expect(() => again.fresh(1, "01234567")).to.throw("no texts of 1 characters left");
  });
});

describe("the config that is rehearsed", () => {
  it("has stand-ins for what is encrypted, of the form that the schema asks for", () => {
    const secure = { secure: "v1:abc" };
    const config = {
      "slipway:secrets": { KEY: secure },
      "slipway:ecs": { database: { url: secure, password: secure }, list: [secure] },
      "slipway:heroku": { drain: { url: secure } },
    };
    const text = JSON.stringify(withStandIns(config));
    expect(text).not.to.include("v1:abc");
    expect(withStandIns(config)["slipway:ecs"]).to.deep.include({
      database: { url: "postgresql://stand-in:stand-in@stand-in.invalid/stand-in", password: "stand-in-for-a-secret" },
    });
    expect(withStandIns(config)["slipway:heroku"]).to.deep.equal({ drain: { url: "https://stand-in.invalid/" } });
  });

  it("leaves out what runs on this machine, and refuses where nothing else does", () => {
    const config = { "slipway:targets": ["local", "ecs"] };
    expect(rehearsedConfig("both", { config })["slipway:targets"]).to.deep.equal(["ecs"]);
    const dev = readStackFile(placeOf("dev", packageRoot));
    expect(() => rehearsedConfig("dev", dev)).to.throw("runs on this machine alone");
  });
});
