import { readFileSync } from "node:fs";
import { expect } from "chai";
import { explainKeys, stackFileSchema } from "../../components/config/explain";

describe("the config explained", () => {
  const rows = new Map(explainKeys().map((row) => [row.key, row]));

  it("gives every key a type and a meaning", () => {
    for (const row of rows.values()) {
      expect(row.type, row.key).not.to.equal("");
      expect(row.meaning, row.key).not.to.equal("");
    }
  });

  it("names required keys, defaults, and defaults that differ between profiles", () => {
    expect(rows.get("app.entry")).to.include({ required: true, default: "" });
    expect(rows.get("local.port")).to.include({ required: false, default: "8080" });
    expect(rows.get("server.processes")?.default).to.equal("1 (dev), 2 (prod)");
    expect(rows.get("local.broker.kind")).to.include({
      default: "auto",
      type: "auto | embedded | redis | rabbitmq | url",
    });
  });

  it("is the same in schema/stack.json, which editors read", () => {
    const committed: unknown = JSON.parse(readFileSync("schema/stack.json", "utf8"));
    expect(committed, "npm run docs writes it anew").to.deep.equal(stackFileSchema());
  });

  it("lets an encrypted value stand where a secret may", () => {
    const text = JSON.stringify(stackFileSchema());
    expect(text.match(/"secure"/g)?.length).to.be.greaterThan(2);
  });
});
