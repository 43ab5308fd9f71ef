import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { chmodSync, readlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { parse } from "yaml";
import type { Workload } from "../../components";
import { writeBundle, type Bundle } from "../../components/heroku/bundle";
import type { SourceBuild } from "../../components/heroku/render";
import { shellWords } from "../../components/app";
import { archive } from "../../components/heroku/tar";

const BUILDPACK: SourceBuild = { kind: "buildpack", buildpacks: ["heroku/python"] };
const IMAGE = { kind: "image", base: "python:3.13-slim-bookworm" } as const;
const LONG = `${"deep/".repeat(30)}${"a long name ".repeat(12)}.txt`;

describe("heroku: the bundle", () => {
  let folder: string;
  let source: string;

  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(source, name)), { recursive: true });
    writeFileSync(path.join(source, name), text);
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-bundle-"));
    source = path.join(folder, "source");
    write("shop/__init__.py", "app = 1\n");
    write("run.sh", "#!/bin/sh\n");
    chmodSync(path.join(source, "run.sh"), 0o700);
    write(".env", "SECRET_KEY=canary\n");
    write(".gitignore", "secret.txt\n");
    write("secret.txt", "canary\n");
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: shop\n");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const workload = (more: Partial<Workload> = {}): Workload =>
    ({
      processes: [
        { role: "worker", command: ["celery", "--hostname", "{instance}@%h"] },
        { role: "web", command: ["python", ".slipway/serve_gevent.py"] },
        { role: "beat", command: ["celery", "beat", "--schedule", "{data}/beat-schedule"] },
      ],
      jobs: { migrate: ["flask", "db", "upgrade", "--message", "it's done"] },
      checks: [["python", ".slipway/slipway_check.py", "web"]],
      needs: { database: true, broker: true },
      environment: { PYTHONPATH: "src:.:.slipway", API: "canary-of-the-stage" },
      variables: {
        environment: "WEBAPP_ENV",
        database: "DB_URI",
        broker: "CELERY_BROKER_URL",
        resultBackend: "RESULTS",
        cacheHost: "REDIS_HOST",
        secretKey: "SECRET_KEY",
      },
      release: {
        version: "0123456789ab",
        source,
        files: { ".slipway/slipway_entry.py": "entry\n" },
        requirements: "flask\npsycopg2-binary==2.9.10\n",
        revisions: [{ id: "0001", after: [], compatible: false }],
      },
      ...more,
    }) as unknown as Workload;

  const bundle = (build: SourceBuild = BUILDPACK, more: Partial<Workload> = {}): Promise<Bundle> =>
    writeBundle(workload(more), build, path.join(folder, ".slipway", "dev", "heroku"));
  const unpack = ({ path: file }: Bundle): string => {
    const to = mkdtempSync(path.join(folder, "unpacked-"));
    execFileSync("tar", ["-xzf", path.join(folder, file), "-C", to]);
    return to;
  };
  const read = (root: string, name: string): string => readFileSync(path.join(root, name), "utf8");

  it("holds what ships, what Heroku reads, and nothing secret or of one stage", async () => {
    const root = unpack(await bundle());
    expect((readdirSync(root, { recursive: true }) as string[]).sort()).to.deep.equal([
      ".gitignore",
      ".python-version",
      ".slipway",
      ".slipway/heroku.json",
      ".slipway/release.sh",
      ".slipway/slipway_entry.py",
      ".slipway/slipway_heroku.py",
      "Procfile",
      "requirements.txt",
      "run.sh",
      "shop",
      "shop/__init__.py",
    ]);
    expect(spawnSync("grep", ["-rl", "canary", root], { encoding: "utf8" }).stdout).to.equal("");
    expect(statSync(path.join(root, "run.sh")).mode & 0o777).to.equal(0o755);
    expect(statSync(path.join(root, "Procfile")).mode & 0o777).to.equal(0o644);
  });

  it("says how each process starts, and what prepares a release", async () => {
    const root = unpack(await bundle());
    expect(read(root, "Procfile").split("\n")).to.deep.equal([
      "release: SLIPWAY_SCHEMA=0001 sh .slipway/release.sh",
      "worker: python .slipway/slipway_heroku.py celery --hostname '{instance}@%h'",
      "web: python .slipway/slipway_heroku.py python .slipway/serve_gevent.py",
      "beat: python .slipway/slipway_heroku.py celery beat --schedule '{data}/beat-schedule'",
      "",
    ]);
    expect(read(root, ".slipway/release.sh").split("\n")).to.deep.equal([
      "set -eu",
      "python .slipway/slipway_heroku.py python .slipway/slipway_check.py web",
      'if [ "${SLIPWAY_KEEP_DATABASE:-}" != 0123456789ab ]; then',
      `    python .slipway/slipway_heroku.py flask db upgrade --message 'it'\\''s done'`,
      "fi",
      "",
    ]);
    expect(JSON.parse(read(root, ".slipway/heroku.json"))).to.deep.equal({
      path: ["src", ".", ".slipway"],
      variables: {
        DB_URI: {
          from: ["SLIPWAY_DATABASE_URL", "DATABASE_URL"],
          form: "database",
          scheme: "postgresql+psycopg2",
        },
        CELERY_BROKER_URL: { from: ["SLIPWAY_BROKER_URL", "CLOUDAMQP_URL"], form: "broker" },
        RESULTS: { from: ["SLIPWAY_BROKER_URL", "CLOUDAMQP_URL"], form: "results" },
        REDIS_HOST: { from: ["SLIPWAY_CACHE_URL"], form: "cache" },
      },
      buildpacks: ["heroku/python"],
    });
  });

  it("leaves out what makes Heroku install with another tool, and the application's own Procfile", async () => {
    for (const name of ["Pipfile.lock", "uv.lock", "poetry.lock", "runtime.txt"]) write(name, "x\n");
    write("Procfile", "web: ./run.sh\n");
    write("requirements.txt", "django\n");
    const root = unpack(await bundle());
    expect(readdirSync(root)).not.to.include.members(["Pipfile.lock"]);
    expect(readdirSync(root).filter((name) => /lock$|runtime/.test(name))).to.deep.equal([]);
    expect(read(root, "Procfile")).not.to.contain("run.sh");
    expect(read(root, "requirements.txt")).to.contain("flask");
  });

  it("has the Python of the application, unless the config names another", async () => {
    expect(read(unpack(await bundle()), ".python-version")).to.equal("3.13\n");
    write(".python-version", "3.12.4\n");
    expect(read(unpack(await bundle()), ".python-version")).to.equal("3.12.4\n");
    expect(read(unpack(await bundle({ ...BUILDPACK, python: "3.11" })), ".python-version")).to.equal("3.11\n");
  });

  it("has a manifest and a Dockerfile where an image is built", async () => {
    const root = unpack(await bundle(IMAGE, { release: { ...workload().release, requirements: "psycopg2\n" } }));
    const manifest = parse(read(root, "heroku.yml")) as {
      run: Record<string, unknown>;
      build: unknown;
      release: unknown;
    };
    expect(manifest.build).to.deep.equal({
      docker: { web: "Dockerfile" },
      config: { BASE: IMAGE.base, BUILD_PACKAGES: "gcc libc6-dev libpq-dev", RUN_PACKAGES: "libpq5" },
    });
    expect(manifest.release).to.deep.equal({ image: "web", command: ["sh .slipway/release.sh"] });
    expect(manifest.run).to.deep.include({
      web: "python .slipway/slipway_heroku.py python .slipway/serve_gevent.py",
      worker: { image: "web", command: ["python .slipway/slipway_heroku.py celery --hostname '{instance}@%h'"] },
    });
    const dockerfile = read(root, "Dockerfile");
    for (const name of ["BASE", "BUILD_PACKAGES", "RUN_PACKAGES"])
      expect(dockerfile).to.match(new RegExp(`^ARG ${name}\\b`, "m"));
    expect(readdirSync(root)).not.to.include("Procfile");
  });

  it("is the same bytes whenever and from wherever it is written, and others for any change", async () => {
    const first = await bundle();
    const bytes = readFileSync(path.join(folder, first.path));
    expect(first.path).to.equal(`.slipway/dev/heroku/${first.digest}.tar.gz`);
    rmSync(path.join(folder, first.path));
    utimesSync(path.join(source, "run.sh"), 1, 1);
    chmodSync(path.join(source, "shop", "__init__.py"), 0o600);
    const umask = process.umask(0o077);
    const again = await bundle().finally(() => process.umask(umask));
    expect(again).to.deep.equal(first);
    expect(readFileSync(path.join(folder, again.path)).equals(bytes)).to.equal(true);
    expect((await bundle({ ...BUILDPACK, buildpacks: ["heroku/nodejs", "heroku/python"] })).digest).not.to.equal(
      first.digest,
    );
    write("shop/__init__.py", "app = 2\n");
    expect((await bundle()).digest).not.to.equal(first.digest);
  });

  it("goes when newer ones are there", async () => {
    const first = await bundle();
    utimesSync(path.join(folder, first.path), 1, 1);
    for (const text of ["a", "b", "c"]) {
      write("shop/__init__.py", text);
      await bundle();
    }
    const left = readdirSync(path.join(folder, path.dirname(first.path)));
    expect(left).to.have.length(3).and.not.to.include(path.basename(first.path));
  });

  it("is refused for a link that leads out of the source", async () => {
    symlinkSync("/etc/passwd", path.join(source, "passwd"));
    await bundle().then(
      () => expect.fail("it was written"),
      (error: Error) => expect(error.message).to.contain("links to /etc/passwd"),
    );
    expect(readdirSync(path.join(folder, ".slipway", "dev", "heroku"))).to.deep.equal([]);
  });
});

describe("heroku: the archive", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-archive-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("keeps names of any length and script, links and large files, as tar reads them", async () => {
    const from = path.join(folder, "from");
    const names = [LONG, "größe/naïve ☕.txt", "plain.txt"];
    for (const name of names) {
      mkdirSync(path.dirname(path.join(from, name)), { recursive: true });
      writeFileSync(path.join(from, name), `${name}\n`.repeat(3));
    }
    writeFileSync(path.join(from, "large"), Buffer.alloc(200_001, "x"));
    symlinkSync(LONG, path.join(from, "link"));
    const file = path.join(folder, "all.tar.gz");
    writeFileSync(file, await archive(from));
    const to = path.join(folder, "to");
    mkdirSync(to);
    execFileSync("tar", ["-xzf", file, "-C", to]);
    for (const name of [...names, "large"])
      expect(readFileSync(path.join(to, name)).equals(readFileSync(path.join(from, name))), name).to.equal(true);
    expect(readlinkSync(path.join(to, "link"))).to.equal(LONG);
    expect(execFileSync("tar", ["-tvzf", file], { encoding: "utf8" })).to.match(
      /^-rw-r--r-- 0\/0\s+200001 1980-01-01/m,
    );
  });

  it("is a gzip file for any size, at the edges of its blocks too", async () => {
    for (const size of [0, 1, 511, 512, 513, 64_000, 65_535, 65_536, 131_070]) {
      writeFileSync(path.join(folder, "file"), Buffer.alloc(size, "y"));
      expect(gunzipSync(await archive(folder)).length % 512, String(size)).to.equal(0);
    }
  });
});

describe("words of a shell", () => {
  it("come out as they went in", () => {
    const word = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !/[\0\n]/.test(text));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        const printed = execFileSync("sh", ["-c", `printf '%s\\n' ${shellWords(words)}`], { encoding: "utf8" });
        expect(printed).to.equal(words.map((each) => `${each}\n`).join(""));
      }),
      { numRuns: 30 },
    );
  });
});
