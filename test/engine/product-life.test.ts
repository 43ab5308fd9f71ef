import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { freePort } from "../../providers/host/ports";
import { kill } from "./support/process-table";
import { Product } from "./support/product";
import { Visitors } from "./support/visitors";
import { until } from "./support/wait";

const REQUESTS = 5000;
const DEPENDS_ON_RELEASE = ["beat", "migrate", "preflight", "release", "web", "worker"].map(
  (role) => `product-${role}`,
);

describe("the life of a stack on this machine", function () {
  this.timeout(240_000);
  let product: Product;

  before(async () => {
    product = await Product.make();
    const { code, stdout, stderr } = await product.slipway("up", "--yes");
    expect(code, stderr).to.equal(0);
    expect(stdout)
      .to.match(/^deployed in/)
      .and.to.contain(product.url);
  });

  after(() => product.dispose());

  it("serves, gives tasks to the worker, and starts those of beat", async () => {
    expect(await product.serving()).to.equal("one");
    await product.addNote("written by the web process");
    await product.addNote("written by the worker", true);
    await until("the worker has written both notes", async () => {
      const notes = await product.notes();
      return notes.includes("written by the worker") && notes.includes("written by beat");
    });
    expect(await product.notes()).to.include("written by the web process");
  });

  it("has nothing to do when nothing has changed", async () => {
    const before = (await product.status()).processes;
    const { code, stdout } = await product.slipway("up", "--yes");
    expect(code).to.equal(0);
    expect(stdout).to.match(/^no changes\n/);
    const pids = (all: typeof before) => all.map(({ name, pid }) => `${name} ${pid}`);
    expect(pids((await product.status()).processes)).to.deep.equal(pids(before));
    expect((await product.slipway("preview", "--exit-code")).code).to.equal(0);
  });

  it("replaces only the release and what depends on it, and every visitor is answered all the while", async () => {
    const visitors = new Visitors(product.url, /<b>(.*)<\/b>/);
    product.setVersion("two");
    const { changed, changes } = await product.up();
    const during = visitors.total;
    await until("enough requests were made", () => visitors.total >= REQUESTS);
    const { answers, failures } = await visitors.leave();
    expect(failures).to.deep.equal([]);
    expect([...answers.keys()]).to.have.members(["one", "two"]);
    expect(during).to.be.greaterThan(100);
    expect(await product.serving()).to.equal("two");
    expect(changed).to.equal(true);
    expect(changes.map(({ name }) => name)).to.have.members(DEPENDS_ON_RELEASE);
    expect(changes.every(({ operation }) => operation === "update")).to.equal(true);
  });

  const broken: [string, string, (text: string) => string, RegExp][] = [
    [
      "a syntax error",
      "app.py",
      (text) => `${text}\ndef oops(:\n`,
      /app\.py.*line \d+[\s\S]*SyntaxError: invalid syntax/,
    ],
    [
      "a factory that raises",
      "app.py",
      (text) => text.replace("app = Flask(__name__)", 'raise RuntimeError("no such luck")'),
      /create_app\(\) raised RuntimeError: no such luck/,
    ],
    [
      "a failing migration",
      "migrations/versions/0002_more.py",
      () => 'revision = "0002"\ndown_revision = "0001"\n\n\ndef upgrade():\n    raise RuntimeError("no more")\n',
      /alembic upgrade head` failed: exit code 1[\s\S]*RuntimeError: no more/,
    ],
  ];
  for (const [what, file, breakIt, expected] of broken) {
    it(`goes on with the old release when there is ${what}`, async () => {
      const release = (await product.status()).processes.find(({ name }) => name === "web-0")?.release;
      const state = product.deployed("web");
      const text = existsSync(path.join(product.app, file)) ? product.read(file) : undefined;
      product.setVersion("broken");
      product.write(file, breakIt(text ?? ""));
      const { code, stderr } = await product.slipway("up", "--yes");
      product.write(file, text);
      expect(code, stderr).to.equal(4);
      expect(stderr).to.match(expected).and.to.contain("Its last lines:");
      expect(await product.serving()).to.equal("two");
      expect(product.deployed("web")).to.deep.equal(state).and.to.include({ version: release, running: 2 });
      expect(await product.json("outputs")).to.include({ release });
      const { healthy, processes } = await product.status();
      expect(healthy).to.equal(true);
      expect(processes.map((each) => each.release ?? release)).to.deep.equal(processes.map(() => release));
    });
  }

  it("deploys the mended application after that", async () => {
    product.setVersion("three");
    expect((await product.up()).changed).to.equal(true);
    expect(await product.serving()).to.equal("three");
    expect(await product.notes()).to.include("written by the web process");
  });

  it("lists the releases and puts the one before back", async () => {
    const list = () => product.json<{ version: string; current: boolean }[]>("releases");
    const before = await list();
    const three = before.find(({ current }) => current)?.version;
    const two = readFileSync(path.join(product.root, "run", "web.json"), "utf8");
    expect(before.filter(({ current }) => current)).to.have.length(1);
    const wrong = await product.slipway("rollback", "nonsense", "--yes");
    expect(wrong.code).to.equal(2);
    expect(wrong.stderr).to.contain('"nonsense"').and.to.contain(`${three} (serves now)`);
    expect(readFileSync(path.join(product.root, "run", "web.json"), "utf8")).to.equal(two);

    const { code, stdout, stderr } = await product.slipway("rollback", "--yes");
    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain("serves again");
    expect(await product.serving()).to.equal("two");
    const after = await list();
    expect(after.find(({ version }) => version === three)).to.deep.include({ current: false });
    expect(after.filter(({ current }) => current)).to.have.length(1);
  });

  for (const name of ["web-0", "worker-0", "beat-0", "broker-0"]) {
    it(`has ${name} back by itself after kill -9`, async () => {
      const killed = (await product.status()).processes.find((each) => each.name === name)?.pid ?? 0;
      kill(killed);
      await until(`${name} is back`, async () => {
        const { healthy, processes } = await product.status();
        const back = processes.find((each) => each.name === name);
        return healthy && back?.running === true && back.pid !== killed;
      });
      await product.addNote(`after the end of ${name}`, true);
      await until("the worker has written a note", async () =>
        (await product.notes()).includes(`after the end of ${name}`),
      );
    });
  }

  it("shows a supervisord that is dead as drift, and starts it again", async () => {
    kill(product.supervisord());
    const preview = await product.slipway("preview", "--exit-code");
    expect(preview.code, preview.stderr).to.equal(9);
    const refresh = await product.slipway("refresh");
    expect(refresh.code, refresh.stderr).to.equal(0);
    expect(refresh.stdout)
      .to.match(/^drift:/)
      .and.to.match(/product-supervisor[^\n]*\n\s*~ running: true -> false/);
    expect((await product.slipway("preview", "--exit-code")).code).to.equal(9);
    await product.up();
    expect((await product.status()).healthy).to.equal(true);
    // It has deployed what the source holds as well, which the rollback had left behind.
    expect(await product.serving()).to.equal("three");
    expect(await product.lastingStrays()).to.deep.equal([]);
  });

  it("leaves no process when it is stopped, and brings everything back with its data", async () => {
    const notes = await product.notes();
    const { code, stdout } = await product.slipway("stop");
    expect(code).to.equal(0);
    expect(stdout).to.match(/^\d+ processes ended/);
    expect(product.processes()).to.deep.equal([]);
    const { code: again } = await product.slipway("status", "--exit-code");
    expect(again).to.equal(9);
    expect((await product.up()).changed).to.equal(true);
    expect(await product.serving()).to.equal("three");
    expect(await product.notes()).to.include.members(notes);
    expect((await product.status()).healthy).to.equal(true);
  });

  it("runs another stack beside it, and removes each without touching the other", async () => {
    const port = await freePort();
    mkdirSync(path.join(product.folder, "site"));
    writeFileSync(path.join(product.folder, "site", "requirements.txt"), "Flask==3.1.3\n");
    const site =
      'import flask\n\napp = flask.Flask(__name__)\napp.add_url_rule("/", view_func=lambda: "the other site")\n';
    writeFileSync(path.join(product.folder, "site", "site_app.py"), site);
    const app = { name: "site", source: "site", entry: "site_app:app" };
    product.configure({ app, processes: { web: { count: 1 } }, targets: ["local"], local: { port } }, "other");
    const up = await product.slipway("up", "--yes", "--stack", "other");
    expect(up.code, up.stderr).to.equal(0);
    const other = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
    expect(await other()).to.equal("the other site");
    expect(await product.serving()).to.equal("three");

    const database = path.join(product.root, "data", "app.db");
    const destroyed = await product.slipway("destroy", "--yes");
    expect(destroyed.code, destroyed.stderr).to.equal(0);
    expect(product.processes().filter(({ command }) => command.includes(`${product.root}/`))).to.deep.equal([]);
    expect(existsSync(database)).to.equal(true);
    expect(product.deployed("web")).to.equal(undefined);
    expect(await other()).to.equal("the other site");

    const asked = await product.slipway("stop", "--purge");
    expect(asked.stderr).to.contain("Remove dev AND ITS DATA for good?");
    const purged = await product.slipway("stop", "--purge", "--yes");
    expect(purged.code, purged.stderr).to.equal(0);
    expect(purged.stdout).to.equal("dev and its data are gone\n");
    expect(existsSync(product.root)).to.equal(false);
    expect(await other()).to.equal("the other site");
    expect((await product.slipway("destroy", "--purge", "--yes", "--stack", "other")).code).to.equal(0);
    expect(existsSync(product.rootOf("other"))).to.equal(false);
    expect(product.processes()).to.deep.equal([]);
  });
});
