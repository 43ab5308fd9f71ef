import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import type { Backup, Restored, RestoreTest } from "../../automation";
import { lastRestoreTest } from "../../automation/backup/record";
import { eventSchema } from "../../automation/events";
import { packageRoot } from "../../components/package-root";
import { withLock } from "../../tools/lock.mjs";
import { Background } from "../platforms/support/background";
import { Product } from "./support/product";
import { Visitors } from "./support/visitors";
import { until } from "./support/wait";

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

  it("are listed where another target of the stack is not deployed, or has none", async () => {
    const kept = await product.json<Backup[]>("backups");
    const judged = path.join(product.folder, "Pulumi.yaml");
    const { plugins, ...project } = parse(readFileSync(judged, "utf8")) as { plugins: object };
    const analyzers = [{ name: "policy-slipway", path: path.join(packageRoot, "policy") }];
    writeFileSync(judged, stringify({ ...project, plugins: { ...plugins, analyzers } }));
    // Stacks in a cloud have no state on one machine alone.
    const slipway = [process.execPath, path.join(packageRoot, "bin", "slipway.mjs")];
    const backend = [`PULUMI_BACKEND_URL=file://${product.folder}`, ...slipway];
    const sections = {
      ...{ ...product.sections(), processes: { web: { count: 1 } } },
      beanstalk: { database: { engine: "sqlite" } },
    };
    try {
      for (const [targets, why] of [
        [["heroku", "local"], "The stack dev is not deployed at Heroku."],
        [["local", "beanstalk"], "The SQLite file of dev is on its instance"],
      ] as const) {
        product.configure({ ...sections, targets });
        const { code, stdout, stderr } = await product.run("env", [...backend, "backups", "--json"]);
        expect(code, stderr).to.equal(0);
        expect(JSON.parse(stdout)).to.deep.equal(kept);
        expect(stderr).to.contain(why);
      }
      product.configure({ ...sections, targets: ["heroku"] });
      expect((await product.run("env", [...backend, "backups"])).code).to.equal(7);
    } finally {
      product.configure(product.sections());
    }
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

  it("are restored whole or not at all also when their time is over: the old data serve, and nothing is held", async () => {
    await product.addNote("written later");
    const before = await product.notes();
    const database = path.join(product.root, "data", "app.db");
    const read = `base = __import__("sqlite3").connect("${database}"); base.execute("BEGIN");
print(base.execute("SELECT count(*) FROM note").fetchone(), flush=True); __import__("time").sleep(600)`;
    const reader = new Background(["python3", "-c", read], { cwd: product.folder });
    try {
      await until("somebody reads", () => reader.output !== "");
      const words = ["restore", "--live", "--yes", "--timeout", "6", "--events"];
      const { code, stdout, stderr } = await product.slipway(...words);
      expect(code, stderr).to.equal(124);
      const events = stdout
        .trim()
        .split("\n")
        .map((line) => eventSchema.parse(JSON.parse(line)));
      expect(events[0]).to.include({ type: "start", command: "restore", stack: "dev" });
      expect(events.at(-1)).to.include({ type: "result", ended: "timeout", exitCode: 124 });
    } finally {
      await reader.stop("SIGKILL");
    }
    expect(await product.notes()).to.deep.equal(before);
    await until("everything runs again", async () => (await product.status()).healthy);
    expect(await product.lastingStrays()).to.deep.equal([]);
    await product.addNote("written since then");
    expect(await product.notes()).to.include("written since then");
  });

  it("are tried one at a time: another test is refused, or waits", async () => {
    const lock = path.join(product.root, "backups", "tests", "lock");
    const { ended } = await withLock(
      lock,
      async () => {
        const { code, stderr } = await product.slipway("restore-test");
        expect(code, stderr).to.equal(6);
        expect(stderr).to.contain("Another restore test of dev is under way").and.to.contain("--wait-for-lock");
        const other = product.start(["restore-test", "--wait-for-lock", "60"]);
        await until("it waits", () => other.said.includes("Waiting for its end."));
        return { ended: other.ended };
      },
      () => undefined,
    );
    const { code, stdout } = await ended;
    expect(code, stdout).to.equal(0);
    expect(existsSync(lock)).to.equal(false);
  });
});
