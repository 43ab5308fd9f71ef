import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { migrationLine } from "../../automation/beanstalk/migrate";
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

  const start = (pid: number, words: readonly string[]): { status: number | null; stdout: string; stderr: string } => {
    writeFileSync(path.join(bin, "systemctl"), `#!/bin/sh\necho ${pid}\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, SLIPWAY_ROOT: root, TERM: "xterm" };
    return spawnSync("bash", words, { env, encoding: "utf8" });
  };
  const run = (pid: number, command: string): ReturnType<typeof start> =>
    start(pid, [path.join(own, "exec.sh"), "sh", "-c", command]);

  it("has what the web process was told and what the release says of itself, in its folder, on the caller's terminal", () => {
    const { status, stdout, stderr } = run(web.pid ?? 0, 'echo "$DB_URI|$FLASK_APP|$TERM|$PWD"; exit 7');
    expect(stdout, stderr).to.equal(
      `a secret\nof two lines|shop:create_app|xterm|${path.join(root, "var", "app", "current")}\n`,
    );
    expect(status).to.equal(7);
  });

  it("migrates by a line that tells the end of what is written, and ends as the job does", () => {
    const script = "import os, sys; print('x' * 30000, sys.argv[1:], os.environ['DB_URI'][:8]); sys.exit(75)";
    writeFileSync(path.join(own, "slipway_once.py"), script);
    const line = migrationLine(["flask", "db", "upgrade", "-m", "it's"]).replaceAll("/var/app", `${root}/var/app`);
    const { status, stdout, stderr } = start(web.pid ?? 0, ["-c", line]);
    expect(status, stderr).to.equal(75);
    expect(stdout.slice(-80)).to.contain(`['--again', 'migrate', 'flask', 'db', 'upgrade', '-m', "it's"] a secret\n`);
    expect(stdout).to.have.length(20_000);
  });

  it("is not run where no web process is", () => {
    const { status, stderr } = run(0, "true");
    expect(status).to.equal(1);
    expect(stderr).to.equal("slipway: no web process runs on this instance\n");
  });
});
