import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { templatePath } from "../../components/package-root";
import { until } from "../engine/support/wait";
import { Background } from "./support/background";
import { noMariadb, startMariadb } from "./support/mariadb";
import { noPostgres, startPostgres } from "./support/services";
import { virtualenv } from "./support/virtualenvs";

/** A database that instances share. */
interface Database {
  url: string;
  /** Breaks every connection to it; absent for a file, which nobody can take away. */
  disconnect?: () => void;
  stop: () => Promise<void>;
}

async function onPostgres(driver: string): Promise<Database> {
  const server = await startPostgres();
  const url = server.database("shop").replace("postgres:", `postgresql+${driver}:`);
  const disconnect = (): void => {
    server.session("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shop'");
  };
  return { url, disconnect, stop: server.stop };
}

const KINDS: Record<string, { absent: string | undefined; start: (folder: string) => Promise<Database> }> = {
  SQLite: {
    absent: undefined,
    start: (folder) => Promise.resolve({ url: `sqlite:///${folder}/app.db`, stop: () => Promise.resolve() }),
  },
  PostgreSQL: { absent: noPostgres(), start: () => onPostgres("psycopg") },
  "PostgreSQL with asyncpg": { absent: noPostgres(), start: () => onPostgres("asyncpg") },
  MariaDB: {
    absent: noMariadb(),
    start: async () => {
      const server = await startMariadb();
      const disconnect = (): void => {
        server.run("KILL USER owner");
      };
      return { url: server.url, disconnect, stop: server.stop };
    },
  },
};

for (const [kind, { absent, start }] of Object.entries(KINDS)) {
  describe(`what instances share in ${kind}${absent === undefined ? "" : ` (${absent})`}`, function () {
    this.timeout(120_000);
    const started: Background[] = [];
    let folder: string;
    let python: string;
    let database: Database;

    before(async function () {
      if (absent !== undefined) return this.skip();
      folder = mkdtempSync(path.join(tmpdir(), "slipway-shared-"));
      python = path.join(await virtualenv("asyncpg\npymysql\npsycopg[binary]\n"), "python");
      database = await start(folder);
    });
    afterEach(async () => {
      for (const process of started.splice(0)) await process.stop("SIGKILL");
    });
    after(async () => {
      if (absent !== undefined) return;
      await database.stop();
      rmSync(folder, { recursive: true });
    });

    const run = (script: string, words: string[], more: Record<string, string> = {}): Background => {
      const servers = templatePath("servers");
      const env = { DB_URI: database.url, SLIPWAY_DATABASE_VARIABLE: "DB_URI", PYTHONPATH: servers, ...more };
      const command = [python, "-u", templatePath("beanstalk", script), ...words];
      const process = new Background(command, { cwd: folder, env: { PATH: "/usr/bin:/bin", ...env } });
      started.push(process);
      return process;
    };
    const once = async (
      job: string,
      release: string,
      script: string,
    ): Promise<{ code: number | null; output: string }> => {
      const process = run("slipway_once.py", [job, "/bin/sh", "-c", script], { SLIPWAY_RELEASE: release });
      return { code: await process.ended(60), output: process.output };
    };
    const lines = (name: string): number => readFileSync(path.join(folder, name), "utf8").split("\n").length - 1;

    it("does a job of a release once, however many come at the same time", async () => {
      const work = "sleep 0.3; echo done >>migrated";
      const all = await Promise.all(Array.from({ length: 4 }, () => once("migrate", "1", work)));
      expect(all.map(({ code }) => code)).to.deep.equal([0, 0, 0, 0]);
      expect(lines("migrated")).to.equal(1);
      expect(all.filter(({ output }) => output.includes("another instance has done it"))).to.have.length(3);
      await once("migrate", "1", work);
      expect(lines("migrated")).to.equal(1);
      await once("migrate", "2", work);
      expect(lines("migrated")).to.equal(2);
    });

    it("does once for a database what fills it, whatever the release", async () => {
      await once("seed", "1", "echo done >>seeded");
      await once("seed", "2", "echo done >>seeded");
      expect(lines("seeded")).to.equal(1);
    });

    it("does a job again for whoever asks for it, but not beside another instance", async () => {
      await once("migrate", "5", "exit 0");
      const again = (script: string, more: Record<string, string> = {}): Background => {
        const words = ["--again", "migrate", "/bin/sh", "-c", script];
        return run("slipway_once.py", words, { SLIPWAY_RELEASE: "5", ...more });
      };
      const work = again("touch again; while [ -e again ]; do sleep 0.1; done", { SLIPWAY_KEEP_DATABASE: "5" });
      await until("it works", () => existsSync(path.join(folder, "again")));
      const other = again("echo worked");
      expect(await other.ended(60)).to.equal(75);
      expect(other.output).to.contain("another instance is at it").and.not.to.contain("worked");
      rmSync(path.join(folder, "again"));
      expect(await work.ended(60)).to.equal(0);
      expect(await again("exit 7").ended(60)).to.equal(1);
      expect((await once("migrate", "5", "exit 0")).output).to.contain("another instance has done it");
    });

    it("does again what failed", async () => {
      const failed = await once("migrate", "3", "exit 7");
      expect(failed.code).to.equal(1);
      expect(failed.output).to.contain("failed with exit code 7");
      expect((await once("migrate", "3", "exit 0")).output).to.contain("migrate: done");
    });

    it("does again what an instance did not live to end", async () => {
      const gone = run("slipway_once.py", ["migrate", "/bin/sh", "-c", "touch begun; sleep 60"], {
        SLIPWAY_RELEASE: "4",
      });
      await until("it has begun", () => existsSync(path.join(folder, "begun")));
      gone.signal("SIGKILL");
      await gone.ended(10);
      expect((await once("migrate", "4", "exit 0")).output).to.contain("migrate: done");
    });

    it("runs a process on one instance at a time, and on another one when that is gone", async () => {
      const works = ["beat", "/bin/sh", "-c", "echo working; exec sleep 60"];
      const [first, second] = [run("slipway_single.py", works), run("slipway_single.py", works)];
      const working = (): Background[] => [first, second].filter(({ output }) => output.includes("working"));
      await until("one of them works", () => working().length > 0);
      await until("the other stands by", () => [first, second].some(({ output }) => output.includes("standing by")));
      expect(working()).to.have.length(1);
      working()[0]?.signal("SIGKILL");
      await until("the other works", () => working().length === 2);
    });

    it("ends the process when it is asked to, and gives the place free", async () => {
      mkdirSync(path.join(folder, "asked"), { recursive: true });
      const script = "trap 'touch asked/ended; exit 0' TERM; echo working; while true; do sleep 0.1; done";
      const first = run("slipway_single.py", ["asked", "/bin/sh", "-c", script]);
      await until("it works", () => first.output.includes("working"));
      first.signalFirst("SIGTERM");
      expect(await first.ended(10)).to.equal(0);
      expect(existsSync(path.join(folder, "asked/ended"))).to.equal(true);
      const next = run("slipway_single.py", ["asked", "/bin/sh", "-c", "echo working"]);
      expect(await next.ended(10)).to.equal(0);
    });

    // A file has no connection that could break.
    if (kind !== "SQLite") it("ends the process when the connection that holds its place breaks", loseConnection);

    async function loseConnection(): Promise<void> {
      const process = run("slipway_single.py", ["lost", "/bin/sh", "-c", "echo working; exec sleep 60"]);
      await until("it works", () => process.output.includes("working"));
      database.disconnect?.();
      expect(await process.ended(20)).to.equal(1);
      expect(process.output).to.contain("the connection to the database has broken");
    }
  });
}

describe("what instances share in another database", () => {
  it("is refused by name, without its password", async () => {
    const env = { PATH: "/usr/bin:/bin", DB_URI: "oracle://a:canary-canary@db/x", SLIPWAY_DATABASE_VARIABLE: "DB_URI" };
    const words = ["python3", templatePath("beanstalk", "slipway_single.py"), "beat", "true"];
    const process = new Background(words, { cwd: tmpdir(), env: { ...env, PYTHONPATH: templatePath("servers") } });
    expect(await process.ended(20)).to.equal(1);
    expect(process.output).to.contain("oracle has no lock").and.not.to.contain("canary");
  });
});
