import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { templatePath } from "../../components/package-root";

const ASK = `
import sys
sys.path[:0] = sys.argv[1:3]
import slim
print(slim.wanted("setuptools", sys.argv[3]))`;

describe("images: setuptools, which an older venv brings", () => {
  const cases: [string, { requirements?: string; needs?: string }, boolean][] = [
    ["goes where nothing names it", { requirements: "flask\nsetuptools-scm\n", needs: "setuptools-rust" }, false],
    ["goes where only an extra would need it", { needs: 'setuptools>=60; extra == "build"' }, false],
    ["stays where the requirements name it", { requirements: "flask\nSetuptools==70.0 --hash=sha256:00\n" }, true],
    ["stays where a package that is installed needs it", { needs: "setuptools (>=40)" }, true],
  ];
  for (const [title, { requirements = "", needs = "six" }, stays] of cases) {
    it(title, () => {
      const folder = mkdtempSync(path.join(tmpdir(), "slipway-slim-"));
      try {
        const metadata = path.join(folder, "x-1.0.dist-info", "METADATA");
        mkdirSync(path.dirname(metadata));
        writeFileSync(metadata, `Metadata-Version: 2.1\nName: x\nVersion: 1.0\nRequires-Dist: ${needs}\n`);
        // Neither site-packages nor bytecode of this machine's Python.
        const words = ["-ISB", "-c", ASK, folder, templatePath("docker", "build"), requirements];
        expect(execFileSync("python3", words, { encoding: "utf8" }).trim()).to.equal(stays ? "True" : "False");
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
