/** What is left of a SQLite database when a restore is killed at any moment. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../components/package-root";
import { Running } from "../engine/support/running";

describe("the data of a SQLite database", function () {
  this.timeout(60_000);
  const script = path.join(packageRoot, "app-templates", "local", "sqlite_backup.py");
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-sqlite-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const make = (name: string, rows: number): void => {
    const code = [
      `base = __import__("sqlite3").connect("${name}")`,
      `base.execute("CREATE TABLE note (text)")`,
      `base.executemany("INSERT INTO note VALUES (?)", [("x" * 1000,)] * ${rows})`,
      "base.commit()",
    ];
    execFileSync("python3", ["-c", code.join("\n")], { cwd: folder });
  };
  const notes = (): number => {
    const said = execFileSync("python3", [script, "contents", "app.db"], { cwd: folder, encoding: "utf8" });
    return (JSON.parse(said) as { tables: { note: number } }).tables.note;
  };

  it("are the old or the new, whole, whenever a restore is killed", async () => {
    make("new.db", 5000);
    make("old.db", 8000);
    const seen = new Set<number>();
    for (let after = 20; seen.size < 2; after *= 1.3) {
      copyFileSync(path.join(folder, "old.db"), path.join(folder, "app.db"));
      const restoring = new Running(["python3", script, "replace", "new.db", "app.db", "60"], folder, process.env);
      const killed = setTimeout(() => restoring.signalGroup("SIGKILL"), after);
      await restoring.ended;
      clearTimeout(killed);
      // It repairs what was left half-way.
      seen.add(notes());
    }
    expect([...seen].sort()).to.deep.equal([5000, 8000]);
  });

  it("are left as they are when somebody else does not let go of them in time, who is named", async () => {
    make("new.db", 1);
    make("app.db", 2);
    const code =
      'base = __import__("sqlite3").connect("app.db")\nbase.execute("BEGIN EXCLUSIVE")\nprint("held")\ninput()';
    const holder = spawn("python3", ["-u", "-c", code], { cwd: folder });
    try {
      await once(holder.stdout, "data");
      for (const words of [
        ["replace", "new.db", "app.db", "0.5"],
        ["copy", "app.db", "copy.db", "0.5"],
      ]) {
        const { status, stderr } = spawnSync("python3", [script, ...words], {
          ...{ cwd: folder, encoding: "utf8", timeout: 20_000 },
        });
        const who = process.platform === "linux" ? ` by python3 (process ${holder.pid})` : "";
        expect(stderr).to.equal(`app.db has been held${who} for 0.5 s: nothing was changed.\n`);
        expect(status).to.equal(1);
      }
    } finally {
      holder.kill();
      await once(holder, "exit");
    }
    expect(notes()).to.equal(2);
  });
});
