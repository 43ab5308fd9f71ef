import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { pulumiCache } from "../../automation/engine/pulumi-binary";
import { findPulumi } from "../../automation/engine/pulumi-cli";
import { buildPulumi, downloadPulumi, type Installer, pulumiVersion } from "../../automation/engine/pulumi-install";

const changed = ["PATH", "XDG_CACHE_HOME", "SLIPWAY_PULUMI"] as const;

describe("findPulumi", () => {
  const before = Object.fromEntries(changed.map((name) => [name, process.env[name]]));
  let folder: string;
  let path: string;
  let calls: string;
  let reports: string[];
  const report = (message: string): unknown => reports.push(message);

  beforeEach(() => {
    folder = fs.mkdtempSync(join(tmpdir(), "slipway-pulumi-"));
    path = join(folder, "path");
    calls = join(folder, "calls");
    fs.mkdirSync(path);
    reports = [];
    process.env["PATH"] = [path, "/usr/bin", "/bin"].join(delimiter);
    process.env["XDG_CACHE_HOME"] = join(folder, "cache");
    delete process.env["SLIPWAY_PULUMI"];
  });

  afterEach(() => {
    for (const name of changed) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** A script that answers as `pulumi version` does; each call leaves a line in `calls`. */
  function writeScript(file: string, body: string): string {
    fs.mkdirSync(join(file, ".."), { recursive: true });
    fs.writeFileSync(file, `#!/bin/sh\necho "$@" >> ${calls}\n${body}\n`);
    fs.chmodSync(file, 0o755);
    return file;
  }

  const pulumiOn = (where: string, version: string): string => writeScript(join(where, "pulumi"), `echo v${version}`);
  const cachedBin = (): string => join(pulumiCache(), pulumiVersion, "bin");
  const installs =
    (version: string): Installer =>
    (target) => {
      pulumiOn(join(target, "bin"), version);
      return Promise.resolve();
    };
  const refuses =
    (reason: string): Installer =>
    () =>
      Promise.reject(new Error(reason));
  const neither = { download: refuses("no network"), build: refuses("Go is not installed") };
  const failureOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => "no error",
      (error: unknown) => (error as Error).message,
    );

  it("takes the one on PATH before the kept one", async () => {
    const file = pulumiOn(path, "3.300.1");
    pulumiOn(cachedBin(), pulumiVersion);
    const found = await findPulumi(report, neither);
    expect(found).to.be.instanceOf(PulumiCommand);
    expect([found.command, found.version?.version]).to.deep.equal([file, "3.300.1"]);
    expect(reports).to.deep.equal([]);
  });

  for (const [version, fits] of [
    ["3.247.9", false],
    ["3.248.0", true],
    ["3.999.0", true],
    ["3.260.0-alpha.5", true],
    ["4.0.0", false],
    ["2.25.2", false],
  ] as const) {
    it(`${fits ? "accepts" : "rejects"} version ${version} on PATH`, async () => {
      const onPath = pulumiOn(path, version);
      const cached = pulumiOn(cachedBin(), pulumiVersion);
      const { command } = await findPulumi(report, neither);
      expect(command).to.equal(fits ? onPath : cached);
      expect(reports).to.deep.equal(
        fits ? [] : [`Pulumi CLI, PATH: ${onPath} is version ${version}; versions >=3.248.0 <4 fit`],
      );
    });
  }

  it("says why one on PATH cannot be run, and goes on", async () => {
    const file = writeScript(join(path, "pulumi"), "echo broken library >&2; exit 3");
    const cached = pulumiOn(cachedBin(), pulumiVersion);
    expect((await findPulumi(report, neither)).command).to.equal(cached);
    expect(reports.join()).to.include(`PATH: ${file} cannot be run`).and.include("broken library");
  });

  it("says when what is called pulumi is something else", async () => {
    writeScript(join(path, "pulumi"), "echo Hello");
    pulumiOn(cachedBin(), pulumiVersion);
    await findPulumi(report, neither);
    expect(reports.join()).to.include('is no Pulumi CLI: `version` printed "Hello"');
  });

  it("downloads when there is none, keeps the result, and uses it from then on", async () => {
    const ways = { download: installs(pulumiVersion), build: refuses("must not be tried") };
    const { command } = await findPulumi(report, ways);
    expect(command).to.equal(join(cachedBin(), "pulumi"));
    expect((await findPulumi(report, neither)).command).to.equal(command);
    expect(fs.readdirSync(pulumiCache())).to.deep.equal([pulumiVersion]);
  });

  it("builds when the download fails, and says why", async () => {
    const { command } = await findPulumi(report, { download: refuses("no network"), build: installs(pulumiVersion) });
    expect(command).to.equal(join(cachedBin(), "pulumi"));
    expect(reports).to.deep.equal(["Pulumi CLI, download: no network"]);
  });

  it("does not keep an installation of which the version does not fit", async () => {
    const failure = await failureOf(findPulumi(report, { ...neither, download: installs("3.1.0") }));
    expect(failure).to.match(/download: .*is version 3\.1\.0/);
    expect(fs.readdirSync(pulumiCache())).to.deep.equal([]);
  });

  it("replaces a kept one that has been damaged", async () => {
    writeScript(join(cachedBin(), "pulumi"), "exit 1");
    const { command } = await findPulumi(report, { ...neither, build: installs(pulumiVersion) });
    expect(command).to.equal(join(cachedBin(), "pulumi"));
    expect(reports.join()).to.include("cache: ");
  });

  it("lists each attempt with its reason, and what to install, when all have failed", async () => {
    pulumiOn(path, "3.100.0");
    const failure = await failureOf(findPulumi(report, neither));
    expect(failure).to.match(
      /- PATH: .* is version 3\.100\.0;.*\n {2}- cache: none there\n {2}- download: no network\n {2}- build: Go is not/,
    );
    expect(failure).to.include("https://www.pulumi.com/docs/install/").and.include("https://go.dev/dl/");
  });

  it("installs once when asked twice at the same time", async () => {
    let installations = 0;
    const download: Installer = (target) => {
      installations += 1;
      return installs(pulumiVersion)(target, report);
    };
    const found = await Promise.all([1, 2].map(() => findPulumi(report, { download })));
    expect(found.map(({ command }) => command)).to.deep.equal(Array(2).fill(join(cachedBin(), "pulumi")));
    expect(installations).to.equal(1);
  });

  it("uses the one that SLIPWAY_PULUMI names, or fails", async () => {
    pulumiOn(path, "3.300.0");
    process.env["SLIPWAY_PULUMI"] = pulumiOn(join(folder, "own"), "3.250.0");
    expect((await findPulumi(report, neither)).command).to.equal(join(folder, "own", "pulumi"));
    process.env["SLIPWAY_PULUMI"] = join(folder, "absent");
    expect(await failureOf(findPulumi(report, neither))).to.match(/^SLIPWAY_PULUMI: .*absent/);
  });

  it("asks a script for its version each time, as what it runs may have changed", async () => {
    pulumiOn(path, "3.300.0");
    await findPulumi(report, neither);
    await findPulumi(report, neither);
    expect(fs.readFileSync(calls, "utf8")).to.equal("version\nversion\n");
  });

  it("remembers a program that was seen before, until it changes", async () => {
    // A program that is not a script; asked for its version, it prints "version".
    const file = join(path, "pulumi");
    fs.copyFileSync(fs.realpathSync("/bin/echo"), file);
    const { size, mtimeMs } = fs.statSync(file);
    fs.mkdirSync(pulumiCache(), { recursive: true });
    const seen = { [fs.realpathSync(file)]: { size, mtimeMs, version: "3.301.0" } };
    fs.writeFileSync(join(pulumiCache(), "verified.json"), JSON.stringify(seen));
    expect((await findPulumi(report, neither)).version?.version).to.equal("3.301.0");
    fs.utimesSync(file, 1, 1);
    expect(await failureOf(findPulumi(report, neither))).to.include('printed "version"');
  });

  describe("download", () => {
    it("gives its reason when there is no way to the network", async () => {
      const preload = join(folder, "offline.cjs");
      fs.writeFileSync(preload, `globalThis.fetch = () => Promise.reject(new Error("offline"));`);
      process.env["NODE_OPTIONS"] = `--require=${preload}`;
      try {
        const failure = await failureOf(downloadPulumi(join(folder, "target"), report));
        expect(failure).to.match(/Failed to download https:\S+: offline/);
      } finally {
        delete process.env["NODE_OPTIONS"];
      }
    });
  });

  describe("build", () => {
    const goScript = (version: string): string => `
      case "$1" in
        env) echo ${version} ;;
        list) for i in 1 2 3 4 5 6 7 8 9 10; do echo package/$i; done ;;
        build) for i in 1 2 3 4 5 6 7 8 9 10; do echo package/$i >&2; done
          mkdir -p "$(dirname "$4")"; printf '#!/bin/sh\\necho v${pulumiVersion}\\n' > "$4"; chmod 755 "$4" ;;
      esac`;

    it("reports its progress and puts the program in place", async () => {
      writeScript(join(path, "go"), goScript("go1.24.1"));
      const { command } = await findPulumi(report, { build: buildPulumi });
      expect(command).to.equal(join(cachedBin(), "pulumi"));
      expect(reports).to.include("Building the Pulumi CLI: 50 % of 10 packages");
      expect(reports.at(-1)).to.equal("Linking the Pulumi CLI ...");
      const build = fs.readFileSync(calls, "utf8").split("\n").at(-2);
      expect(build).to.include(`common/version.Version=v${pulumiVersion}`);
    });

    it("says that Go is missing", async () => {
      process.env["PATH"] = path;
      expect(await failureOf(buildPulumi(join(folder, "target"), report))).to.equal("Go is not installed");
    });

    it("says that Go is too old", async () => {
      writeScript(join(path, "go"), goScript("go1.19"));
      expect(await failureOf(buildPulumi(join(folder, "target"), report))).to.equal("Go 1.19.0 is too old");
    });

    it("gives the last lines of a failed build", async () => {
      writeScript(
        join(path, "go"),
        `${goScript("go1.26.0")}\n[ "$1" != build ] || { echo "no space left" >&2; exit 1; }`,
      );
      const failure = await failureOf(buildPulumi(join(folder, "target"), report));
      expect(failure).to.match(/^go build failed: [^]*no space left$/);
    });

    it("builds the version that tools/go.mod pins", () => {
      const pinned = fs.readFileSync(join(__dirname, "../../tools/go.mod"), "utf8");
      expect(pinned).to.match(new RegExp(`github.com/pulumi/pulumi/pkg/v3 v${pulumiVersion}\\s`));
    });
  });

  it("gives a command that the Automation API works with", async () => {
    process.env["PATH"] = before["PATH"] ?? "";
    Reflect.deleteProperty(process.env, "XDG_CACHE_HOME");
    const pulumiCommand = await findPulumi(report);
    const workspace = await LocalWorkspace.create({ pulumiCommand, pulumiHome: join(folder, "home") });
    expect(workspace.pulumiVersion).to.equal(pulumiCommand.version?.version);
  });
});
