import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { readRequirements, RequirementsError } from "../../components/app/requirements";

describe("requirements", () => {
  let folder: string;
  const write = (name: string, text: string): void => {
    writeFileSync(path.join(folder, name), text);
  };
  const read = async (file?: string): Promise<string[]> =>
    (await readRequirements(folder, file, { server: "gevent", celery: false })).text.trim().split("\n");
  const refusal = (file?: string): Promise<RequirementsError> =>
    readRequirements(folder, file, { server: "gevent", celery: false }).then(
      () => expect.fail("was read"),
      (error: unknown) => {
        expect(error).to.be.instanceOf(RequirementsError);
        return error as RequirementsError;
      },
    );

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-requirements-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("are the application's own and the server's", async () => {
    write("requirements.txt", "Flask>=3 # web\n\n# comment\ncelery[redis]\n");
    const lines = await read();
    expect(lines.slice(0, 2)).to.deep.equal(["Flask>=3", "celery[redis]"]);
    expect(lines.some((line) => line.startsWith("gevent=="))).to.equal(true);
  });

  it("leave a package to the application that requires it itself", async () => {
    write("requirements.txt", "Gevent>=24\nzope_interface\n");
    const lines = await read();
    expect(lines.filter((line) => /^gevent\b/i.test(line))).to.deep.equal(["Gevent>=24"]);
    expect(lines.filter((line) => /^zope[._-]interface\b/i.test(line))).to.deep.equal(["zope_interface"]);
  });

  it("have a client for a Redis broker where there is Celery", async () => {
    const withCelery = async (): Promise<string> =>
      (await readRequirements(folder, undefined, { server: "gevent", celery: true })).text;
    write("requirements.txt", "celery\n");
    expect(await withCelery()).to.contain("\nkombu[redis]\n");
    write("requirements.txt", "celery\nredis<6\n");
    expect(await withCelery()).not.to.contain("kombu[redis]");
    write("requirements.txt", "celery==5.7.0 --hash=sha256:00\n");
    expect(await withCelery()).to.match(/\nredis==[\d.]+ .*--hash=sha256:/);
  });

  it("have a client for SQS where a target has it as the broker", async () => {
    const withSqs = async (): Promise<string> =>
      (await readRequirements(folder, undefined, { server: "gevent", celery: true, sqs: true })).text;
    write("requirements.txt", "celery\nboto3\n");
    expect(await withSqs()).to.contain("\nkombu[sqs]\n");
    write("requirements.txt", "celery==5.7.0 --hash=sha256:00\nboto3==1.40.0 --hash=sha256:01\n");
    const lines = (await withSqs()).trim().split("\n");
    expect(lines.filter((line) => /^boto3\b/.test(line))).to.have.length(1);
    expect(lines.every((line) => line.includes("--hash="))).to.equal(true);
    expect(lines.some((line) => line.startsWith("pycurl=="))).to.equal(true);
  });

  it("have a driver for the database that a target makes, unless the application has one", async () => {
    const withDatabase = async (database: "mysql" | "postgres"): Promise<string> =>
      (await readRequirements(folder, undefined, { server: "gevent", celery: false, databases: [database] })).text;
    write("requirements.txt", "flask\npsycopg2-binary\n");
    expect(await withDatabase("mysql")).to.match(/^pymysql==/m);
    expect(await withDatabase("postgres")).not.to.match(/^psycopg(-binary)?==/m);
    write("requirements.txt", "flask\nmysqlclient\n");
    expect(await withDatabase("postgres")).to.match(/^psycopg-binary==/m);
    expect(await withDatabase("mysql")).not.to.match(/^pymysql/m);
  });

  it("name a package in the versions of one file alone", async () => {
    write("requirements.txt", "celery==5.7.0 --hash=sha256:00\n");
    const all = await readRequirements(folder, undefined, {
      server: "gevent",
      celery: true,
      sqs: true,
      databases: ["mysql"],
    });
    const exact = all.text.split("\n").map((line) => /^([\w.-]+)==\S+(?: ; (.*?))?(?= --hash)/.exec(line) ?? []);
    const pins = exact.map(([, name, marker]) => `${name ?? ""} ; ${marker ?? ""}`).filter((pin) => pin !== " ; ");
    expect(pins.length).to.be.greaterThan(10);
    expect(new Set(pins).size).to.equal(pins.length);
  });

  it("tell which packages are there for Slipway alone where the application's hashes name all of its own", async () => {
    const added = async (text: string): Promise<string[]> => {
      write("requirements.txt", text);
      return (await readRequirements(folder, undefined, { server: "uwsgi", celery: true, sqs: true })).added;
    };
    const hashed = "celery==5.7.0 --hash=sha256:00\n";
    expect(await added(hashed)).to.include.members(["pyuwsgi", "boto3", "botocore", "pycurl"]);
    expect(await added(hashed)).not.to.include("celery");
    expect(await added(`${hashed}Botocore==1.44.5 --hash=sha256:01\n`)).not.to.include("botocore");
    expect(await added("celery\n"), "any of its packages may need them").to.deep.equal([]);
  });

  it("keep the server's hashes only beside hashes of the application's", async () => {
    write("requirements.txt", "flask\n");
    expect((await read()).join()).not.to.contain("--hash");
    write("requirements.txt", "flask==3.1.0 \\\n    --hash=sha256:00\n");
    const lines = await read();
    expect(lines[0]).to.match(/^flask==3\.1\.0\s+--hash=sha256:00$/);
    expect(lines.find((line) => line.startsWith("gevent=="))).to.contain("--hash=sha256:");
  });

  it("put included files in their place", async () => {
    write("requirements.txt", "-r base.txt\nflask\n");
    write("base.txt", "celery\n");
    expect((await read()).slice(0, 2)).to.deep.equal(["celery", "flask"]);
  });

  it("are read from pyproject.toml, also for a package that installs itself", async () => {
    write("pyproject.toml", '[project]\nname = "x"\ndependencies = ["flask", "celery"]\n');
    expect((await read()).slice(0, 2)).to.deep.equal(["flask", "celery"]);
    write("requirements.txt", "-e .\n");
    expect((await read()).slice(0, 2)).to.deep.equal(["flask", "celery"]);
  });

  it("are refused, with what is allowed, where pip could not read them", async () => {
    expect((await refusal()).message).to.contain("no requirements.txt");
    expect((await refusal("missing.txt")).message).to.contain("no file missing.txt");
    write("pyproject.toml", '[tool.poetry.dependencies]\nflask = "*"\n');
    expect((await refusal()).allowed).to.contain("poetry export");
    write("pyproject.toml", "[project\n");
    expect((await refusal()).message).to.contain("not valid TOML");
    write("requirements.txt", "-r requirements.txt\n");
    expect((await refusal()).message).to.contain("includes itself");
    write("requirements.txt", "-c constraints.txt\n");
    expect((await refusal()).message).to.contain("-c constraints.txt");
  });
});
