import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { templatePath } from "../../components/package-root";

describe("a command on an instance of Elastic Beanstalk", () => {
  const root = mkdtempSync(path.join(tmpdir(), "slipway-exec-"));
  const own = path.join(root, "var", "app", "current", ".slipway");
  const bin = path.join(root, "bin");
  let web: ChildProcess;

  before(() => {
    for (const folder of [own, bin, path.join(root, "var", "app", "venv", "staging-1a2b", "bin")])
      mkdirSync(folder, { recursive: true });
    for (const file of ["exec.sh", "instance.sh"]) copyFileSync(templatePath("beanstalk", file), path.join(own, file));
    writeFileSync(path.join(own, "environment"), "FLASK_APP=shop:create_app\0");
    const env = { PATH: process.env["PATH"], DB_URI: "a secret\nof two lines", "BASH_FUNC_x%%": "() { :; }" };
    web = spawn("sleep", ["60"], { env, stdio: "ignore" });
  });
  after(() => {
    web.kill();
    rmSync(root, { recursive: true });
  });

  const run = (pid: number, command: string): { status: number | null; stdout: string; stderr: string } => {
    writeFileSync(path.join(bin, "systemctl"), `#!/bin/sh\necho ${pid}\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, SLIPWAY_ROOT: root, TERM: "xterm" };
    const words = [path.join(own, "exec.sh"), "sh", "-c", command];
    return spawnSync("bash", words, { env, encoding: "utf8" });
  };

  it("has what the web process was told and what the release says of itself, in its folder, on the caller's terminal", () => {
    const { status, stdout, stderr } = run(web.pid ?? 0, 'echo "$DB_URI|$FLASK_APP|$TERM|$PWD"; exit 7');
    expect(stdout, stderr).to.equal(
      `a secret\nof two lines|shop:create_app|xterm|${path.join(root, "var", "app", "current")}\n`,
    );
    expect(status).to.equal(7);
  });

  it("is not run where no web process is", () => {
    const { status, stderr } = run(0, "true");
    expect(status).to.equal(1);
    expect(stderr).to.equal("slipway: no web process runs on this instance\n");
  });
});
