import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import * as path from "node:path";
import type { UpResult } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { layout } from "../../providers/host/paths";
import { findPython } from "../../providers/host/python";
import { Fixture, Resource } from "./host-fixture";

describe("host provider: releases and virtual environments", function () {
  this.timeout(120_000);
  let fixture: Fixture;

  beforeEach(() => (fixture = new Fixture()));
  afterEach(async () => {
    await (await fixture.open(async () => ({}))).destroy();
    fixture.dispose();
  });

  async function up(type: string, inputs: object): Promise<UpResult> {
    const stack = await fixture.open(async () => {
      new Resource(type, "it", { root: fixture.root, ...inputs });
      return {};
    });
    return stack.up();
  }

  async function failure(type: string, inputs: object): Promise<string> {
    return up(type, inputs).then(
      () => expect.fail("it went well"),
      (error: unknown) => String(error),
    );
  }

  it("copies files with their kind and what Slipway adds, and makes a release that vanished again", async () => {
    fixture.write("run.sh", "#!/bin/sh\n");
    chmodSync(path.join(fixture.app, "run.sh"), 0o755);
    mkdirSync(path.join(fixture.app, "templates"));
    symlinkSync("../version.txt", path.join(fixture.app, "templates", "link"));
    const files = await fixture.release();
    await up("Release", { keep: 2, commit: "abc", ...files });
    const folder = path.join(layout(fixture.root).releases, files.version);
    expect(lstatSync(path.join(folder, "run.sh")).mode & 0o111).to.equal(0o111);
    expect(lstatSync(path.join(folder, "serve.py")).mode & 0o111).to.equal(0);
    expect(readlinkSync(path.join(folder, "templates", "link"))).to.equal("../version.txt");
    expect(readFileSync(path.join(folder, ".slipway", "note.txt"), "utf8")).to.equal("from Slipway");
    const manifest = JSON.parse(readFileSync(path.join(folder, ".slipway", "release.json"), "utf8")) as object;
    expect(manifest).to.include({ version: files.version, commit: "abc" }).and.have.property("createdAt");
    expect((await up("Release", { keep: 2, ...files, source: "/elsewhere" })).summary.resourceChanges).to.deep.equal({
      same: 2,
    });
    rmSync(folder, { recursive: true });
    expect((await up("Release", { keep: 2, ...files })).summary.resourceChanges).to.deep.equal({ same: 1, create: 1 });
    expect(existsSync(path.join(folder, "serve.py"))).to.equal(true);
  });

  it("refuses links that lead outside, and a source that changes meanwhile, and leaves nothing behind", async () => {
    const { releases } = layout(fixture.root);
    const files = await fixture.release();
    const message = await failure("Release", { keep: 2, ...files, version: "0123456789ab" });
    expect(message).to.contain(`changed while it was deployed (version 0123456789ab became ${files.version})`);
    symlinkSync("/etc/passwd", path.join(fixture.app, "secrets"));
    expect(await failure("Release", { keep: 2, ...(await fixture.release()) })).to.contain(
      "links to /etc/passwd; allowed: relative links",
    );
    expect(readdirSync(releases)).to.deep.equal([]);
  });

  it("names every input that is wrong, the value given and what is allowed", async () => {
    const message = await failure("Release", { keep: 0, version: "../up", source: "relative", files: {}, speed: 9 });
    expect(message).to.contain("keep is 0; allowed: a whole number from 1 to 1000");
    expect(message).to.contain('version is "../up"; allowed: up to 100 letters');
    expect(message).to.contain('source is "relative"; allowed: an absolute path');
    expect(message).to.contain("There is no input speed; there are root, version,");
  });

  it("builds an environment once for its content, and again when a build was broken off", async () => {
    const inputs = { name: "app", python: "python3", requirements: "" };
    await up("Virtualenv", inputs);
    const [folder = ""] = readdirSync(layout(fixture.root).venvs).map((name) =>
      path.join(layout(fixture.root).venvs, name),
    );
    const born = lstatSync(path.join(folder, "pyvenv.cfg")).mtimeMs;
    expect((await up("Virtualenv", inputs)).summary.resourceChanges).to.deep.equal({ same: 2 });
    rmSync(path.join(folder, ".complete"));
    await up("Virtualenv", inputs);
    expect(lstatSync(path.join(folder, "pyvenv.cfg")).mtimeMs).to.be.above(born);
    expect(readdirSync(layout(fixture.root).venvs)).to.have.lengthOf(1);
  });

  it("shows what the resolver says, and removes the folder", async () => {
    const requirements = "no-such-package-of-slipway==1.0";
    const message = await failure("Virtualenv", { name: "app", python: "python3", requirements });
    expect(message).to.contain("Python packages of app could not be installed (exit code 1)");
    expect(message).to.match(/No matching distribution found for no-such-package-of-slipway/);
    expect(readdirSync(layout(fixture.root).venvs)).to.deep.equal([]);
  });

  it("refuses a Python that is not there or too old before anything is done, and takes an older one that fits", async function () {
    const message = await failure("Virtualenv", { name: "app", python: "3.4", requirements: "" });
    expect(message).to.contain('python is "3.4"; allowed: a Python from 3.9 on');
    expect(message).to.contain("Found: python3 is 3.").and.contain("slipway config set local.python");
    expect(existsSync(layout(fixture.root).venvs)).to.equal(false);
    const old = await findPython("3.9").catch(() => undefined);
    if (old === undefined) return this.skip();
    await up("Virtualenv", { name: "app", python: "3.9", requirements: "" });
    const [name = ""] = readdirSync(layout(fixture.root).venvs);
    expect(readFileSync(path.join(layout(fixture.root).venvs, name, "pyvenv.cfg"), "utf8")).to.match(
      // As venv writes it, or uv.
      /^version(_info)? = 3\.9\./m,
    );
  });
});
