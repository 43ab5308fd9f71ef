/** What the client programs of databases are told, with programs in their place that write it down. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { connectionOf, type ServerConnection } from "../../automation/backup/connection";
import { mariadbEngine } from "../../automation/backup/mariadb";
import { postgresEngine } from "../../automation/backup/postgres";
import { failureOf } from "../support/failure";

const PASSWORD = "canary-p@ss";

describe("client programs of databases", () => {
  let folder: string;
  const before = { ...process.env };

  const program = (name: string, script: string): void => {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, name), 0o755);
  };
  const context = (signal?: AbortSignal) => ({
    ...{ url: "postgresql://", cwd: folder, folder, environment: {} },
    ...(signal && { signal }),
  });
  const server = (url: string): ServerConnection => {
    const connection = connectionOf(url);
    if (connection.kind === "sqlite") throw new Error("no server");
    return connection;
  };
  const postgres = (database = "shop", signal?: AbortSignal) =>
    postgresEngine(
      server(`postgresql://owner:${encodeURIComponent(PASSWORD)}@db.invalid/${database}?sslmode=require`),
      context(signal),
    );

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-programs-"));
    process.env["PATH"] = [folder, before["PATH"] ?? ""].join(path.delimiter);
  });
  afterEach(() => {
    process.env = { ...before };
    rmSync(folder, { recursive: true });
  });

  it("reach the database of the URL, whatever the user's own settings for libpq name", async () => {
    process.env["PGSERVICE"] = "another";
    process.env["PGHOSTADDR"] = "192.0.2.1";
    process.env["PGSSLMODE"] = "disable";
    program("psql", 'cat >/dev/null; env >said; echo "$*" >>said; printf "table\\tnote\\t3\\n"');
    expect(await postgres().contents("shop")).to.deep.equal({ tables: { note: 3 } });
    const said = readFileSync(path.join(folder, "said"), "utf8");
    const settings = said.split("\n").filter((line) => line.startsWith("PG"));
    expect(settings.sort()).to.deep.equal([
      "PGAPPNAME=slipway",
      "PGCONNECT_TIMEOUT=20",
      "PGDATABASE=shop",
      "PGHOST=db.invalid",
      `PGPASSWORD=${PASSWORD}`,
      "PGPORT=5432",
      "PGSSLMODE=require",
      "PGUSER=owner",
    ]);
    expect(said.trim().split("\n").at(-1)).to.contain("--no-password").and.not.to.contain(PASSWORD);
  });

  it("are ended by the signal, as its reason says", async () => {
    program("psql", "exec sleep 60");
    const late = await failureOf(postgres("shop", AbortSignal.timeout(100)).contents("shop"));
    expect(late.kind).to.equal("timeout");
    const controller = new AbortController();
    const ended = failureOf(postgres("shop", controller.signal).contents("shop"));
    controller.abort();
    expect((await ended).kind).to.equal("cancelled");
  });

  it("never take a database of a long name for the one that is made beside it", () => {
    const name = "a".repeat(63);
    for (const engine of [postgres(name), mariadbEngine(server(`mysql://owner@db.invalid/${name}`), context())]) {
      expect(engine.trial).to.match(/^a+_slipway_test$/);
      expect(Buffer.byteLength(engine.trial)).to.be.at.most(63);
    }
    expect(postgres().trial).to.equal("shop_slipway_test");
  });
});
