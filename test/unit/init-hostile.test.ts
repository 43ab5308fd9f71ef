import { expect } from "chai";
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspectApp } from "../../automation/init/inspect";
import { where } from "../../automation/init/inspection";

describe("slipway init: odd and hostile folders", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-init-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("survives any content in any of the files that it reads", async () => {
    const files = [
      "app.py",
      "requirements.txt",
      "pyproject.toml",
      "Procfile",
      "Dockerfile",
      ".env",
      "uwsgi.ini",
      "alembic.ini",
    ];
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "from flask import Flask\n",
        "app = Flask(x)\n",
        "web: gunicorn ",
        "[project]\n",
        "FLASK_APP=",
        "'\"\\\n",
      ),
    );
    const content = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...files), content), async (contents) => {
        const own = mkdtempSync(join(folder, "p"));
        for (const [file, text] of Object.entries(contents)) writeFileSync(join(own, file), text);
        const { entry, requirements, name } = await inspectApp(own);
        for (const { value, evidence } of [...(entry.chosen ? [entry.chosen] : []), ...entry.alternatives]) {
          expect(value).to.match(/^[A-Za-z_][\w.]*:[A-Za-z_]\w*(\(.*\))?$/);
          expect(evidence.every(({ line }) => line >= 1)).to.equal(true);
        }
        expect([undefined, "requirements.txt", "pyproject.toml"]).to.include(requirements.chosen?.value);
        expect(name.value).to.match(/^[a-z][a-z0-9-]{0,30}$/);
      }),
      { numRuns: 25 },
    );
  }).timeout(60_000);

  it("reports files by any name without letting it into its output", async () => {
    const fileName = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((name) => !/[/\0]/.test(name) && !/^\.|^__|^test_|_test$/.test(name));
    await fc.assert(
      fc.asyncProperty(fileName, async (name) => {
        const own = mkdtempSync(join(folder, "n"));
        writeFileSync(join(own, `x${name}.py`), "def broken(:\n");
        const { findings } = await inspectApp(own);
        const found = findings.flatMap(({ evidence }) => evidence).filter(({ file }) => file.endsWith(".py"));
        expect(found.map(({ file }) => file)).to.deep.equal([`x${name}.py`]);
        expect(found.map(where).join()).not.to.match(/[\p{Cc}\u2028\u202e]/u);
      }),
      { numRuns: 20 },
    );
  }).timeout(60_000);

  it("follows no link out of the folder, waits for no pipe, and reads no huge file", async () => {
    const outside = mkdtempSync(join(tmpdir(), "slipway-outside-"));
    try {
      const code = "from flask import Flask\napp = Flask('x')\n";
      writeFileSync(join(outside, "a.py"), code);
      writeFileSync(join(outside, "requirements.txt"), "flask\n");
      mkdirSync(join(folder, "app"));
      symlinkSync(join(outside, "a.py"), join(folder, "app", "a.py"));
      symlinkSync(join(outside, "requirements.txt"), join(folder, "requirements.txt"));
      symlinkSync(outside, join(folder, "linked"));
      execFileSync("mkfifo", [join(folder, "pipe.py"), join(folder, "Procfile")]);
      writeFileSync(join(folder, "huge.py"), `${code}#${"x".repeat(1_000_000)}`);
      writeFileSync(join(folder, "deep.py"), `x = ${"-".repeat(50_000)}1\n`);
      writeFileSync(join(folder, "wide.py"), `x = ${"1+".repeat(20_000)}1\n`);
      const { entry, requirements, findings } = await inspectApp(folder);
      expect([entry.chosen, entry.alternatives, requirements.chosen]).to.deep.equal([undefined, [], undefined]);
      const named = findings.flatMap(({ evidence }) => evidence.map(({ file }) => file));
      expect(named).to.include.members(["huge.py", "deep.py"]);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });
});
