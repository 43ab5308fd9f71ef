import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";

const run = promisify(execFile);

describe("run_task.py", () => {
  it("runs a task once, waits for its end, and says why it failed", async () => {
    const { stderr } = await run("python3", ["-B", path.join(__dirname, "run_task_test.py")]);
    expect(stderr)
      .to.match(/Ran [1-9]\d* tests/)
      .and.to.match(/^OK$/m);
  });
});
