import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { templatePath } from "../../components/package-root";

/** Prints what a command of the application is given. */
const SHOW = "import json, os, sys; print(json.dumps({'words': sys.argv[1:], 'environ': dict(os.environ)}))";

const BROKER = ["SLIPWAY_BROKER_URL", "CLOUDAMQP_URL"];
const VARIABLES = {
  DB_URI: { from: ["SLIPWAY_DATABASE_URL", "DATABASE_URL"], form: "database", scheme: "postgresql+psycopg" },
  CELERY_BROKER_URL: { from: BROKER, form: "broker" },
  RESULTS: { from: BROKER, form: "results" },
  REDIS_HOST: { from: ["SLIPWAY_CACHE_URL"], form: "cache" },
};

describe("heroku: the start of a command", () => {
  let folder: string;
  let script: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-start-"));
    mkdirSync(path.join(folder, ".slipway"));
    script = path.join(folder, ".slipway", "slipway_heroku.py");
    cpSync(templatePath("heroku", "slipway_heroku.py"), script);
    facts(VARIABLES);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const facts = (variables: object): void => {
    writeFileSync(
      path.join(folder, ".slipway", "heroku.json"),
      JSON.stringify({ path: ["src", ".slipway"], variables }),
    );
  };
  const run = (words: readonly string[], environ: Record<string, string> = {}) =>
    spawnSync("python3", [script, ...words], {
      encoding: "utf8",
      cwd: folder,
      env: { PATH: process.env["PATH"], ...environ },
    });
  const given = (environ: Record<string, string>, ...words: string[]) =>
    JSON.parse(run(["python3", "-c", SHOW, ...words], environ).stdout) as {
      words: string[];
      environ: Record<string, string>;
    };

  const MENDED: [what: string, from: Record<string, string>, to: Record<string, string>][] = [
    [
      "the database's URL, with the driver that the application has",
      { DATABASE_URL: "postgres://u:p%40ss@ec2.example.com:5432/d" },
      { DB_URI: "postgresql+psycopg://u:p%40ss@ec2.example.com:5432/d" },
    ],
    [
      "the attached database before the first one",
      { DATABASE_URL: "postgres://old/d", SLIPWAY_DATABASE_URL: "postgres://new/d" },
      { DB_URI: "postgresql+psycopg://new/d" },
    ],
    [
      "RabbitMQ's URL as it is, with results by message",
      { CLOUDAMQP_URL: "amqps://u:p@mq.example.com/u" },
      { CELERY_BROKER_URL: "amqps://u:p@mq.example.com/u", RESULTS: "rpc://" },
    ],
    [
      "a Redis with a certificate of its own, as Celery asks for it",
      { SLIPWAY_BROKER_URL: "rediss://:p@h:1" },
      {
        CELERY_BROKER_URL: "rediss://:p@h:1?ssl_cert_reqs=CERT_NONE",
        RESULTS: "rediss://:p@h:1?ssl_cert_reqs=CERT_NONE",
      },
    ],
    [
      "a cache with a certificate of its own, as redis-py asks for it",
      { SLIPWAY_CACHE_URL: "rediss://:p@h:1/0?a=b" },
      { REDIS_HOST: "rediss://:p@h:1/0?a=b&ssl_cert_reqs=none" },
    ],
    [
      "a URL that the stack itself has set",
      { DATABASE_URL: "postgres://a/b", DB_URI: "sqlite://" },
      { DB_URI: "sqlite://" },
    ],
  ];
  for (const [what, from, to] of MENDED) {
    it(`mends or keeps ${what}`, () => {
      expect(given(from).environ).to.include(to);
    });
  }

  it("mends a variable in its place, where the application reads Heroku's own", () => {
    facts({
      DATABASE_URL: { from: ["SLIPWAY_DATABASE_URL", "DATABASE_URL"], form: "database", scheme: "postgresql+psycopg" },
    });
    const { environ } = given({ DATABASE_URL: "postgres://a/b" });
    facts(VARIABLES);
    expect(environ["DATABASE_URL"]).to.equal("postgresql+psycopg://a/b");
  });

  it("sets nothing of what is not there", () => {
    const { environ } = given({});
    for (const name of Object.keys(VARIABLES)) expect(environ).not.to.have.property(name);
  });

  it("finds the application's modules from any folder, and names the dyno", () => {
    const { environ, words } = given({ DYNO: "worker.2" }, "{instance}@%h", "{data}/beat-schedule");
    expect(environ["PYTHONPATH"]).to.equal([`${folder}/src`, `${folder}/.slipway`].join(":"));
    expect(words).to.deep.equal(["worker.2@%h", "/tmp/slipway/beat-schedule"]);
  });

  it("ends as its command does, and says what cannot be run", () => {
    expect(run(["sh", "-c", "exit 7"]).status).to.equal(7);
    const { status, stderr } = run(["no-such-command"]);
    expect([status, stderr]).to.deep.equal([1, "slipway: no-such-command cannot be run: No such file or directory.\n"]);
    expect(run([]).stderr).to.contain("usage:");
  });
});
