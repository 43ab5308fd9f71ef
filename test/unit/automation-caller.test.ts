import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../components/package-root";

describe("what the caller names", function () {
  this.timeout(60_000);
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "slipway-caller-")));
  const inside = path.join(folder, "shop");

  /** What a file is taken for by a script of npm that is called in the folder `shop`. */
  function named(script: string): string[] {
    const manifest = { name: "caller", private: true, scripts: { ask: script } };
    writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
    const said = execFileSync("npm", ["run", "--silent", "ask"], { cwd: inside, encoding: "utf8" });
    return JSON.parse(said) as string[];
  }

  const ask = "tsx ask.ts";
  before(() => {
    mkdirSync(path.join(folder, "elsewhere"));
    mkdirSync(inside);
    symlinkSync(path.join(packageRoot, "node_modules"), path.join(folder, "node_modules"));
    const module = JSON.stringify(path.join(packageRoot, "automation", "caller"));
    const script = `import { namedByCaller, toCaller } from ${module};
      console.log(JSON.stringify([namedByCaller("a.md"), namedByCaller("/b.md"), toCaller(namedByCaller("c"))]));`;
    writeFileSync(path.join(folder, "ask.ts"), script);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is relative to where npm was called", () => {
    expect(named(ask)).to.deep.equal([path.join(inside, "a.md"), "/b.md", "c"]);
  });

  it("is relative to where a script has gone itself", () => {
    const found = path.join(folder, "elsewhere", "a.md");
    expect(named("cd elsewhere && tsx ../ask.ts")).to.deep.equal([found, "/b.md", "c"]);
  });

  it("is relative to where it is named where there is no npm", () => {
    const env = { ...process.env, INIT_CWD: undefined, npm_package_json: undefined };
    const tsx = path.join(packageRoot, "node_modules", ".bin", "tsx");
    const said = execFileSync(tsx, ["../ask.ts"], { cwd: inside, env, encoding: "utf8" });
    expect(JSON.parse(said)).to.deep.equal([path.join(inside, "a.md"), "/b.md", "c"]);
  });
});
