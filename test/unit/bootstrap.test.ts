import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { withLock } from "../../tools/lock.mjs";

const root = resolve(__dirname, "../..");
const exec = promisify(execFile);

interface Checkout {
  folder: string;
  /** Runs bin/slipway.mjs of the checkout; gives everything it printed, and its exit code. */
  slipway: (...args: string[]) => Promise<{ code: number; output: string }>;
  /** How often npm was called. */
  npmCalls: () => number;
}

/**
 * A checkout in miniature: Slipway's own bin and tools, one source file per bundle, and an `npm` on PATH that
 * installs by a link to our own node_modules.
 */
function makeCheckout(folder: string, npmScript?: string): Checkout {
  const write = (name: string, text: string): void => {
    fs.mkdirSync(join(folder, name, ".."), { recursive: true });
    fs.writeFileSync(join(folder, name), text);
  };
  fs.cpSync(join(root, "bin"), join(folder, "bin"), { recursive: true });
  fs.cpSync(join(root, "tools"), join(folder, "tools"), { recursive: true });
  const cli = `import { word } from "./word"; console.log(word, process.argv.slice(2).join(","));`;
  write("automation/main.ts", cli);
  write("automation/word.ts", `export const word = "hello";`);
  for (const entry of ["automation/index.ts", "components/index.ts", "providers/host/main.ts", "policy/main.ts"])
    write(entry, "export {};");
  write("package-lock.json", JSON.stringify({ packages: { "node_modules/a": { version: "1.0.0" } } }));
  const calls = join(folder, "npm-calls");
  const install = `sleep 0.2; rm -rf node_modules; mkdir node_modules; ln -s ${root}/node_modules/esbuild node_modules/`;
  write("path/npm", `#!/bin/sh\necho "$@" >> ${calls}\n${npmScript ?? install}\n`);
  fs.chmodSync(join(folder, "path/npm"), 0o755);
  const env = { ...process.env, PATH: `${join(folder, "path")}:${process.env["PATH"] ?? ""}` };
  return {
    folder,
    slipway: async (...args) => {
      const child = execFile(process.execPath, [join(folder, "bin/slipway.mjs"), ...args], { env, cwd: tmpdir() });
      let output = "";
      child.stdout?.on("data", (data: string) => (output += data));
      child.stderr?.on("data", (data: string) => (output += data));
      const [code] = (await once(child, "close")) as [number];
      return { code, output };
    },
    npmCalls: () => (fs.existsSync(calls) ? fs.readFileSync(calls, "utf8").trim().split("\n").length : 0),
  };
}

describe("bootstrap", () => {
  let folder: string;

  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "slipway-bootstrap-")));
  });

  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it("installs and builds on the first run, says so, and passes the arguments on", async () => {
    const checkout = makeCheckout(folder);
    const { code, output } = await checkout.slipway("up", "--yes");
    expect(output).to.match(
      /^Installing Node packages \(first run\) \.\.\.\nInstalled .*\nBuilt dist.*\nhello up,--yes\n$/,
    );
    expect(code).to.equal(0);
    expect(fs.readFileSync(join(folder, "npm-calls"), "utf8")).to.equal("ci --no-audit --no-fund\n");
  });

  it("does nothing again while nothing has changed", async () => {
    const checkout = makeCheckout(folder);
    await checkout.slipway();
    expect((await checkout.slipway("x")).output).to.equal("hello x\n");
    expect(checkout.npmCalls()).to.equal(1);
  });

  it("runs through a symbolic link from another folder", async () => {
    const checkout = makeCheckout(folder);
    await checkout.slipway();
    const link = join(folder, "path", "slipway");
    fs.symlinkSync(join(folder, "bin/slipway.mjs"), link);
    expect((await exec(link, ["x"], { cwd: tmpdir() })).stdout).to.equal("hello x\n");
  });

  it("builds again when a source has changed, has gone or has come", async () => {
    const checkout = makeCheckout(folder);
    await checkout.slipway();
    fs.writeFileSync(join(folder, "automation/word.ts"), `export const word = "goodbye";`);
    expect((await checkout.slipway()).output).to.match(/^Built dist.*\ngoodbye \n$/);
    fs.writeFileSync(join(folder, "components/new.ts"), "");
    expect((await checkout.slipway()).output).to.match(/^Built dist/);
    fs.rmSync(join(folder, "components/new.ts"));
    expect((await checkout.slipway()).output).to.match(/^Built dist/);
    expect(checkout.npmCalls()).to.equal(1);
  });

  it("installs again when package-lock.json asks for something else", async () => {
    const checkout = makeCheckout(folder);
    await checkout.slipway();
    const lock = { packages: { "node_modules/a": { version: "2.0.0" } } };
    fs.writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
    expect((await checkout.slipway()).output).to.include("Installing Node packages (package-lock.json has changed)");
    expect(checkout.npmCalls()).to.equal(2);
  });

  it("accepts what the user's own npm install has put in place", async () => {
    const checkout = makeCheckout(folder);
    fs.mkdirSync(join(folder, "node_modules"));
    fs.symlinkSync(join(root, "node_modules/esbuild"), join(folder, "node_modules/esbuild"));
    const packages = {
      "": { name: "x" },
      "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
      "node_modules/mac": { version: "1.0.0", optional: true },
    };
    fs.writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
    const installed = { packages: { "node_modules/a": packages["node_modules/a"] } };
    fs.writeFileSync(join(folder, "node_modules/.package-lock.json"), JSON.stringify(installed));
    expect((await checkout.slipway()).output).to.match(/^Built dist.*\nhello \n$/);
    expect(checkout.npmCalls()).to.equal(0);
  });

  it("installs over an npm install of other versions", async () => {
    const checkout = makeCheckout(folder);
    fs.mkdirSync(join(folder, "node_modules"));
    const installed = { packages: { "node_modules/a": { version: "0.9.0" } } };
    fs.writeFileSync(join(folder, "node_modules/.package-lock.json"), JSON.stringify(installed));
    await checkout.slipway();
    expect(checkout.npmCalls()).to.equal(1);
  });

  it("does each thing once when two start at once", async () => {
    const checkout = makeCheckout(folder);
    const both = await Promise.all([checkout.slipway("1"), checkout.slipway("2")]);
    expect(both.map(({ code }) => code)).to.deep.equal([0, 0]);
    expect(checkout.npmCalls()).to.equal(1);
    const output = both.map((result) => result.output).join("");
    expect(output.match(/Built dist/g)).to.have.length(1);
    expect(output).to.match(/Waiting for process \d+/);
  });

  it("shows why an installation failed, not npm's advice on its usage, and what to do", async () => {
    const checkout = makeCheckout(
      folder,
      "echo noise; echo 'npm error network ENOTFOUND' >&2; yes 'npm error usage' | head -30 >&2; exit 1",
    );
    const { code, output } = await checkout.slipway();
    expect(code).to.equal(1);
    expect(output).to.match(
      /slipway: npm ci --no-audit --no-fund failed:\nnpm error network ENOTFOUND\n(npm error usage\n){9}Mend/,
    );
    expect(fs.existsSync(join(folder, ".slipway/setup.lock")), "lock left behind").to.equal(false);
  });

  it("names the fault when a source cannot be built, and builds once it is mended", async () => {
    const checkout = makeCheckout(folder);
    fs.writeFileSync(join(folder, "automation/word.ts"), "export const word = ;");
    const { code, output } = await checkout.slipway();
    expect(code).to.equal(1);
    expect(output).to.match(/automation\/word\.ts:1:\d+/);
    fs.writeFileSync(join(folder, "automation/word.ts"), `export const word = "mended";`);
    expect((await checkout.slipway()).output).to.match(/^Built dist.*\nmended \n$/);
  });

  it("neither installs nor builds where it was installed as a package", async () => {
    const checkout = makeCheckout(folder);
    fs.rmSync(join(folder, "package-lock.json"));
    fs.mkdirSync(join(folder, "dist"));
    fs.writeFileSync(join(folder, "dist/slipway.js"), `console.log("shipped")`);
    expect((await checkout.slipway()).output).to.equal("shipped\n");
    expect(checkout.npmCalls()).to.equal(0);
  });

  describe("lock", () => {
    const lockModule = join(root, "tools/lock.mjs");

    it("is held by one process at a time", async () => {
      const file = join(folder, "lock");
      const log = join(folder, "log");
      const program = `
        import { appendFileSync } from "node:fs";
        import { setTimeout } from "node:timers/promises";
        import { withLock } from ${JSON.stringify(lockModule)};
        for (let i = 0; i < 5; i++) await withLock(${JSON.stringify(file)}, async () => {
          appendFileSync(${JSON.stringify(log)}, "<");
          await setTimeout(5);
          appendFileSync(${JSON.stringify(log)}, ">");
        }, () => {});`;
      const one = (): Promise<unknown> => exec(process.execPath, ["--input-type=module", "-e", program]);
      await Promise.all([one(), one(), one()]);
      expect(fs.readFileSync(log, "utf8")).to.equal("<>".repeat(15));
      expect(fs.readdirSync(folder)).to.deep.equal(["log"]);
    });

    it("of a process that was killed is taken over", async () => {
      const file = join(folder, "lock");
      const program = `
        import { withLock } from ${JSON.stringify(lockModule)};
        await withLock(${JSON.stringify(file)}, () => { console.log("held"); return new Promise(() => setInterval(() => {}, 1000)); });`;
      const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      const waited: string[] = [];
      let entered = false;
      const second = withLock(
        file,
        () => {
          entered = true;
          return Promise.resolve(7);
        },
        (message) => waited.push(message),
      );
      expect(entered, "entered while the owner lives").to.equal(false);
      child.kill("SIGKILL");
      expect(await second).to.equal(7);
      expect(waited.join()).to.include(`process ${String(child.pid)}`);
      expect(fs.readdirSync(folder)).to.deep.equal([]);
    });

    it("is given back when the action fails", async () => {
      const file = join(folder, "lock");
      const failing = withLock(
        file,
        () => Promise.reject(new Error("no luck")),
        () => undefined,
      );
      const message = await failing.catch((error: unknown) => (error as Error).message);
      expect(message).to.equal("no luck");
      expect(fs.readdirSync(folder)).to.deep.equal([]);
    });
  });
});
