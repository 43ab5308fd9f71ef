import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { freePort } from "../../providers/host/ports";
import { Product, type Sections } from "./support/product";
import type { Ended } from "./support/running";
import { until } from "./support/wait";

const MEGABYTE = 1 << 20;

/** Puts a small file system of its own where `folder` is; false where that is not allowed. */
function mounted(folder: string): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("bad input", function () {
  this.timeout(240_000);
  let product: Product;
  let releases: string;
  let small: boolean;

  before(async () => {
    product = await Product.make();
    releases = path.join(product.root, "releases");
    small = mounted(releases);
    const { code, stderr } = await product.slipway("up", "--yes");
    expect(code, stderr).to.equal(0);
  });

  after(async () => {
    await product.dispose(() => {
      if (small) execFileSync("umount", [releases]);
    });
  });

  /** Runs a command that is to be refused, and sees that nothing of the stack has changed. */
  async function refused(code: number, ...words: string[]): Promise<Ended> {
    const state = product.stateText();
    const file = readFileSync(product.configFile(), "utf8");
    const kept = readdirSync(releases);
    const ended = await product.slipway(...words);
    expect(ended.code, ended.stderr).to.equal(code);
    expect(ended.stderr).not.to.match(/✖ unexpected|\n\s+at /);
    expect(product.stateText()).to.equal(state);
    expect(readFileSync(product.configFile(), "utf8")).to.equal(file);
    expect(readdirSync(releases)).to.deep.equal(kept);
    product.configure(product.sections());
    await stillServes();
    return ended;
  }

  async function stillServes(): Promise<void> {
    expect(await product.serving()).to.equal("one");
    const { healthy, processes } = await product.status();
    expect(healthy, JSON.stringify(processes)).to.equal(true);
    expect(await product.lastingStrays()).to.deep.equal([]);
  }

  function without(key: string, from: Sections): Sections {
    return Object.fromEntries(Object.entries(from).filter(([name]) => name !== key));
  }

  const cases: [string, (sections: ReturnType<Product["sections"]>) => Sections, RegExp[]][] = [
    [
      "a missing key",
      (all) => ({ ...all, app: without("entry", all.app) }),
      [
        /^✖ One fault in the config/m,
        /slipway:app\.entry: missing/,
        /slipway config set app\.entry <value> --stack dev/,
      ],
    ],
    [
      "an unknown key",
      (all) => ({ ...all, processes: { ...all.processes, web: { cuont: 2 } } }),
      [/slipway:processes\.web\.cuont: no such key; did you mean count\?/, /config rm processes\.web\.cuont/],
    ],
    [
      "a value of the wrong type",
      (all) => ({ ...all, local: { ...all.local, port: "eighty" } }),
      [/slipway:local\.port: must be a (whole )?number \(given: "eighty"\)/, /config set local\.port/],
    ],
    [
      "two faults at once",
      (all) => ({ ...all, app: { ...all.app, name: "My App" }, targets: ["moon"] }),
      [
        /^✖ 2 faults/m,
        /slipway:app\.name: .*"My App"/,
        /slipway:targets\.0: .*"moon"[^]*local, heroku, beanstalk, ecs/,
      ],
    ],
    [
      "a folder that is missing",
      (all) => ({ ...all, app: { ...all.app, source: "nowhere" } }),
      [/slipway:app\.source: there is no such folder \(given: .*\/nowhere\)/, /config set app\.source/],
    ],
    [
      "a folder that is empty",
      (all) => ({ ...all, app: { ...all.app, source: "gates" } }),
      [/slipway:app\.source: the folder is empty/, /allowed: the folder of a Flask application/],
    ],
    [
      "a module that is missing",
      (all) => ({ ...all, app: { ...all.app, entry: "shop:create_app" } }),
      [/slipway:app\.entry: there is no Python module shop/, /app, gate, jobs, store/],
    ],
  ];
  for (const [what, change, expected] of cases) {
    it(`tells of ${what}`, async () => {
      product.configure(change(product.sections()));
      const { stderr } = await refused(3, "up", "--yes");
      for (const pattern of expected) expect(stderr).to.match(pattern);
    });
  }

  it("tells of a file that is missing or no YAML", async () => {
    expect((await refused(3, "up", "--yes", "--stack", "nowhere")).stderr).to.contain("Pulumi.nowhere.yaml");
    writeFileSync(product.configFile(), "config: [\n");
    expect((await refused(3, "up", "--yes")).stderr).to.contain(`${product.configFile()} is not valid YAML`);
  });

  it("tells of a factory that is not in its module", async () => {
    const all = product.sections();
    product.configure({ ...all, app: { ...all.app, entry: "app:create_shop" } });
    const { code, stderr } = await product.slipway("up", "--yes");
    expect(code, stderr).to.equal(4);
    expect(stderr).to.contain("app:create_shop").and.to.contain("create_app");
    expect(stderr).to.contain("what ran before keeps running");
    product.configure(all);
    await stillServes();
  });

  it("tells of requirements that do not resolve", async () => {
    const requirements = product.read("requirements.txt");
    product.write("requirements.txt", `${requirements}Flask==99.0\n`);
    const { code, stderr } = await product.slipway("up", "--yes");
    product.write("requirements.txt", requirements);
    expect(code, stderr).to.equal(4);
    expect(stderr)
      .to.match(/Python packages of app could not be installed[^]*Flask==99\.0/)
      .and.to.contain(".log");
    await stillServes();
  });

  it("tells of a Python that is missing or too old", async () => {
    const old = path.join(product.folder, "python3.7");
    const fake = `#!/bin/sh\necho '["3.7.16", "${old}", "linux-x86_64"]'\n`;
    writeFileSync(old, fake, { mode: 0o755 });
    for (const [python, found] of [
      ["python3.99", "Found: nothing under python3.99"],
      [old, `Found: ${old} is 3.7.16`],
    ] as const) {
      const all = product.sections();
      product.configure({ ...all, local: { ...all.local, python } });
      const { stderr } = await refused(5, "up", "--yes");
      expect(stderr).to.contain(`python is ${JSON.stringify(python)}; allowed: a Python from 3.9 on`);
      expect(stderr).to.contain(found).and.to.contain("slipway config set local.python <path>");
    }
  });

  it("tells of a port that is taken, and by whom", async () => {
    const port = await freePort();
    const code = `require("net").createServer().listen(${port}, "127.0.0.1", () => console.log("listening"))`;
    const holder = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      await new Promise((resolve) => holder.stdout.once("data", resolve));
      product.configure({ ...product.sections(), local: { port, broker: { kind: "embedded" } } });
      const { stderr } = await refused(3, "up", "--yes");
      expect(stderr).to.contain(`127.0.0.1:${port} is taken by process ${holder.pid} (${process.execPath} -e`);
      expect(stderr).to.contain("slipway config set local.port <port>");
    } finally {
      holder.kill("SIGKILL");
    }
  });

  it("tells of a disk that is full", async function () {
    if (!small) {
      this.test!.title += " (no file system can be mounted here)";
      this.skip();
    }
    const kept = readdirSync(releases);
    product.write("big.bin", "x".repeat(3 * MEGABYTE));
    const { code, stderr } = await product.slipway("up", "--yes");
    product.write("big.bin", undefined);
    expect(code, stderr).to.equal(4);
    expect(stderr).to.contain(`There is no space left for ${releases}`);
    expect(readdirSync(releases)).to.deep.equal(kept);
    await stillServes();
  });

  it("tells of a folder that may not be written to", async () => {
    if (small) execFileSync("mount", ["-o", "remount,ro", releases]);
    else chmodSync(releases, 0o500);
    product.setVersion("unwritten");
    const { code, stderr } = await product.slipway("up", "--yes");
    product.setVersion("one");
    if (small) execFileSync("mount", ["-o", "remount,rw", releases]);
    else chmodSync(releases, 0o700);
    expect(code, stderr).to.equal(4);
    expect(stderr).to.contain(`There is no permission to write to ${releases}`);
    await stillServes();
  });

  for (const name of ["../x", "two words", "café", "🚀", "x".repeat(200), "-x", ""]) {
    it(`refuses ${JSON.stringify(name.slice(0, 20))} as the name of a stack`, async () => {
      const { stderr } = await refused(2, "up", "--yes", `--stack=${name}`);
      expect(stderr).to.contain(`${JSON.stringify(name)} is not a name for a stack: allowed are`);
      expect(readdirSync(path.join(product.folder, ".slipway"))).to.have.members(["dev", "keys", "state"]);
    });
  }

  it("tells of a state file that is cut off, and leaves it as it is", async () => {
    const whole = readFileSync(product.stateFile());
    truncateSync(product.stateFile(), Math.floor(whole.length / 2));
    try {
      for (const command of ["up", "preview", "refresh", "destroy", "outputs"]) {
        const yes = ["up", "destroy"].includes(command) ? ["--yes"] : [];
        const { stderr } = await refused(7, command, ...yes);
        expect(stderr).to.contain("✖ The state of stack dev cannot be used: ").and.to.contain("dev.json.bak");
      }
    } finally {
      writeFileSync(product.stateFile(), whole);
    }
  });

  it("asks before it changes or removes anything, and says so where there is no terminal", async () => {
    product.setVersion("asked for");
    for (const words of [["up"], ["destroy"], ["destroy", "--purge"], ["stop", "--purge"]]) {
      const { stderr } = await refused(8, ...words);
      expect(stderr).to.contain("There is no terminal to ask on").and.to.contain("--yes");
    }
    product.setVersion("one");
  });

  it("deploys again once everything is mended", async () => {
    product.setVersion("two");
    await product.up();
    await until("the new release serves", async () => (await product.serving()) === "two");
    rmSync(path.join(product.folder, "python3.7"));
  });
});
