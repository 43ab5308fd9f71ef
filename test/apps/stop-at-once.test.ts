/** What becomes of programs when a command is interrupted more than once. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../components/package-root";
import { isAlive } from "../../providers/host/processes";
import { Running } from "../engine/support/running";
import { until } from "../engine/support/wait";

describe("a command that is interrupted", function () {
  this.timeout(60_000);
  let folder: string;
  let command: Running;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-twice-"));
    const script = path.join(packageRoot, "test", "apps", "fixtures", "twice.ts");
    command = new Running([process.execPath, "--import", "tsx", script, folder], packageRoot, process.env);
  });
  afterEach(async () => {
    for (const name of ["work", "end"]) if (existsSync(path.join(folder, name))) end(pidOf(name));
    await command.ended;
    rmSync(folder, { recursive: true });
  });

  const pidOf = (name: string): number => Number(readFileSync(path.join(folder, name), "utf8"));
  const begun = (name: string): Promise<unknown> =>
    until(`${name} has begun`, () => existsSync(path.join(folder, name)) && pidOf(name) > 0);
  function end(pid: number): void {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended, as it should.
    }
  }

  it("ends what is under way first, and at once when it is told so once more: with what clears up", async () => {
    await begun("work");
    command.signal("SIGINT");
    await begun("end");
    command.signal("SIGINT");
    const { code, stdout } = await command.ended;
    expect(code).to.equal(130);
    expect(stdout.split("\n")).to.deep.equal([
      "Interrupted: what is under way is ended first. Once more to stop at once.",
      "Stopped at once: what was under way may be left half-done.",
      "cancelled: Stopped at once: what was under way may be left half-done.",
      "",
    ]);
    for (const name of ["work", "end"]) await until(`${name} has ended`, async () => !(await isAlive(pidOf(name))));
  });

  it("takes what npm passes on of the same Ctrl-C for no second time", async () => {
    await begun("work");
    command.signal("SIGINT");
    command.signal("SIGINT");
    await begun("end");
    end(pidOf("end"));
    expect((await command.ended).stdout).not.to.contain("Stopped at once");
  });
});
