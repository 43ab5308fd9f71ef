import { readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { dataModels } from "../../../providers/rehearsal/aws/data";

const rules = dataModels.flatMap(({ plan = [], call = [], wait = [], deletion = [] }) => [
  ...plan,
  ...call,
  ...wait,
  ...deletion,
]);

describe("simulated types that hold data", () => {
  it("have a model each", () => {
    const types = dataModels.map(({ type }) => type);
    expect(new Set(types).size).to.equal(types.length);
  });

  it("have rules of different names", () => {
    const ids = rules.map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).to.deep.equal([]);
  });

  it("have cases of all their rules in the tables", () => {
    const tables = readdirSync(__dirname).filter((name) => name.endsWith(".test.ts"));
    const texts = tables.map((name) => readFileSync(path.join(__dirname, name), "utf8")).join("\n");
    expect(rules.map(({ id }) => id).filter((id) => !texts.includes(`"${id}": `))).to.deep.equal([]);
  });
});
