/** Backups of databases that this machine reaches, with real servers and real processes that write and are killed. */
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import type { BackupOperations } from "../../automation/backup/backup";
import { reachableBackups, type Source } from "../../automation/backup/reachable";
import { backupFolder, lastRestoreTest } from "../../automation/backup/record";
import { SlipwayError } from "../../automation/errors";
import { packageRoot } from "../../components/package-root";
import { Running } from "../engine/support/running";
import { until } from "../engine/support/wait";
import { CANARY } from "../platforms/support/services";
import { failureOf } from "../support/failure";
import { KINDS, pythonFolder, rowsOf, written, type Database } from "./fixtures/backups/databases";

for (const { kind, missing, start } of KINDS) {
  describe(`backups of ${kind}${missing === undefined ? "" : ` (skipped: ${missing})`}`, function () {
    this.timeout(120_000);
    let folder: string;
    let database: Database;
    let source: Source;
    let backups: BackupOperations;

    before(async function () {
      if (missing !== undefined) this.skip();
      folder = mkdtempSync(path.join(tmpdir(), "slipway-backups-"));
      const PATH = [pythonFolder(folder), process.env["PATH"] ?? ""].join(path.delimiter);
      database = await start(folder);
      source = {
        target: "local",
        url: database.url,
        cwd: folder,
        environment: { ...process.env, PATH },
        release: "0a1b2c3d4e5f",
        paused: async (action) => ({ result: await action(), serves: true }),
      };
      backups = reachableBackups(() => Promise.resolve(source));
    });
    after(async () => {
      if (missing !== undefined) return;
      await database.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const place = () => ({ project: folder, stack: "dev" });
    const stored = () => readdirSync(backupFolder(place())).sort();
    const failure = async (action: Promise<unknown>): Promise<SlipwayError> => {
      const error = await failureOf(action);
      expect(`${error.message}${error.mend ?? ""}`).not.to.contain(CANARY);
      return error;
    };

    it("hold one moment of what is being written to, and keep nobody from writing", async () => {
      const writer = database.writer();
      try {
        await written(database, 50);
        const made = await backups.create(place(), {});
        await written(database, 50);
        const { debit = 0, credit = 0 } = made.tables ?? {};
        expect(debit).to.equal(credit).and.to.be.at.least(50);
        expect(made).to.include({ kind, complete: true, revision: "0001_pairs", release: "0a1b2c3d4e5f" });
        expect(writer.isOver, writer.output).to.equal(false);
        await backups.restore(place(), { from: place(), into: database.fresh });
        expect(rowsOf(database, database.fresh)).to.deep.equal([debit, credit]);
      } finally {
        await writer.stop("SIGKILL");
      }
    });

    it("are files for the owner alone, named by time, release and revision, with nothing secret in them", () => {
      const [file = "", manifest = ""] = stored().sort(
        (a, b) => Number(a.endsWith("json")) - Number(b.endsWith("json")),
      );
      expect(file).to.match(/^\d{8}T\d{9}Z-0a1b2c3d4e5f-0001_pairs\.(sqlite|dump|sql\.gz)$/);
      for (const name of [file, manifest]) {
        expect(statSync(path.join(backupFolder(place()), name)).mode & 0o777).to.equal(0o600);
        expect(readFileSync(path.join(backupFolder(place()), name), "latin1")).not.to.contain(CANARY);
      }
      expect(statSync(backupFolder(place())).mode & 0o777).to.equal(0o700);
    });

    it("are restored over nothing that holds data", async () => {
      const before = rowsOf(database, database.fresh);
      const refused = await failure(backups.restore(place(), { from: place(), into: database.fresh }));
      expect(refused).to.include({ kind: "usage" });
      expect(refused.message).to.contain("writes over nothing");
      expect(rowsOf(database, database.fresh)).to.deep.equal(before);
    });

    it("pass a test, which leaves nothing and is recorded", async () => {
      const before = database.made().filter((name) => !name.includes(path.join(".slipway", "dev", "backups")));
      const begun = new Date().toISOString();
      const { passed, checks, backup } = await backups.test(place(), {});
      expect(checks.filter((check) => !check.passed)).to.deep.equal([]);
      expect(passed).to.equal(true);
      expect(checks.map(({ name }) => name)).to.deep.equal(["restore", "rows", "revision"]);
      const left = database.made().filter((name) => !name.includes(path.join(".slipway", "dev", "backups")));
      expect(left).to.deep.equal(before);
      expect(readdirSync(path.join(backupFolder(place()), "tests"))).to.deep.equal(["local.json"]);
      const last = lastRestoreTest({ project: folder, stack: "dev" });
      expect(last).to.include({ target: "local", backup: backup.id });
      expect((last?.at ?? "") >= begun).to.equal(true);
    });

    it("fail a test where they hold something else than they say, which is not recorded and leaves nothing", async () => {
      const file = path.join(backupFolder(place()), stored().find((name) => name.endsWith(".json")) ?? "");
      const text = readFileSync(file, "utf8");
      const before = [database.made(), lastRestoreTest({ project: folder, stack: "dev" })];
      writeFileSync(
        file,
        text.replace(/"debit": (\d+)/, '"debit": 1$1').replace('"revision": "0001', '"revision": "0002'),
      );
      try {
        const { passed, checks } = await backups.test(place(), {});
        expect(passed).to.equal(false);
        expect(checks.filter((check) => !check.passed).map(({ name }) => name)).to.deep.equal(["rows", "revision"]);
        expect([database.made(), lastRestoreTest({ project: folder, stack: "dev" })]).to.deep.equal(before);
      } finally {
        writeFileSync(file, text);
      }
    });

    it("have the application open what is restored", async () => {
      const echo = 'print(__import__("os").environ["URL"].replace("canary", "c"), "0001_pairs (head)")';
      const current = {
        command: ["python", "-c", echo],
        environment: (url: string) => ({ ...source.environment, URL: url }),
      };
      const asked = reachableBackups(() => Promise.resolve({ ...source, current }));
      const { passed, checks } = await asked.test(place(), {});
      expect(passed).to.equal(true);
      expect(checks.at(-1)?.found).to.match(/(shop_slipway_test|restored\.sqlite)/);
      const none = { ...current, command: ["python", "-c", "print('no revision')"] };
      const refused = reachableBackups(() => Promise.resolve({ ...source, current: none }));
      expect((await refused.test(place(), {})).passed).to.equal(false);
    });

    it("that are damaged are restored nowhere", async () => {
      const file = path.join(backupFolder(place()), stored().find((name) => !/json|tests/.test(name)) ?? "");
      const whole = readFileSync(file);
      const before = rowsOf(database);
      appendFileSync(file, "x");
      try {
        for (const into of [{}, { into: `${database.fresh}2` }]) {
          expect((await failure(backups.restore(place(), { from: place(), ...into }))).message).to.contain("damaged");
        }
        expect(rowsOf(database)).to.deep.equal(before);
      } finally {
        writeFileSync(file, whole);
      }
    });

    it("take the place of live data, what has been added since included, after a backup of it", async () => {
      const [backup] = await backups.list(place());
      const before = rowsOf(database);
      database.sql("CREATE TABLE since (id INTEGER)");
      const restored = await backups.restore(place(), { from: place() });
      expect(rowsOf(database)).to.deep.equal([backup?.tables?.["debit"], backup?.tables?.["credit"]]);
      expect(() => database.sql("SELECT * FROM since")).to.throw();
      const kept = (await backups.list(place())).find(({ id }) => id === restored.before);
      expect([kept?.tables?.["debit"], kept?.tables?.["credit"], kept?.tables?.["since"]]).to.deep.equal([
        ...before,
        0,
      ]);
      // And back again.
      await backups.restore(place(), {
        from: place(),
        ...(restored.before !== undefined && { backup: restored.before }),
      });
      expect(rowsOf(database)).to.deep.equal(before);
      database.sql("DROP TABLE since");
    });

    it("leave the old data in place when the restore is killed", async () => {
      const { id, tables } = await backups.create(place(), {});
      const backedUp = [tables?.["debit"], tables?.["credit"]];
      database.sql("DELETE FROM debit");
      database.sql("INSERT INTO debit VALUES (7, 'old')");
      const old = rowsOf(database);
      const reader = await database.reader();
      const script = path.join(packageRoot, "test", "apps", "fixtures", "backups", "restore.ts");
      const restoring = new Running(["node", "--import", "tsx", script, folder], packageRoot, {
        ...source.environment,
        DATABASE: database.url,
      });
      try {
        await until("the restore waits for who reads", () => database.isAwaited(), 30);
        restoring.signalGroup("SIGKILL");
        expect((await restoring.ended).signal).to.equal("SIGKILL");
      } finally {
        await reader.stop("SIGKILL");
      }
      await until("nobody waits any more", () => kind === "sqlite" || !database.isAwaited(), 30);
      // MariaDB ends a statement that it has been given, as long as that takes no second.
      expect(kind === "mariadb" ? [old, backedUp] : [old]).to.deep.include(rowsOf(database));
      // What was left is in nobody's way.
      const restored = await backups.restore(place(), { from: place(), backup: id });
      expect(rowsOf(database)).to.deep.equal(backedUp);
      expect(stored().filter((name) => name.includes("partial"))).to.deep.equal([]);
      expect(database.made().filter((name) => /slipway_|partial|journal/.test(name))).to.deep.equal([]);
      expect(restored.before).to.be.a("string");
    });

    it("leave the old data in place when the restore is stopped, and nothing else", async () => {
      const { id, tables } = await backups.create(place(), {});
      database.sql("DELETE FROM debit");
      const [old, made] = [rowsOf(database), database.made()];
      const reader = await database.reader();
      const limit = new AbortController();
      const wish = { from: place(), backup: id, signal: limit.signal };
      try {
        const stopped = failure(backups.restore(place(), wish));
        await until("the restore waits for who reads", () => database.isAwaited(), 30);
        limit.abort(new DOMException("It is over.", "TimeoutError"));
        expect(await stopped).to.include({ kind: "timeout", exitCode: 124 });
        expect(rowsOf(database)).to.deep.equal(old);
      } finally {
        await reader.stop("SIGKILL");
      }
      await until("nobody waits any more", () => !database.isAwaited(), 30);
      expect(rowsOf(database)).to.deep.equal(old);
      // The backup of what was there is one more.
      const left = database.made().filter((name) => !path.relative(backupFolder(place()), name).startsWith("20"));
      expect(left).to.deep.equal(made.filter((name) => !path.relative(backupFolder(place()), name).startsWith("20")));
      await backups.restore(place(), { from: place(), backup: id });
      expect(rowsOf(database)).to.deep.equal([tables?.["debit"], tables?.["credit"]]);
    });

    it("are not there when they are stopped, and nothing is left of them", async () => {
      const before = stored();
      const blocker = await database.blocker();
      const limit = new AbortController();
      try {
        const stopped = failure(backups.create(place(), { signal: limit.signal, keep: 1 }));
        await until("the backup waits for who writes", () => stored().length > before.length && database.isAwaited());
        limit.abort();
        expect(await stopped).to.include({ kind: "cancelled", exitCode: 130 });
        expect(stored()).to.deep.equal(before);
      } finally {
        await blocker.stop("SIGKILL");
      }
    });

    it("that are tried leave nothing when that is stopped, and the test is not recorded", async () => {
      const before = [database.made(), lastRestoreTest({ project: folder, stack: "dev" })];
      const limit = new AbortController();
      // The application is asked last, when everything is restored.
      const wait = 'open("asked", "w"); __import__("time").sleep(600)';
      const current = { command: ["python", "-c", wait], environment: () => source.environment };
      const asked = reachableBackups(() => Promise.resolve({ ...source, current }));
      const stopped = failure(asked.test(place(), { signal: limit.signal }));
      await until("the application is asked", () => existsSync(path.join(folder, "asked")), 30);
      limit.abort(new SlipwayError("timeout", "Not finished within 5 s."));
      expect(await stopped).to.include({ kind: "timeout", message: "Not finished within 5 s." });
      rmSync(path.join(folder, "asked"));
      expect([database.made(), lastRestoreTest({ project: folder, stack: "dev" })]).to.deep.equal(before);
    });

    it("are kept as many as are wanted, the last one always", async () => {
      const before = await backups.list(place());
      const made = await backups.create(place(), { keep: 2 });
      const left = (await backups.list(place())).map(({ id }) => id);
      expect(left).to.deep.equal([made.id, before[0]?.id]);
      expect(made.removed).to.have.members(before.slice(1).map(({ id }) => id));
      expect(stored().filter((name) => name !== "tests")).to.have.length(4);
    });

    it("are not made where the database does not answer, and nothing is left", async () => {
      const gone = { ...source, url: database.url.replace(/:\d+\//, ":1/").replace("app.db", "gone.db") };
      const before = stored();
      const error = await failure(reachableBackups(() => Promise.resolve(gone)).create(place(), { keep: 1 }));
      expect(error.kind).to.equal("failed");
      expect(stored()).to.deep.equal(before);
    });
  });
}
