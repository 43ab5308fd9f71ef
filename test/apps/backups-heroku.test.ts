/** Backups that Heroku makes: its API simulated, with a real PostgreSQL behind the new app. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import * as heroku from "../../automation/backup/heroku";
import { lastRestoreTest } from "../../automation/backup/record";
import { DataApi } from "../../automation/heroku/data-api";
import { CANARY, noPostgres, startPostgres, type Postgres } from "../platforms/support/services";
import { failureOf } from "../support/failure";
import { SimulatedData } from "./fixtures/backups/simulated-data";

const PATIENCE = { maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.2 };

const missing = noPostgres();
describe(`backups of Heroku Postgres${missing === undefined ? "" : ` (skipped: ${missing})`}`, function () {
  this.timeout(60_000);
  let folder: string;
  let postgres: Postgres;
  let data: SimulatedData;
  let database: heroku.HerokuDatabase;

  before(async function () {
    if (missing !== undefined) this.skip();
    folder = mkdtempSync(path.join(tmpdir(), "slipway-backups-"));
    postgres = await startPostgres();
  });
  after(async () => {
    if (missing !== undefined) return;
    await postgres.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    data = new SimulatedData((name) => postgres.database(name));
    const url = await data.start();
    const api = new DataApi({ key: data.key, url, dataUrl: url });
    database = { place: { project: folder, stack: "prod" }, api, app: "shop" };
  });
  afterEach(() => data.stop());

  /** What a restore brings into the new database. */
  const fill = async (url: string): Promise<void> => {
    const sql =
      "CREATE TABLE note (id int); INSERT INTO note VALUES (1); CREATE TABLE alembic_version (version_num text)";
    await postgres.session(new URL(url).pathname.slice(1), `SET ROLE owner; ${sql}`).ended(20);
  };

  it("are made and kept by Heroku; whoever has their addresses can read them, and no one is told", async () => {
    const first = await heroku.captureAtHeroku(database, {}, PATIENCE);
    expect(first).to.include({ id: "b002", kind: "heroku-postgres", complete: true, bytes: 4096 });
    const made = await heroku.captureAtHeroku(database, { keep: 1 }, PATIENCE);
    expect(made.removed).to.deep.equal(["b002"]);
    const listed = await heroku.backupsAtHeroku(database);
    // Those of a schedule are Heroku's own.
    expect(listed.map(({ id }) => id)).to.deep.equal(["b003", "a001"]);
    expect(JSON.stringify([first, made, listed])).not.to.contain(CANARY);
  });

  it("that fail say why", async () => {
    data.fails = "pg_dump: out of memory";
    const error = await failureOf(heroku.captureAtHeroku(database, {}, PATIENCE));
    expect(error.message).to.contain("b002 failed").and.to.contain("out of memory");
    expect(
      (
        await failureOf(
          heroku.restoreAtHeroku(database, database, { from: database.place, backup: "b002", into: "x" }, PATIENCE),
        )
      ).message,
    ).to.contain("not complete");
  });

  it("are restored into an app of their own, never over what serves", async () => {
    expect(
      (await failureOf(heroku.restoreAtHeroku(database, database, { from: database.place }, PATIENCE))).mend,
    ).to.contain("--into");
    const { into, notes } = await heroku.restoreAtHeroku(
      database,
      database,
      { from: database.place, into: "shop-again" },
      PATIENCE,
    );
    expect(into).to.equal("the app shop-again");
    expect(notes.join()).to.contain("--as SLIPWAY_DATABASE --app shop");
    expect([...data.apps.keys()]).to.deep.equal(["shop", "shop-again"]);
    expect(data.restored).to.deep.equal([{ addon: "postgresql-shop-again", from: data.addressOf(1) }]);
    const taken = await failureOf(
      heroku.restoreAtHeroku(database, database, { from: database.place, into: "shop" }, PATIENCE),
    );
    expect(taken.message).to.contain("already taken");
    expect([...data.apps.keys()]).to.deep.equal(["shop", "shop-again"]);
  });

  it("pass a test in an app that is removed", async () => {
    data.fill = fill;
    const { passed, checks } = await heroku.testAtHeroku(database, {}, PATIENCE);
    expect([passed, checks]).to.deep.equal([true, [{ name: "rows", passed: true, found: "2 tables with 1 rows" }]]);
    expect([...data.apps.keys()]).to.deep.equal(["shop"]);
    expect(lastRestoreTest({ project: folder, stack: "prod" })).to.include({ target: "heroku", backup: "a001" });
  });

  it("are tried in an app that is known by its name: what a killed test has left of it goes first", async () => {
    data.fill = fill;
    const name = "slipway-test-shop";
    data.apps.set(name, { url: "" });
    const told: unknown[] = [];
    const { passed } = await heroku.testAtHeroku(database, { onProgress: (progress) => told.push(progress) }, PATIENCE);
    expect(passed).to.equal(true);
    expect(JSON.stringify(told)).to.contain(
      `The app ${name}, which a test has left that was killed, is removed first.`,
    );
    expect([...data.apps.keys()]).to.deep.equal(["shop"]);
    data.apps.set(name, { url: "", built: true });
    expect(await failureOf(heroku.testAtHeroku(database, {}, PATIENCE))).to.include({
      kind: "usage",
      mend: `heroku apps:rename <another name> --app ${name}`,
    });
    expect([...data.apps.keys()]).to.deep.equal(["shop", name]);
  });

  it("fail a test where nothing was restored, or the restore failed, and no app is left", async () => {
    const before = existsSync(folder) ? readdirSync(folder) : [];
    expect((await heroku.testAtHeroku(database, {}, PATIENCE)).passed).to.equal(false);
    expect([...data.apps.keys()]).to.deep.equal(["shop"]);
    data.fails = "pg_restore: no such role";
    expect((await failureOf(heroku.testAtHeroku(database, {}, PATIENCE))).message).to.contain("no such role");
    expect([...data.apps.keys()]).to.deep.equal(["shop"]);
    expect(readdirSync(folder)).to.deep.equal(before);
  });

  it("that are stopped say what Heroku goes on with, and leave no app that costs", async () => {
    const limit = new AbortController();
    const { signal } = limit;
    // Each looks for the first time after it has said so.
    const onProgress = (): void => limit.abort(new DOMException("It is over.", "TimeoutError"));
    const capture = await failureOf(heroku.captureAtHeroku(database, { signal, onProgress }, PATIENCE));
    expect(capture).to.include({ kind: "timeout", mend: "Heroku goes on with it: slipway backups --stack prod" });
    const anew = new AbortController();
    const wish = { signal: anew.signal, onProgress: () => anew.abort(), from: database.place, into: "shop-again" };
    expect(await failureOf(heroku.restoreAtHeroku(database, database, wish, PATIENCE))).to.include({
      kind: "cancelled",
    });
    expect([...data.apps.keys()]).to.deep.equal(["shop"]);
  });

  it("name the app that could not be removed", async () => {
    data.fill = fill;
    data.keepsApps = true;
    const error = await failureOf(heroku.testAtHeroku(database, {}, PATIENCE));
    expect(error.message).to.contain("could not be removed, and costs");
    expect(error.mend).to.match(/^heroku apps:destroy --app \S+$/);
  });
});
