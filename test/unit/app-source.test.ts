import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { contentVersion, listSource } from "../../components/app/source";

describe("the files that are shipped", () => {
  let folder: string;
  const write = (name: string, text = name): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const shipped = async (): Promise<string[]> => (await listSource(folder)).map((file) => file.path);

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-source-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("are sorted, with their kind", async () => {
    write("b.py");
    write("a/run.sh");
    chmodSync(path.join(folder, "a/run.sh"), 0o755);
    symlinkSync("b.py", path.join(folder, "link.py"));
    const files = await listSource(folder);
    expect(files.map(({ path: name, mode }) => `${name} ${mode}`)).to.deep.equal([
      "a/run.sh executable",
      "b.py file",
      "link.py symlink",
    ]);
  });

  it("leave out what .gitignore and .dockerignore ignore, and nested .gitignore files decide for their folder", async () => {
    for (const name of [
      "app.py",
      "build/x",
      "notes.md",
      "sub/keep.log",
      "sub/drop.log",
      "sub/deep/drop.log",
      "top.log",
    ])
      write(name);
    write(".gitignore", "build/\n*.log\n");
    write(".dockerignore", "notes.md\n");
    write("sub/.gitignore", "!keep.log\n");
    expect(await shipped()).to.deep.equal([".dockerignore", ".gitignore", "app.py", "sub/.gitignore", "sub/keep.log"]);
  });

  it("never include version control, environments, caches or secrets", async () => {
    for (const name of [
      ".git/config",
      ".venv/x",
      "node_modules/x",
      "p/__pycache__/a.pyc",
      ".env",
      ".env.prod",
      ".slipway/x",
    ])
      write(name);
    write(".env.example");
    write("app.py");
    expect(await shipped()).to.deep.equal([".env.example", "app.py"]);
  });

  it("fail for a folder that is not there", async () => {
    await listSource(path.join(folder, "none")).then(
      () => expect.fail("listed"),
      (error: NodeJS.ErrnoException) => expect(error.code).to.equal("ENOENT"),
    );
  });

  it("give the same version for the same content, whatever the time and folder", async () => {
    write("app.py", "x");
    const first = contentVersion(await listSource(folder), { "run.sh": "y" });
    rmSync(path.join(folder, "app.py"));
    write("app.py", "x");
    expect(contentVersion(await listSource(folder), { "run.sh": "y" })).to.equal(first);
    expect(first).to.match(/^[0-9a-f]{12}$/);
  });

  it("give another version for any change of a path, a kind, a content or a rendered file", () => {
    const file = fc.record({
      path: fc.string({ minLength: 1 }),
      mode: fc.constantFrom("file" as const, "executable" as const, "symlink" as const),
      sha256: fc.string(),
    });
    fc.assert(
      fc.property(file, file, fc.string(), fc.string(), (a, b, text, other) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(contentVersion([a], {}) === contentVersion([b], {})).to.equal(same);
        expect(contentVersion([a], { f: text }) === contentVersion([a], { f: other })).to.equal(text === other);
      }),
    );
  });
});
