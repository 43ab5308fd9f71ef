import { existsSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { Backup, Restored, RestoreTest } from "../../automation";
import { lastRestoreTest } from "../../automation/backup/record";
import { Product } from "./support/product";
import { Visitors } from "./support/visitors";

describe("backups of a stack that runs on this machine", function () {
  this.timeout(240_000);
  let product: Product;

  before(async () => {
    product = await Product.make();
    const { code, stderr } = await product.slipway("up", "--yes");
    expect(code, stderr).to.equal(0);
    await product.addNote("kept");
  });
  after(() => product.dispose());

  it("are made while it serves, and can be restored: the application itself finds its revision", async () => {
    const [made] = await product.json<Backup[]>("backup");
    expect(made).to.deep.include({ target: "local", kind: "sqlite", revision: "0001" });
    expect(made?.tables?.["note"]).to.be.at.least(1);
    expect(await product.json<Backup[]>("backups")).to.have.length(1);
    const [test] = await product.json<RestoreTest[]>("restore-test");
    expect(test?.passed).to.equal(true);
    expect(test?.checks.map(({ name }) => name)).to.deep.equal(["restore", "rows", "revision", "alembic current"]);
    expect(lastRestoreTest({ stack: "dev", project: product.folder })?.backup).to.equal(made?.id);
  });

  it("are restored beside, and over nothing that is there", async () => {
    const file = path.join(product.folder, "restored.db");
    const { code, stdout, stderr } = await product.slipway("restore", "--into", file);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain(`is restored into ${file}`);
    expect(existsSync(file)).to.equal(true);
    expect((await product.slipway("restore", "--into", file)).code).to.equal(2);
    expect((await product.slipway("restore")).code).to.equal(2);
  });

  it("take the place of its data when that is wanted: who visits meanwhile waits, and no one is turned away", async () => {
    await product.addNote("written since");
    expect((await product.slipway("restore", "--live")).code).to.equal(8);
    expect(await product.notes()).to.include("written since");
    const visitors = new Visitors(product.url, /<b>(.*)<\/b>/);
    const restored = await product.json<Restored>("restore", "--live", "--yes");
    const { failures } = await visitors.leave();
    expect(failures).to.deep.equal([]);
    expect(await product.notes())
      .to.include("kept")
      .and.not.to.include("written since");
    expect((await product.status()).healthy).to.equal(true);
    await product.json<Restored>("restore", restored.before ?? "", "--live", "--yes");
    expect(await product.notes()).to.include("written since");
  });
});
