import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { renderCompose, renderProcfile, SlipwayError } from "../../automation";
import { writeEnvFile } from "../../automation/render/env-file";
import { procfile, shellWords } from "../../components/app";
import { packageRoot } from "../../components/package-root";
import { SHOP } from "./support/ecs";

describe("rendered folders", () => {
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(path.join(tmpdir(), "slipway-render-"));
    cpSync(path.join(packageRoot, "test/apps/fixtures/own/factory-requirements"), path.join(project, "shop"), {
      recursive: true,
    });
    writeFileSync(path.join(project, "Pulumi.yaml"), "name: shop\n");
    const settings = { ...SHOP, app: { ...SHOP.app, source: "shop" }, targets: ["local"] };
    const config = Object.entries(settings).map(([key, value]) => [`slipway:${key}`, value]);
    writeFileSync(path.join(project, "Pulumi.dev.yaml"), stringify({ config: Object.fromEntries(config) as object }));
  });
  afterEach(() => {
    rmSync(project, { recursive: true });
  });

  const read = (folder: string, name: string): string => readFileSync(path.join(folder, name), "utf8");
  const refused = (run: Promise<unknown>): Promise<string> =>
    run.then(
      () => expect.fail("was accepted"),
      (error: unknown) => {
        expect(error).to.be.instanceOf(SlipwayError);
        return (error as SlipwayError).message;
      },
    );

  it("for Compose hold secrets in a file of the owner's alone, which is kept", async () => {
    const { folder } = await renderCompose({ stack: "dev", project });
    expect(folder).to.equal(path.join(project, ".slipway", "rendered", "dev", "compose"));
    expect(statSync(path.join(folder, ".env")).mode & 0o777).to.equal(0o600);
    expect(read(folder, ".gitignore")).to.contain(".env");
    const first = read(folder, ".env");
    expect(first).to.match(/^COMPOSE_PROJECT_NAME=shop-dev$/m);
    expect(first).to.match(/^SLIPWAY_DATABASE_PASSWORD=[\w-]{32}$/m);
    writeFileSync(path.join(folder, ".env"), `${first}# mine\nMINE=1\n`);
    writeFileSync(path.join(project, "shop", "shop", "views.py"), "\n", { flag: "a" });
    await renderCompose({ stack: "dev", project });
    expect(read(folder, ".env")).to.equal(`${first}# mine\nMINE=1\n`);
    expect(statSync(path.join(folder, ".env")).mode & 0o777).to.equal(0o600);
  });

  it("for Compose give a changed application another image, with a context of its own", async () => {
    const { folder } = await renderCompose({ stack: "dev", project });
    const tag = (): string => /image: shop-web:(\w+)/.exec(read(folder, "compose.yaml"))?.[1] ?? "";
    const before = tag();
    expect(readdirSync(path.join(folder, "images"))).to.include(`web-${before}`);
    writeFileSync(path.join(project, "shop", "shop", "views.py"), "\n", { flag: "a" });
    await renderCompose({ stack: "dev", project });
    expect(tag())
      .to.match(/^[0-9a-f]{12}$/)
      .and.not.to.equal(before);
    expect(readdirSync(path.join(folder, "images"))).to.include.members([`web-${before}`, `web-${tag()}`]);
  });

  it("for a Procfile are a release with its commands and environment", async () => {
    const { folder } = await renderProcfile({ stack: "dev", project });
    expect(read(folder, "Procfile").split("\n")).to.deep.equal([
      "web: SLIPWAY_LISTEN=tcp://127.0.0.1:${PORT:-5000} exec python .slipway/serve_gevent.py",
      "worker: exec celery --app slipway_celery worker --hostname worker-$$@%h --concurrency 2 --loglevel INFO",
      "beat: exec celery --app slipway_celery beat --schedule data/beat-schedule --loglevel INFO",
      "release: flask db upgrade",
      "",
    ]);
    expect(readdirSync(folder)).to.include.members([".slipway", "shop", "requirements.txt", "data"]);
    expect(read(folder, ".env")).to.contain(`DATABASE_URL=sqlite:///${folder}/data/app.db\n`);
    expect(statSync(path.join(folder, ".env")).mode & 0o777).to.equal(0o600);
    const before = read(folder, ".env").replace("DATABASE_URL=", "DATABASE_URL=mine");
    writeFileSync(path.join(folder, ".env"), before);
    writeFileSync(path.join(folder, "data", "app.db"), "rows");
    rmSync(path.join(project, "shop", ".flaskenv"));
    await renderProcfile({ stack: "dev", project });
    expect(read(folder, ".env")).to.equal(before);
    expect(readdirSync(folder)).not.to.include(".flaskenv");
    expect(read(folder, "data/app.db")).to.equal("rows");
  });

  it("are not written over anything else, nor into the application", async () => {
    const output = path.join(project, "mine");
    mkdirSync(output);
    writeFileSync(path.join(output, "compose.yaml"), "services: {}\n");
    expect(await refused(renderCompose({ stack: "dev", project, output }))).to.contain("compose.yaml, which");
    const inside = path.join(project, "shop", "deploy");
    expect(await refused(renderProcfile({ stack: "dev", project, output: inside }))).to.contain("own folder");
    const other = path.join(project, "other");
    await renderCompose({ stack: "dev", project, output: other });
    expect(await refused(renderProcfile({ stack: "dev", project, output: other }))).to.contain("files for compose");
  });
});

describe("a file of secrets", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-env-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("has the config's values anew, and keeps what was made up", async () => {
    const file = path.join(folder, ".env");
    await writeEnvFile(file, { given: { TOKEN: "one" }, initial: { PASSWORD: "made" } }, "compose");
    const added = await writeEnvFile(
      file,
      { given: { TOKEN: "two", MORE: "3" }, initial: { PASSWORD: "other" } },
      "compose",
    );
    expect(added).to.deep.equal(["MORE"]);
    const lines = readFileSync(file, "utf8").split("\n").slice(1);
    expect(lines).to.deep.equal(["PASSWORD=made", "TOKEN=two", "MORE=3", ""]);
  });

  it("holds any text in one line, as a shell that reads it would find it", async () => {
    const texts = { A: "a b#c", B: "it's $5", C: "two\nlines", D: 'a "quote"', E: "back\\slash", F: "end\\" };
    const file = path.join(folder, ".env");
    await writeEnvFile(file, { given: texts, initial: {} }, "compose");
    const lines = readFileSync(file, "utf8").trim().split("\n").slice(1);
    expect(lines).to.have.length(Object.keys(texts).length);
    const shell = lines.filter((line) => !line.startsWith("C=")).join("\n");
    const script = `${shell}\nprintf '%s|' "$A" "$B" "$D" "$E" "$F"`;
    const said = execFileSync("sh", ["-c", script], { encoding: "utf8" });
    expect(said).to.equal(["a b#c", "it's $5", 'a "quote"', "back\\slash", "end\\", ""].join("|"));
    expect(lines).to.include(String.raw`C="two\nlines"`);
  });
});

describe("a Procfile", () => {
  it("has a line for each process, and words that mean themselves to a shell", () => {
    expect(procfile({ web: "serve $PORT", worker: "work" })).to.equal("web: serve $PORT\nworker: work\n");
    expect(() => procfile({ web: "a\nb" })).to.throw("one line for each process");
    expect(() => procfile({ "two words": "a" })).to.throw("one line for each process");
    const words = ["it's", "$HOME", "a b", "--plain=1", "x;y"];
    const said = execFileSync("sh", ["-c", `printf '%s|' ${shellWords(words)}`], { encoding: "utf8" });
    expect(said).to.equal(`${words.join("|")}|`);
  });
});
