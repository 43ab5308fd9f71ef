import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import type { Workload } from "../../components/app";
import { writeContext, type Context } from "../../components/image/context";
import { copySource } from "../../components/image/copy";
import { buildArguments } from "../../components/image/dockerfile";
import { lifecyclePolicy } from "../../components/image/lifecycle";
import { systemPackages } from "../../components/image/system-packages";
import { readReleaseTag, releaseTag } from "../../components/app";
import { listSource } from "../../components/app";

const FILE_MODE = 0o644;
const EXECUTABLE_MODE = 0o755;

describe("images: the build context", () => {
  let folder: string;
  let source: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-context-"));
    source = path.join(folder, "source");
    mkdirSync(path.join(source, "shop"), { recursive: true });
    writeFileSync(path.join(source, "shop", "__init__.py"), "app = 1\n");
    writeFileSync(path.join(source, "run.sh"), "#!/bin/sh\n", { mode: 0o700 });
    writeFileSync(path.join(source, ".env"), "SECRET_KEY=canary\n");
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: shop\n");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const workload = (own = source): Workload =>
    ({
      server: "nginx-uwsgi",
      health: { live: "/live", ready: "/ready" },
      needs: { database: true, broker: true },
      variables: { database: "DB_URI", broker: "CELERY_BROKER_URL" },
      release: {
        version: "0123456789ab",
        commit: "abc1234",
        source: own,
        files: { ".slipway/slipway_entry.py": "entry\n" },
        requirements: "flask\n",
        added: [],
        revisions: [],
      },
    }) as unknown as Workload;
  const write = (own?: string): Promise<Context> =>
    writeContext("web", workload(own), path.join(folder, ".slipway", "dev", "images"));
  const inContext = (context: Context, name: string): string => path.join(folder, context.folder, name);
  const mode = (file: string): number => statSync(file).mode & 0o777;

  it("holds what ships and nothing else, in modes that no umask changes", async () => {
    const umask = process.umask(0o077);
    const context = await write().finally(() => process.umask(umask));
    expect(readdirSync(path.join(folder, context.folder)).sort()).to.deep.equal([
      "Dockerfile",
      "app",
      "bin",
      "build",
      "requirements.txt",
    ]);
    expect(readdirSync(inContext(context, "app")).sort()).to.deep.equal([".slipway", "run.sh", "shop"]);
    expect(readdirSync(inContext(context, "app/.slipway")).sort()).to.deep.equal([
      "slipway_database.py",
      "slipway_entry.py",
      "slipway_wait.py",
    ]);
    expect(mode(inContext(context, "app/shop/__init__.py"))).to.equal(FILE_MODE);
    expect(mode(inContext(context, "Dockerfile"))).to.equal(FILE_MODE);
    expect(mode(inContext(context, "app/run.sh"))).to.equal(EXECUTABLE_MODE);
    expect(mode(inContext(context, "bin/slipway-healthcheck"))).to.equal(EXECUTABLE_MODE);
  });

  it("is named by its content alone, from the project's folder on", async () => {
    const first = await write();
    expect(first.folder).to.equal(`.slipway/dev/images/web-${first.digest}`);
    const other = path.join(folder, "elsewhere");
    cpSync(source, other, { recursive: true });
    utimesSync(path.join(other, "run.sh"), 1, 1);
    chmodSync(path.join(other, "run.sh"), 0o711);
    expect(await write(other)).to.deep.equal(first);
    writeFileSync(path.join(other, "shop", "__init__.py"), "app = 2\n");
    expect((await write(other)).digest).not.to.equal(first.digest);
  });

  it("differs between the roles, and with what an image is made of beside the source", async () => {
    const { digest } = await write();
    const images = path.join(folder, "images");
    expect((await writeContext("worker", workload(), images)).digest).not.to.equal(digest);
    const more = workload();
    more.release.requirements = "flask\npyuwsgi\n";
    expect((await writeContext("web", more, images)).digest).not.to.equal(digest);
  });

  it("goes when three newer ones are there", async () => {
    const names: string[] = [];
    for (let change = 0; change < 5; change++) {
      writeFileSync(path.join(source, "run.sh"), `${change}\n`);
      const context = await write();
      names.push(path.basename(context.folder));
      utimesSync(path.join(folder, context.folder), change + 1, change + 1);
    }
    const kept = readdirSync(path.join(folder, ".slipway", "dev", "images"));
    expect(kept.sort()).to.deep.equal(names.slice(2).sort());
  });

  it("refuses a link that leads out of the source, or nowhere", async () => {
    for (const target of ["/etc/hostname", "../../Pulumi.yaml", "nothing"]) {
      const link = path.join(source, "shop", "link");
      rmSync(link, { force: true });
      symlinkSync(target, link);
      const refusal = await write().then(() => "", String);
      expect(refusal, target).to.contain(`links to ${target}; allowed: relative links to something inside ${source}`);
    }
    expect(readdirSync(path.join(folder, ".slipway", "dev", "images"))).to.deep.equal([]);
  });

  it("refuses a source that changes while it is copied", async () => {
    const listed = await listSource(source);
    writeFileSync(path.join(source, "run.sh"), "changed\n");
    const into = path.join(folder, "into");
    const refusal = await copySource(source, into, listed).then(() => "", String);
    expect(refusal).to.contain("run.sh changed while it was deployed: run `slipway up` again");
  });

  it("leaves out what Slipway adds and the role has no use for", () => {
    const all = workload();
    const left = (role: "web" | "worker"): string[] => {
      const { UNUSED, AWS_SERVICES } = buildArguments(role, all, "debian");
      return [UNUSED ?? "", AWS_SERVICES ?? ""];
    };
    expect([left("web"), left("worker")], "the application's own stay").to.deep.equal([
      ["", ""],
      ["", ""],
    ]);
    all.release.added = ["pyuwsgi", "boto3", "botocore", "pycurl"];
    expect(left("web")).to.deep.equal(["pycurl", "sqs sts sso sso-oidc"]);
    expect(left("worker")).to.deep.equal(["pyuwsgi", "sqs sts sso sso-oidc"]);
  });

  it("has a Dockerfile that takes every argument that it is given", async () => {
    for (const role of ["web", "worker"] as const) {
      const context = await writeContext(role, workload(), path.join(folder, "images"));
      const dockerfile = readFileSync(path.join(folder, context.folder, "Dockerfile"), "utf8");
      const taken = [...dockerfile.matchAll(/^ARG (\w+)/gm)].map(([, name]) => name);
      expect([...new Set(taken)].sort()).to.deep.equal(Object.keys(buildArguments(role, workload(), "debian")).sort());
    }
  });
});

describe("images: names, packages, what stays", () => {
  const at = new Date("2026-03-04T05:06:07.890Z");
  const tags: [string, string | undefined, string][] = [
    ["a clean commit", "abc1234", "0123456789ab-abc1234-20260304-050607"],
    ["a commit with changes since", "abc1234+", "0123456789ab-20260304-050607"],
    ["no repository", undefined, "0123456789ab-20260304-050607"],
  ];
  for (const [title, commit, tag] of tags) {
    it(`a tag says the version, the commit and the time: ${title}`, () => {
      expect(releaseTag({ version: "0123456789ab", ...(commit !== undefined && { commit }) }, at)).to.equal(tag);
      const clean = commit === "abc1234" ? { commit } : {};
      expect(readReleaseTag(tag)).to.deep.equal({
        version: "0123456789ab",
        ...clean,
        builtAt: "2026-03-04T05:06:07.000Z",
      });
    });
  }

  it("what is compiled brings its libraries along", () => {
    expect(systemPackages("flask\npymysql\npsycopg2-binary\n")).to.deep.equal({ build: [], run: [] });
    const found = systemPackages("MySQLClient==2.2\npsycopg2>=2.9 ; python_version > '3'\n");
    expect(found.run).to.deep.equal(["libmariadb3", "libpq5"]);
    expect(found.build).to.include.members(["gcc", "libpq-dev", "default-libmysqlclient-dev"]);
  });

  it("a repository keeps the newest tagged images, whatever else is pushed", () => {
    const { rules } = lifecyclePolicy(30) as { rules: { rulePriority: number; selection: Record<string, unknown> }[] };
    const [untagged, tagged] = rules.map(({ selection }) => selection);
    expect(untagged).to.include({ tagStatus: "untagged", countType: "sinceImagePushed", countNumber: 14 });
    expect(tagged).to.include({ tagStatus: "tagged", countType: "imageCountMoreThan", countNumber: 30 });
    expect(tagged?.["tagPatternList"]).to.deep.equal(["*"]);
  });
});
