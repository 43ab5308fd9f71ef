/** What a live restore into MariaDB comes to when the server cannot remove what the data have taken the place of. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { reachableBackups } from "../../automation/backup/reachable";
import { KINDS, rowsOf, type Database } from "./fixtures/backups/databases";

const { missing, start } = KINDS.find(({ kind }) => kind === "mariadb") ?? { missing: "no kind", start: undefined };
const ASIDE = "shop_slipway_replaced";

describe(`the data of a MariaDB database${missing === undefined ? "" : ` (skipped: ${missing})`}`, function () {
  this.timeout(60_000);
  const PATH = process.env["PATH"] ?? "";
  let folder: string;
  let database: Database;

  before(async function () {
    if (missing !== undefined || start === undefined) return this.skip();
    folder = mkdtempSync(path.join(tmpdir(), "slipway-mariadb-test-"));
    database = await start(folder);
  });
  after(async () => {
    process.env["PATH"] = PATH;
    if (missing !== undefined) return;
    await database.stop();
    rmSync(folder, { recursive: true });
  });

  /** Puts a client in the place of MariaDB's which, once the tables have moved, leaves a file that is none of the server's. */
  function withFileOfAnother(): string {
    const stray = path.join(database.sql("SELECT @@datadir"), ASIDE, "stray");
    const bin = path.join(folder, "bin");
    mkdirSync(bin);
    const lines = [
      "#!/bin/sh",
      `cat >'${folder}/said'`,
      `PATH='${PATH}' mariadb "$@" <'${folder}/said' || exit`,
      `grep -q '; RENAME TABLE ' '${folder}/said' && : >'${stray}'`,
      "exit 0",
    ];
    writeFileSync(path.join(bin, "mariadb"), `${lines.join("\n")}\n`);
    chmodSync(path.join(bin, "mariadb"), 0o755);
    process.env["PATH"] = `${bin}${path.delimiter}${PATH}`;
    return stray;
  }

  it("are restored, and what was there before is named, where that cannot be removed", async () => {
    const { url } = database;
    const paused = async <T>(action: () => Promise<T>) => ({ result: await action(), serves: true });
    const source = { target: "local" as const, url, cwd: folder, environment: process.env, paused };
    const backups = reachableBackups(() => Promise.resolve(source));
    const place = { project: folder, stack: "dev" };
    database.sql("INSERT INTO debit VALUES (1, 'kept')");
    await backups.create(place, {});
    database.sql("DELETE FROM debit");
    const stray = withFileOfAnother();
    const { notes } = await backups.restore(place, { from: place });
    expect(rowsOf(database)).to.deep.equal([1, 0]);
    expect(notes).to.have.length(1);
    expect(notes[0])
      .to.contain(`The database ${ASIDE}, with the tables that were there before, could not be removed`)
      .and.contain("ERROR 1010");
    expect(database.made().filter((name) => name.includes("slipway_"))).to.deep.equal([ASIDE]);
    // With the file, the database goes.
    rmSync(stray);
    process.env["PATH"] = PATH;
    expect((await backups.restore(place, { from: place })).notes).to.deep.equal([]);
    expect(database.made().filter((name) => name.includes("slipway_"))).to.deep.equal([]);
  });
});
