import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { keptLines, purgedText, removalQuestion } from "../../automation/commands/removal";

describe("what is asked and told when a stack is removed", () => {
  const before = process.env["SLIPWAY_PROJECT"];
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(path.join(tmpdir(), "slipway-removal-"));
    process.env["SLIPWAY_PROJECT"] = project;
    writeFileSync(path.join(project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  });
  afterEach(() => {
    rmSync(project, { recursive: true });
    if (before === undefined) delete process.env["SLIPWAY_PROJECT"];
    else process.env["SLIPWAY_PROJECT"] = before;
  });

  function runsOn(...targets: string[]): void {
    const app = { name: "shop", source: ".", entry: "shop:app" };
    const config = { "slipway:app": app, "slipway:targets": targets, "slipway:local": { port: 8000 } };
    writeFileSync(path.join(project, "Pulumi.dev.yaml"), JSON.stringify({ config }));
  }

  it("is the data of a stack on this machine alone", async () => {
    runsOn("local");
    expect(await removalQuestion("dev", true)).to.equal("Remove dev AND ITS DATA for good?");
    expect(await removalQuestion("dev", false)).to.equal("Remove dev? Its data stays.");
    expect(await purgedText("dev", [])).to.equal("dev and its data are gone");
  });

  it("is no more than goes where what is in a cloud is protected", async () => {
    runsOn("local", "heroku");
    const away = "Of what it has on heroku, only what is protected stays.";
    expect(await removalQuestion("dev", true)).to.equal(`Remove dev AND ITS DATA on this machine for good? ${away}`);
    expect(await removalQuestion("dev", false)).to.equal(`Remove dev? Its data on this machine stays. ${away}`);
    expect((await purgedText("dev", ["shop-database"])).split("\n")).to.deep.equal([
      "the data of dev on this machine are gone",
      "kept, with what they need, because they are protected: shop-database",
      "to remove them too: `slipway config set heroku.database.protect false --stack dev`, `slipway up --stack dev`, and " +
        "destroy once more",
    ]);
  });

  it("is what is not protected where nothing is on this machine", async () => {
    runsOn("heroku");
    const away = "Of what it has on heroku, only what is protected stays.";
    expect(await removalQuestion("dev", false)).to.equal(`Remove dev? ${away}`);
    expect(await keptLines("dev", [])).to.deep.equal([]);
  });
});
